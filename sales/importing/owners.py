"""Who the owners in a file are, and the file that says in which teams they are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from sales.importing.checking import AMBIGUOUS, TEAMLESS, Owner
from sales.importing.mapping import Mapping, Owners
from sales.importing.problems import Problem, UnreadableFile, unreadable
from sales.importing.reading import Table, open_table
from sales.models import ImportRun
from teams.models import Membership, Organisation
from teams.models.organisations import check_one_line

LONGEST_NAME = 200
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Placement:
    """A row of the owners file: who is in which team, by names from the top down. ``column`` is
    where the last of them stands."""

    line: int
    name: str
    path: tuple[str, ...]
    column: str

    def is_beside(self, other: "Placement") -> bool:
        """Whether both are in one team."""
        return [name.upper() for name in self.path] == [name.upper() for name in other.path]

    def problem(self, code: str) -> Problem:
        return Problem(self.line, self.column, self.path[-1], code)


WRITTEN_AS = ("name", "email", "external_id")


def names_of(*written: str) -> set[str]:
    """All ways a file may write a person, out of the fields above, in lower case."""
    return {name.strip().lower() for name in written} - {""}


def owners_of(run: ImportRun, mapping: Mapping) -> dict[str, Owner]:
    """Everybody a row may name as its owner, by every way to write them.

    Owners whom the owners file puts into a team are good even before they exist. Raises
    UnreadableFile for an owners file that cannot be read.
    """
    found: dict[str, Owner] = {}
    in_a_team = Membership.objects.in_force().filter(person=OuterRef("pk"))
    people = run.organisation.people.annotate(has_team=Exists(in_a_team))
    for pk, has_team, *written in people.values_list("pk", "has_team", *WRITTEN_AS):
        one = Owner(pk, "" if has_team else TEAMLESS)
        for name in names_of(*written):
            found[name] = Owner(None, AMBIGUOUS) if name in found else one
    if mapping.owners:
        for each in placements(run, mapping.owners):
            name = each.name.lower()
            known = found.get(name)
            if known is None or known.problem == TEAMLESS:
                found[name] = Owner(known.person if known else None)
    return found


def people_called(organisation: Organisation) -> dict[str, list[int]]:
    """The ids of everybody by every way to write them, lower case."""
    found: dict[str, list[int]] = {}
    for pk, *written in organisation.people.values_list("pk", *WRITTEN_AS):
        for name in names_of(*written):
            found.setdefault(name, []).append(pk)
    return found


def people_by_name(organisation: Organisation) -> dict[str, int]:
    """Person id by every unambiguous way to write them, lower case."""
    return unambiguous(people_called(organisation))


def unambiguous(called: dict[str, list[int]]) -> dict[str, int]:
    """Of ``people_called``, the names of one person only."""
    return {name: ids[0] for name, ids in called.items() if len(ids) == 1}


def placements(run: ImportRun, owners: Owners) -> list[Placement]:
    """The rows of the owners file; each person, by whatever name, in one team.

    Raises UnreadableFile with every error of it: half a team tree is none.
    """
    known = people_by_name(run.organisation)
    rows: list[Placement] = []
    first: dict[int | str, Placement] = {}
    problems: list[Problem] = []
    try:
        with open_table(Path(default_storage.path(run.owners_file))) as table:
            for each in _placements(table, owners):
                if isinstance(each, Problem):
                    problems.append(each)
                    continue
                rows.append(each)
                name = each.name.lower()
                if not first.setdefault(known.get(name, name), each).is_beside(each):
                    problems.append(each.problem("owner_in_two_teams"))
    except UnreadableFile as error:
        problems.append(error.problem)
    if problems:
        raise UnreadableFile(
            *(replace(each, file=owners.file) for each in problems[:MOST_PROBLEMS])
        )
    return rows


def _placements(table: Table, owners: Owners) -> Iterator[Placement | Problem]:
    columns = (owners.owner, *owners.teams)
    for column in columns:
        if column not in table.header:
            raise unreadable("unknown_column", column=column)
    places = [table.header.index(column) for column in columns]
    for line, cells in table.rows():
        if isinstance(cells, Problem):
            yield cells
            continue
        said = {column: cells[place].strip() for column, place in zip(columns, places, strict=True)}
        faults = list(_faults(line, said, owners))
        yield from faults
        if not faults:
            path = [(column, said[column]) for column in owners.teams if said[column]]
            names = tuple(name for _column, name in path)
            yield Placement(line, said[owners.owner], names, path[-1][0])


def _faults(line: int, said: dict[str, str], owners: Owners) -> Iterator[Problem]:
    """What is wrong with the names in a row."""
    for column, name in said.items():
        if code := _fault(name):
            yield Problem(line, column, name, code)
    if not said[owners.owner]:
        yield Problem(line, owners.owner, "", "owner_missing")
    if not any(said[column] for column in owners.teams):
        yield Problem(line, owners.teams[-1], "", "team_missing")


def _fault(name: str) -> str:
    """The code of what is wrong with the name of a person or team, or nothing."""
    if len(name) > LONGEST_NAME:
        return "too_long"
    try:
        check_one_line(name)
    except ValidationError:
        return "line_break"
    return ""
