"""Importing CSV files, beside the raw COPY of the rows they become into the same tables."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from django.db import connection, transaction

from benchmarks.data import COPIED, SIZES, STAGES, Size, draw, into_duckdb
from benchmarks.measuring import RUNS, median_seconds, peak_megabytes, step, table
from benchmarks.organisation import found
from metrics.models import Stale
from sales.importing.committing import commit
from sales.importing.mapping import OPPORTUNITIES, STAGE_EVENTS, Mapping
from sales.importing.planning import plan
from sales.importing.receiving import chunks_of, receive, set_mapping
from sales.models import ImportRun, Opportunity, OpportunityDetail, OpportunityOwner, StageEvent
from teams.models import Organisation, Person

FACTS = (StageEvent, OpportunityOwner, OpportunityDetail, Opportunity)
"""Deleted in this order."""

DETAILS = {
    "id": "deal_id",
    "name": "name",
    "account": "account",
    "product": "product",
    "amount": "amount",
    "currency": "currency",
    "owner": "owner",
    "created_at": "created_at",
    "stage": "stage",
}
MAPPINGS = {
    "opportunities": Mapping(
        kind=OPPORTUNITIES,
        columns=DETAILS | {"closed_at": "closed_at"},
        stages={"Won": "won", "Lost": "lost"},
        pipeline_stages=STAGES,
        entered={name: f"entered {name}" for name in STAGES},
        date_format="iso",
    ),
    "stage events": Mapping(
        kind=STAGE_EVENTS,
        columns=DETAILS | {"at": "at"},
        stages={"Won": "won", "Lost": "lost"},
        pipeline_stages=STAGES,
        date_format="iso",
    ),
}

WRITTEN_DEALS = """
CREATE TEMP TABLE deal AS
SELECT o.id, o.external_id AS deal_id, d.name, d.account, d.product,
       (d.amount / 100)::DECIMAL(15, 2) AS amount, d.currency, p.name AS owner, d.created_at
FROM sales_opportunity o
JOIN sales_opportunitydetail d ON d.opportunity_id = o.id AND d.voided_at IS NULL
LEFT JOIN sales_opportunityowner w ON w.opportunity_id = o.id AND w.to_at IS NULL
LEFT JOIN person p ON p.id = w.person_id"""

OPPORTUNITY_FILE = """
SELECT deal_id, any_value(name) AS name, any_value(account) AS account,
       any_value(product) AS product, any_value(amount) AS amount,
       any_value(currency) AS currency, any_value(owner) AS owner,
       CASE arg_max(kind, seq) WHEN 'won' THEN 'Won' WHEN 'lost' THEN 'Lost'
            ELSE list_extract({stages}, arg_max(to_pos, seq)) END AS stage,
       CASE WHEN random() < 0.001 THEN 'soon' ELSE strftime(any_value(created_at), '{time}') END
           AS created_at,
       strftime(max("at") FILTER (WHERE kind <> 'open'), '{time}') AS closed_at, {entered}
FROM deal JOIN sales_stageevent e ON e.opportunity_id = deal.id AND e.voided_at IS NULL
GROUP BY deal_id ORDER BY deal_id"""

EVENT_FILE = """
SELECT deal_id, name, account, product, amount, currency, owner,
       strftime(created_at, '{time}') AS created_at,
       CASE kind WHEN 'won' THEN 'Won' WHEN 'lost' THEN 'Lost'
            ELSE list_extract({stages}, to_pos) END AS stage,
       CASE WHEN random() < 0.001 THEN 'soon' ELSE strftime("at", '{time}') END AS "at"
FROM deal JOIN sales_stageevent e ON e.opportunity_id = deal.id AND e.voided_at IS NULL
ORDER BY deal_id, seq"""

TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def run(size: Size, folder: Path) -> None:
    """Of 100,000 opportunities from M on; from L on memory also for a million."""
    usual = SIZES["S"] if size.name == "S" else SIZES["M"]
    files = _Files.of(usual, folder)
    rows = [_measured(files, kind) for kind in MAPPINGS]
    table(
        f"Import against raw COPY of the same rows; medians of {RUNS}",
        [
            "file", "rows", "facts", "raw COPY s", "import s", "import / COPY", "unchanged s",
            "unchanged / COPY", "rejected",
        ],
        rows,
    )  # fmt: skip
    tenth = _Files.of(replace(usual, name="tenth", opportunities=usual.opportunities // 10), folder)
    sizes = [tenth, files]
    if size.name in {"L", "4L"}:
        sizes.append(_Files.of(SIZES["L"], folder))
    table(
        "Memory of a process that imports opportunities",
        ["rows", "MB"],
        [[f"{each.size.opportunities:,}", _peak_megabytes(each)] for each in sizes],
    )


@dataclass(frozen=True, slots=True)
class _Files:
    """An organisation without facts, and the files to import into it."""

    size: Size
    organisation: Organisation
    paths: dict[str, Path]

    @classmethod
    def of(cls, size: Size, folder: Path) -> "_Files":
        empty = replace(size, name=f"import-{size.name}")
        known = Organisation.objects.filter(slug=empty.slug).first()
        paths = {kind: folder / f"{empty.slug}-{kind.replace(' ', '-')}.csv" for kind in MAPPINGS}
        if known is not None:
            _forget(known)
            return cls(size, known, paths)
        with step(f"writing files of {size.opportunities:,} opportunities"), transaction.atomic():
            organisation, people, stages = found(empty, STAGES)
            duck = folder / f"{empty.slug}.duckdb"
            into_duckdb(draw(empty, organisation, people, stages), duck)
            _write_files(organisation, duck, paths)
            duck.unlink()
        return cls(size, organisation, paths)


def _write_files(organisation: Organisation, duck: Path, paths: dict[str, Path]) -> None:
    names = list(Person.objects.filter(organisation=organisation).values_list("pk", "name"))
    entered = ", ".join(
        f"""strftime(min("at") FILTER (WHERE kind = 'open' AND to_pos = {position}), '{TIME}')
        AS "entered {name}" """
        for position, name in enumerate(STAGES, start=1)
    )
    with duckdb.connect(str(duck)) as con:
        con.execute("SET TimeZone = 'UTC'; SELECT setseed(0.5)")
        con.execute("CREATE TEMP TABLE person (id BIGINT, name VARCHAR)")
        con.executemany("INSERT INTO person VALUES (?, ?)", names)
        con.execute(WRITTEN_DEALS)
        for kind, query in (("opportunities", OPPORTUNITY_FILE), ("stage events", EVENT_FILE)):
            sql = query.format(stages=list(STAGES), time=TIME, entered=entered)
            con.execute(f"COPY ({sql}) TO '{paths[kind]}' (HEADER true)")


def _measured(files: _Files, kind: str) -> list[object]:
    organisation, path = files.organisation, files.paths[kind]
    mapping = MAPPINGS[kind]

    def bring_in() -> ImportRun:
        return import_file(organisation, path, mapping)

    taken = median_seconds(f"import {kind}", bring_in, before=lambda: _forget(organisation))
    done = ImportRun.objects.filter(organisation=organisation).latest("pk")
    again = median_seconds(f"import {kind}, unchanged", bring_in)
    _refuse_changes(ImportRun.objects.filter(organisation=organisation).latest("pk"))
    facts, raw = _raw_copy(organisation)
    return [
        kind, f"{done.rows_total:,}", f"{facts:,}", raw, taken, taken / raw, again, again / raw,
        f"{done.rejected:,}",
    ]  # fmt: skip


def import_file(organisation: Organisation, path: Path, mapping: Mapping) -> ImportRun:
    """Receive, check, compare and commit, as the pages and the command do."""
    received = receive(organisation, kind=mapping.kind, name=path.name, chunks=chunks_of(path))
    received.valid_only = True
    received.save(update_fields=["valid_only"])
    set_mapping(received, mapping)
    plan(received)
    commit(received)
    return received


def _refuse_changes(run: ImportRun) -> None:
    if run.created or run.updated:
        sys.exit(f"The unchanged file made {run.created} rows and changed {run.updated}.")


def _raw_copy(organisation: Organisation) -> tuple[int, float]:
    """How many rows the facts are, and the time to copy them into the emptied tables."""
    saved: list[tuple[str, list[bytes]]] = []
    with connection.cursor() as cursor:
        for model in COPIED:
            name = model._meta.db_table
            query = f"COPY (SELECT * FROM {name} WHERE organisation_id = %s) TO STDOUT"
            with cursor.copy(query, [organisation.pk]) as rows:
                saved.append((name, [bytes(chunk) for chunk in rows]))

    @transaction.atomic
    def copy_back() -> None:
        for name, chunks in saved:
            with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as into:
                for chunk in chunks:
                    into.write(chunk)

    taken = median_seconds("raw COPY", copy_back, before=lambda: _forget(organisation))
    return sum(len(chunks) for _name, chunks in saved), taken


def _forget(organisation: Organisation) -> None:
    """Take every fact away without a trace, and have the tables as they were before."""
    for model in (Stale, *FACTS):
        rows = model._default_manager.filter(organisation=organisation)
        rows._raw_delete(rows.db)
    with connection.cursor() as cursor:
        tables = ", ".join(model._meta.db_table for model in (Stale, *FACTS))
        cursor.execute(f"VACUUM ANALYZE {tables}")


def _peak_megabytes(files: _Files) -> int:
    """Of the command in a process of its own."""
    _forget(files.organisation)
    mapping = files.paths["opportunities"].with_suffix(".toml")
    mapping.write_text(MAPPINGS["opportunities"].to_toml())
    words = [
        *(sys.executable, "manage.py", "import_sales", "opportunities"),
        *(str(files.paths["opportunities"]), "--organization", files.organisation.slug),
        *("--mapping", str(mapping), "--valid-only"),
    ]
    return peak_megabytes(f"import {files.size.opportunities:,} opportunities", words)
