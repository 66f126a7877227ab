"""Taking people in from a CSV file: what it would do, row by row, and then all of it or nothing."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from teams.inviting import invitations_of, invite_all
from teams.models import Organisation, Person
from teams.people_csv import BadFile, Trouble, rows_in
from teams.registering import BadRow, Register, Taken


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the file: what it does, or what is wrong with it."""

    line: int
    name: str
    taken: Taken | None
    troubles: list[Trouble]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file does. ``uninvited`` are its people who could sign in but were not asked to."""

    rows: list[PlannedRow]
    uninvited: list[Person]

    @property
    def troubles(self) -> list[Trouble]:
        return [trouble for row in self.rows for trouble in row.troubles]

    @property
    def counts(self) -> Counter[str]:
        """Rows by outcome."""
        return Counter(row.taken.outcome for row in self.rows if row.taken)

    @property
    def digest(self) -> str:
        """The same for plans that do the same."""
        done = [
            (row.line, row.taken and (row.taken.outcome, row.taken.changes)) for row in self.rows
        ]
        return sha256(repr(done).encode()).hexdigest()


class Otherwise(Exception):
    """The file would do something else by now than what was shown."""


def plan_people(organisation: Organisation, text: str) -> Plan:
    """What ``take_people`` would do now. Nothing is written. Raises BadFile.

    It waits for nobody and nobody for it, unless a row moves an admin, which only the doing shows.
    """
    with transaction.atomic():
        plan = _take(Register(organisation), text)
        transaction.set_rollback(True)
    return plan


@transaction.atomic
def take_people(
    organisation: Organisation,
    text: str,
    *,
    shown: str = "",
    invited: bool = False,
    by: Person | None = None,
) -> Plan:
    """Add and change people as the file says, and ask the ``uninvited`` to sign in if ``invited``.

    A row means the person with that mail address, else with that CRM id, else the only one of that
    name who has neither. An empty cell leaves what is there. ``shown`` is the digest of the plan
    that was agreed to. Raises BadFile, and Otherwise.
    """
    register = Register(organisation.locked())
    plan = _take(register, text)
    if plan.troubles:
        raise BadFile(plan.troubles)
    if shown and shown != plan.digest:
        raise Otherwise
    register.finish()
    if invited:
        invite_all(plan.uninvited, by=by)
    return plan


def _take(register: Register, text: str) -> Plan:
    """What each row does; the register knows what is left to be written."""
    rows = []
    for line, cells in rows_in(text):
        try:
            rows.append(PlannedRow(line, cells["name"], register.take(cells), []))
        except BadRow as error:
            troubles = [
                Trouble(line, fault.column, cells[fault.column], fault.reason)
                for fault in error.faults
            ]
            rows.append(PlannedRow(line, cells["name"], None, troubles))
    if any(row.troubles for row in rows):
        return Plan(rows, [])
    return Plan(
        rows, _uninvited(register.organisation, [row.taken.person for row in rows if row.taken])
    )


def _uninvited(organisation: Organisation, people: list[Person]) -> list[Person]:
    pending = set(invitations_of(organisation).values_list("person", flat=True))
    return [
        person
        for person in people
        if person.email and not person.user_id and person.pk not in pending
    ]
