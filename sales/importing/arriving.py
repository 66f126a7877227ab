"""The people and teams an owners file brings: said by the plan, and exactly that done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef

from sales.importing.mapping import Mapping
from sales.importing.owners import Placement, people_called, placements, unambiguous
from sales.models import ImportRun
from teams.joining import join
from teams.models import Membership, Organisation, Person, Role, Team
from teams.tree import add_team


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whose first membership begins; ``person`` None is to be added."""

    name: str
    path: tuple[str, ...]
    person: int | None


@dataclass(slots=True)
class Arrivals:
    """``teams`` are the paths of those to be added, each after the one above it."""

    people: list[Arrival] = field(default_factory=list)
    teams: list[tuple[str, ...]] = field(default_factory=list)
    staying: int = 0

    def kept(self) -> dict[str, Any]:
        """As JSON, for the import to keep; empty where nobody comes or stays."""
        if not (self.people or self.teams or self.staying):
            return {}
        people = [[each.name, list(each.path), each.person] for each in self.people]
        return {
            "people": people,
            "teams": [list(path) for path in self.teams],
            "staying": self.staying,
        }


def arrivals_of(run: ImportRun, mapping: Mapping) -> Arrivals:
    """What the owners file would bring now. Whoever is in a team stays there.

    Raises UnreadableFile for a file with errors: it brings nobody.
    """
    found = Arrivals()
    if mapping.owners is None:
        return found
    organisation = run.organisation
    in_a_team = Membership.objects.in_force().filter(person=OuterRef("pk"))
    placed = set(organisation.people.filter(Exists(in_a_team)).values_list("pk", flat=True))
    called = people_called(organisation)
    known = unambiguous(called)
    coming: dict[int | str, Placement] = {}
    staying = set()
    for each in placements(run, mapping.owners):
        name = each.name.lower()
        person = known.get(name, name)
        if person in placed:
            staying.add(person)
        elif name in known or name not in called:
            coming.setdefault(person, each)
    found.staying = len(staying)
    found.people = [
        Arrival(each.name, each.path, known.get(each.name.lower())) for each in coming.values()
    ]
    found.teams = _missing(organisation, [each.path for each in found.people])
    return found


def _missing(organisation: Organisation, paths: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The teams on these paths that are not there, each after the one above it."""
    teams: dict[tuple[str, ...], Team | None] = {(): organisation.root}
    missing = []
    for path in paths:
        for depth in range(1, len(path) + 1):
            key = _key(path[:depth])
            if key not in teams:
                above = teams[key[:-1]]
                teams[key] = _child(above, path[depth - 1]) if above else None
                if teams[key] is None:
                    missing.append(path[:depth])
    return missing


def bring(organisation: Organisation, arrivals: Arrivals) -> None:
    """Add the teams and people and let their memberships begin, as reps."""
    teams: dict[tuple[str, ...], Team] = {(): organisation.root}
    for path in arrivals.teams:
        teams[_key(path)] = add_team(_team(path[:-1], teams), name=path[-1])
    for each in arrivals.people:
        person = (
            organisation.people.get(pk=each.person)
            if each.person
            else _new_person(organisation, each.name)
        )
        join(person, team=_team(each.path, teams), role=Role.REP, primary=True)


def _team(path: tuple[str, ...], teams: dict[tuple[str, ...], Team]) -> Team:
    key = _key(path)
    if key not in teams:
        found = _child(_team(path[:-1], teams), path[-1])
        if found is None:
            raise Team.DoesNotExist(" / ".join(path))
        teams[key] = found
    return teams[key]


def _child(parent: Team, name: str) -> Team | None:
    return Team.objects.children_of(parent).open().filter(name__iexact=name).first()


def _key(path: tuple[str, ...]) -> tuple[str, ...]:
    """Teams are found whatever the case of their names."""
    return tuple(name.upper() for name in path)


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
