"""Who the owners in a file are, and the file that says in which teams they are."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from sales.importing.checking import AMBIGUOUS, TEAMLESS
from sales.importing.mapping import Mapping, Owners
from sales.importing.problems import Problem, unreadable
from sales.importing.reading import open_table
from sales.models import ImportRun
from teams.joining import join
from teams.models import Membership, Organisation, Person, Role, Team
from teams.tree import add_team


def names_of(person: Person) -> set[str]:
    """All ways a file may write this person, in lower case."""
    return {name.strip().lower() for name in (person.name, person.email, person.external_id)} - {""}


def owners_of(run: ImportRun, mapping: Mapping) -> dict[str, str]:
    """Every way to write an owner, with the code of the problem with them or nothing.

    Owners whom the owners file puts into a team are good even before they exist.
    """
    found: dict[str, str] = {}
    in_a_team = Membership.objects.in_force().filter(person=OuterRef("pk"))
    for person in run.organisation.people.annotate(has_team=Exists(in_a_team)):
        for name in names_of(person):
            found[name] = AMBIGUOUS if name in found else "" if person.has_team else TEAMLESS
    if mapping.owners:
        for _line, owner, _path in placements(run, mapping.owners):
            if found.get(owner.lower()) != AMBIGUOUS:
                found[owner.lower()] = ""
    return found


def people_by_name(organisation: Organisation) -> dict[str, int]:
    """Person id by every unambiguous way to write them, lower case."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for person in organisation.people.all():
        for name in names_of(person):
            twice |= {name} & found.keys()
            found[name] = person.pk
    return {name: pk for name, pk in found.items() if name not in twice}


def placements(run: ImportRun, owners: Owners) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """(line, owner, team names from the top down) of the owners file. Raises UnreadableFile."""
    with open_table(Path(default_storage.path(run.owners_file))) as table:
        for column in (owners.owner, *owners.teams):
            if column not in table.header:
                raise unreadable("unknown_column", column=column)
        who = table.header.index(owners.owner)
        where = [table.header.index(column) for column in owners.teams]
        for line, cells in table.rows():
            if isinstance(cells, Problem):
                continue
            names = tuple(cells[place].strip() for place in where)
            if cells[who].strip():
                yield line, cells[who].strip(), tuple(name for name in names if name)


def place_owners(run: ImportRun, owners: Owners) -> None:
    """Make the teams and people the file names and that do not exist; existing ones stay put."""
    organisation = run.organisation
    known = people_by_name(organisation)
    teams: dict[tuple[str, ...], Team] = {(): organisation.root}
    for _line, name, path in placements(run, owners):
        team = _team(path, teams)
        pk = known.get(name.lower())
        person = Person.objects.get(pk=pk) if pk else _new_person(organisation, name)
        known[name.lower()] = person.pk
        if not Membership.objects.in_force().filter(person=person, is_primary=True).exists():
            join(person, team=team, role=Role.REP, primary=True)


def _new_person(organisation: Organisation, name: str) -> Person:
    is_mail = "@" in name
    return Person.objects.create(
        organisation=organisation, name=name[:200], email=name.lower() if is_mail else ""
    )


def _team(path: tuple[str, ...], teams: dict[tuple[str, ...], Team]) -> Team:
    if path not in teams:
        parent = _team(path[:-1], teams)
        found = Team.objects.children_of(parent).open().filter(name__iexact=path[-1]).first()
        teams[path] = found or add_team(parent, name=path[-1])
    return teams[path]
