"""Who the owners in a file are, and the file that says in which teams they are."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef

from sales.importing.checking import AMBIGUOUS, TEAMLESS, Owner
from sales.importing.mapping import Mapping, Owners
from sales.importing.problems import Problem, UnreadableFile, unreadable
from sales.importing.reading import Table, open_table
from sales.models import ImportRun
from teams.joining import join
from teams.models import Membership, Organisation, Person, Role, Team
from teams.models.organisations import check_one_line
from teams.tree import add_team

LONGEST_NAME = 200


def names_of(person: Person) -> set[str]:
    """All ways a file may write this person, in lower case."""
    return {name.strip().lower() for name in (person.name, person.email, person.external_id)} - {""}


def owners_of(run: ImportRun, mapping: Mapping) -> dict[str, Owner]:
    """Everybody a row may name as its owner, by every way to write them.

    Owners whom the owners file puts into a team are good even before they exist. Raises
    UnreadableFile for an owners file that cannot be read.
    """
    found: dict[str, Owner] = {}
    in_a_team = Membership.objects.in_force().filter(person=OuterRef("pk"))
    for person in run.organisation.people.annotate(has_team=Exists(in_a_team)):
        for name in names_of(person):
            one = Owner(person.pk, "" if person.has_team else TEAMLESS)
            found[name] = Owner(None, AMBIGUOUS) if name in found else one
    if mapping.owners:
        for _line, name, _path in placements(run, mapping.owners):
            known = found.get(name.lower())
            if known is None or known.problem == TEAMLESS:
                found[name.lower()] = Owner(known.person if known else None)
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
    """(line, owner, team names from the top down) of the owners file.

    Raises UnreadableFile for the first row of it that cannot be taken: half a team tree is none.
    """
    try:
        with open_table(Path(default_storage.path(run.owners_file))) as table:
            yield from _placements(table, owners)
    except UnreadableFile as error:
        raise UnreadableFile(error.problem, file=owners.file) from error


def _placements(table: Table, owners: Owners) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    columns = (owners.owner, *owners.teams)
    for column in columns:
        if column not in table.header:
            raise unreadable("unknown_column", column=column)
    places = [table.header.index(column) for column in columns]
    for line, cells in table.rows():
        if isinstance(cells, Problem):
            raise UnreadableFile(cells)
        names = [cells[place].strip() for place in places]
        for column, name in zip(columns, names, strict=True):
            if code := _fault(name):
                raise unreadable(code, line=line, column=column, value=name)
        if names[0]:
            yield line, names[0], tuple(name for name in names[1:] if name)


def _fault(name: str) -> str:
    """The code of what is wrong with the name of a person or team, or nothing."""
    if len(name) > LONGEST_NAME:
        return "too_long"
    try:
        check_one_line(name)
    except ValidationError:
        return "line_break"
    return ""


def place_owners(run: ImportRun, owners: Owners) -> None:
    """Make the people the file names and that do not exist, in teams made for them where there are
    none. Whoever is in a team stays there. Safe to run again.
    """
    organisation = run.organisation
    in_a_team = Membership.objects.in_force().filter(person=OuterRef("pk"))
    placed = _names(organisation.people.filter(Exists(in_a_team)))
    known = people_by_name(organisation)
    everybody = _names(organisation.people.all())
    teams: dict[tuple[str, ...], Team] = {(): organisation.root}
    for _line, name, path in placements(run, owners):
        key = name.lower()
        if key in placed or (key in everybody and key not in known):
            continue
        team = _team(path, teams)
        person = (
            Person.objects.get(pk=known[key]) if key in known else _new_person(organisation, name)
        )
        join(person, team=team, role=Role.REP, primary=True)
        placed.add(key)


def _names(people: Iterable[Person]) -> set[str]:
    return {name for person in people for name in names_of(person)}


def _new_person(organisation: Organisation, name: str) -> Person:
    return Person.objects.create(
        organisation=organisation, name=name, email=name.lower() if _is_mail(name) else ""
    )


def _is_mail(name: str) -> bool:
    try:
        validate_email(name)
    except ValidationError:
        return False
    return True


def _team(path: tuple[str, ...], teams: dict[tuple[str, ...], Team]) -> Team:
    if path not in teams:
        parent = _team(path[:-1], teams)
        found = Team.objects.children_of(parent).open().filter(name__iexact=path[-1]).first()
        teams[path] = found or add_team(parent, name=path[-1])
    return teams[path]
