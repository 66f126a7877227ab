"""Files of sales facts, and import runs in every state."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.timezone import now

from jobs.models import Job
from sales.importing.committing import commit
from sales.importing.mapping import from_toml, guess
from sales.importing.planning import fail, plan
from sales.importing.receiving import receive, set_mapping
from sales.importing.undoing import undo
from sales.models import ImportRun, MappingProfile
from teams.models import Organisation, Person

HEADER = ("id", "name", "account", "owner", "stage", "created", "closed", "amount")
MAPPING = """
kind = "opportunities"
[dates]
format = "iso"
[columns]
id = "id"
name = "name"
account = "account"
owner = "owner"
stage = "stage"
created_at = "created"
closed_at = "closed"
amount = "amount"
[pipeline]
name = "Sales"
stages = ["First contact", "Qualified", "Proposal"]
[stages]
Won = "won"
Lost = "lost"
[entered]
"First contact" = "created"
"""

EXPORT = (
    ("Deal ID", "Deal Name", "Deal Owner", "Deal Stage", "Create Date", "Close Date", "Amount"),
    ("K1", "Valves", "Ben", "Won", "01/04/2020", "03/05/2020", "1200"),
    ("K2", "Pumps", "Ben", "Won", "02/04/2020", "04/05/2020", "800"),
    ("K3", "Pipes", "Ben", "Proposal", "02/04/2020", "", "300"),
    ("K4", "Taps", "Nobody Here", "Lost", "02/04/2020", "04/05/2020", "100"),
    ("K5", "Bolts", "Ben", "Lost", "02/04/2020", "05/05/2020", "-5"),
)
"""Two won in May, or in March and April to who reads the month first; two rows with errors."""

Row = Sequence[str]
Word = Callable[[str], str]


def written(*rows: Row) -> bytes:
    """As CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def furnish_imports(organisation: Organisation, admin: Person, word: Word) -> None:
    """Uploaded, planned with errors, imported, imported as a correction, undone, failed, dead."""

    def taken_in(name: str, *rows: Row) -> ImportRun:
        return receive(
            organisation,
            kind="opportunities",
            name=word(f"{name}.csv"),
            chunks=[written(HEADER, *rows)],
            by=admin,
        )

    def planned(name: str, *rows: Row) -> ImportRun:
        run = taken_in(name, *rows)
        set_mapping(run, from_toml(MAPPING))
        plan(run)
        run.refresh_from_db()
        return run

    owner = f"rae@{organisation.slug}.example"
    name, account = word("Valves"), word("Dam")
    first = ("A1", name, account, owner, "Lost", "2021-01-04", "2021-02-05", "10")
    commit(planned("first", first, ("A2", *first[1:])))
    commit(planned("corrected", (*first[:4], "Won", *first[5:])))
    undone = planned("undone", ("A3", *first[1:]))
    commit(undone)
    undo(undone)
    bad = ("A5", name, account, word("Who"), word("Odd"), word("then"), "2021-13-01", word("much"))
    planned("planned", ("A4", *first[1:]), bad, bad)
    furnish_import_of_leads(organisation, admin, word)
    fail(taken_in("failed", first), word("The file is not what it says."))
    ambiguous = (*first[:5], "04/01/2021", "05/02/2021", "10")
    for uploaded in (taken_in("uploaded", ambiguous), taken_in("dead", ambiguous)):
        draft = guess(uploaded.kind, list(HEADER))
        uploaded.toml = draft.to_toml()
        uploaded.save(update_fields=["toml"])
    dead = {"state": Job.State.DEAD, "finished_at": now()}
    Job.objects.create(task="sales.plan", args={"run": uploaded.pk}, **dead)
    MappingProfile.objects.create(
        organisation=organisation, name=word("Ours"), kind="opportunities", toml=MAPPING
    )


def furnish_import_of_leads(organisation: Organisation, admin: Person, word: Word) -> None:
    """Planned, with an error."""
    header = ("Id", "Name", "Lead Source", "Create Date", "Disposition")
    good = (word("L1"), word("Mara"), word("web"), "2021-01-04", "spam")
    bad = (word("L2"), word("Mara"), word("web"), word("then"), word("odd"))
    run = receive(
        organisation,
        kind="leads",
        name=word("leads.csv"),
        chunks=[written(header, good, bad)],
        by=admin,
    )
    set_mapping(run, replace(guess(run.kind, list(header)), date_format="iso"))
    plan(run)
