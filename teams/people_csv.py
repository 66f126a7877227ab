"""People as CSV: out with their team and role, in again without changing what is the same."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from teams import joining
from teams.exporting import Echo, plain_cell, safe_cell
from teams.models import Membership, Organisation, Person, Role, Team

HEADER = ("name", "email", "crm_id", "team", "role")
LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    line: int
    column: str
    value: str
    reason: str


class BadFile(Exception):
    """Nothing was taken; ``problems`` says why, row by row."""

    def __init__(self, problems: list[Trouble]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def export_people(organisation: Organisation) -> Iterator[str]:
    """CSV text, line by line: active people with their primary team (its short name) and role."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    now = timezone.now()
    primary = Membership.objects.holding_at(now).filter(is_primary=True).select_related("team")
    held = {membership.person_id: membership for membership in primary.filter(
        person__organisation=organisation)}  # fmt: skip
    for person in organisation.people.active().iterator():
        membership = held.get(person.pk)
        place = (membership.team.slug, membership.role) if membership else ("", "")
        cells = (person.name, person.email, person.external_id, *place)
        yield writer.writerow([safe_cell(cell) for cell in cells])


@transaction.atomic
def import_people(organisation: Organisation, file: IO[bytes]) -> dict[str, int]:
    """Add and change people as the file says; all of it or nothing.

    A row is the person with that mail address, else with that CRM id. Raises BadFile.
    """
    problems: list[Trouble] = []
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    teams = {team.slug: team for team in organisation.teams.open()}
    teams |= {team.name.lower(): team for team in organisation.teams.open()}
    seen: set[str] = set()
    for line, row in _rows(file):
        found = _trouble(line, row, teams, seen)
        if not found:
            try:
                with transaction.atomic():
                    counts[_take(organisation, row, teams)] += 1
            except ValidationError as error:
                found = [Trouble(line, "", row["email"] or row["name"], " ".join(error.messages))]
        problems += found
    if problems:
        raise BadFile(problems)
    return counts


def _rows(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise BadFile([Trouble(1, "", "", _("The file is larger than 5 MB."))])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile([Trouble(1, "", "", _("This is not a text file in UTF-8."))]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in ("name", "email") if name not in (reader.fieldnames or ())]
    if missing:
        raise BadFile([Trouble(1, missing[0], "", _("The file has no column of this name."))])
    try:
        for row in reader:
            cells = {name: plain_cell((row.get(name) or "").strip()) for name in HEADER}
            if any(cells.values()):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadFile([Trouble(reader.line_num, "", "", str(error))]) from error


def _trouble(
    line: int, row: dict[str, str], teams: dict[str, Team], seen: set[str]
) -> list[Trouble]:
    found = []
    if not row["name"]:
        found.append(Trouble(line, "name", "", _("This cell must not be empty.")))
    if row["team"] and row["team"].lower() not in teams:
        found.append(Trouble(line, "team", row["team"], _("There is no open team of this name.")))
    if row["role"] and row["role"].lower() not in Role.values:
        found.append(Trouble(line, "role", row["role"], _("Write rep, manager or admin.")))
    key = row["email"].lower() or row["crm_id"] or row["name"].lower()
    if key in seen:
        found.append(
            Trouble(line, "email", row["email"], _("This person stands in an earlier row."))
        )
    seen.add(key)
    return found


def _take(organisation: Organisation, row: dict[str, str], teams: dict[str, Team]) -> str:
    person = _known(organisation, row) or Person(organisation=organisation)
    before = (person.name, person.email, person.external_id)
    person.name, person.email = row["name"], row["email"].lower() or person.email
    person.external_id = row["crm_id"] or person.external_id
    person.full_clean()
    is_new = person.pk is None
    changed = before != (person.name, person.email, person.external_id)
    if changed:
        person.save()
    placed = _place(person, row, teams) if row["team"] else False
    return "created" if is_new else "updated" if changed or placed else "unchanged"


def _known(organisation: Organisation, row: dict[str, str]) -> Person | None:
    people = organisation.people.all()
    if row["email"] and (found := people.filter(email__iexact=row["email"]).first()):
        return found
    return people.filter(external_id=row["crm_id"]).first() if row["crm_id"] else None


def _place(person: Person, row: dict[str, str], teams: dict[str, Team]) -> bool:
    """Put the person into the named team and role; whether that changed anything."""
    team, role = teams[row["team"].lower()], row["role"].lower() or Role.REP
    now = timezone.now()
    held = person.memberships.holding_at(now).filter(is_primary=True).first()
    if held is None:
        joining.join(person, team=team, role=role, primary=True)
        return True
    if (held.team_id, held.role) == (team.pk, role):
        return False
    if held.team_id != team.pk:
        joining.move(held, team=team, at=now)
        held = person.memberships.holding_at(timezone.now()).get(is_primary=True)
    if held.role != role:
        joining.change_role(held, role=role)
    return True
