"""Making people so as a row says: whom it means, what changes, where they go."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from teams import joining
from teams.inviting import invite
from teams.models import Membership, Organisation, Person, Role, Team

Row = dict[str, str]
"""``name``, ``email``, ``crm_id``, ``team``, ``role``; an empty one leaves what is there."""
FIELDS = {"name": "name", "email": "email", "crm_id": "external_id"}
"""Where a column's text goes."""

Named = TypeVar("Named", Person, Team)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be taken: which of its cells is wrong, and how."""

    column: str
    reason: str


class BadRow(Exception):
    """A row cannot be taken; ``faults`` is everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Change:
    """What a column says and what was there before; "" is nothing."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Whom a row means and what it changes of them; ``outcome`` is "created", "updated" or
    "unchanged"."""

    person: Person
    outcome: str
    changes: list[Change]


class Register:
    """The people and teams of an organisation, by what rows call them; read once."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        people = list(organisation.people.select_related("organisation"))
        teams = list(organisation.teams.open())
        self.by_email = {person.email.lower(): person for person in people if person.email}
        self.by_crm_id = {person.external_id: person for person in people if person.external_id}
        self.by_name = _by_name(each for each in people if not each.email and not each.external_id)
        self.teams = {team.slug: team for team in teams}
        self.teams_by_name = _by_name(teams)
        self.places = primary_memberships(organisation)
        self.placed, self.roles = _memberships(organisation)
        self.new: list[Person] = []
        self.changed: list[Person] = []
        self.joins: list[tuple[Person, Team, str]] = []
        self.moves: list[tuple[Membership, Team, str]] = []
        self.taken: set[int] = set()

    def take(self, row: Row) -> Taken:
        """Make one row so, once ``finish`` is called; what only the database can refuse, at once.

        Raises BadRow; then nothing that was taken may be kept.
        """
        row = row | {"role": role_called(row["role"])}
        people, teams = self._meant(row), self._called(row["team"])
        person = people[0] if len(people) == 1 else None
        team = teams[0] if len(teams) == 1 else None
        faults = [*self._person_faults(row, people), *_place_faults(row, teams)]
        faults += _cell_faults(row, person)
        if not people and not faults:
            return self._begin(row, team)
        moves: list[Change] = []
        if person and not any(fault.column in {"team", "role"} for fault in faults):
            try:
                moves = self._place(person, team, row["role"])
            except ValidationError as error:
                faults.append(Fault("team", " ".join(error.messages)))
        if faults or person is None:
            raise BadRow(sorted(faults, key=lambda fault: list(row).index(fault.column)))
        changes = self._write(person, row) + moves
        return Taken(person, "updated" if changes else "unchanged", changes)

    def finish(self) -> None:
        """Write who is new, who is called otherwise and who goes where."""
        Person.objects.bulk_create(self.new)
        Person.objects.bulk_update(self.changed, list(FIELDS.values()), batch_size=500)
        joining.join_new(self.joins)
        joining.change_all(self.moves)

    def _meant(self, row: Row) -> list[Person]:
        """By mail address, else by CRM id, else those of that name who have neither."""
        known = self.by_email.get(row["email"].lower()) or self.by_crm_id.get(row["crm_id"])
        return [known] if known else self.by_name.get(row["name"].lower(), [])

    def _meant_by(self, row: Row) -> str:
        """The column by which ``_meant`` finds who is known."""
        if row["email"].lower() in self.by_email:
            return "email"
        return "crm_id" if row["crm_id"] in self.by_crm_id else "name"

    def _called(self, text: str) -> list[Team]:
        """By short name, else those of that name."""
        called = text.lower()
        found = self.teams.get(called)
        return [found] if found else self.teams_by_name.get(called, [])

    def _person_faults(self, row: Row, people: list[Person]) -> Iterator[Fault]:
        if len(people) > 1:
            yield Fault("name", _("Several people have this name. Give them CRM ids first."))
        elif people and id(people[0]) in self.taken:
            yield Fault(self._meant_by(row), _("This person stands in an earlier row."))
        elif people and people[0].deactivated_at:
            reason = _("This person is deactivated. Reactivate them first.")
            yield Fault(self._meant_by(row), reason)
        if len(people) == 1 and self.by_crm_id.get(row["crm_id"], people[0]) is not people[0]:
            yield Fault("crm_id", _("Somebody with this CRM id is here already."))
        placed = len(people) == 1 and people[0].pk in self.places
        if row["role"] and not row["team"] and not placed:
            yield Fault("role", _("A role needs a team."))

    def _begin(self, row: Row, team: Team | None) -> Taken:
        """Nobody has this address or id, so what is unique in an organisation is."""
        person = _person(row, self.organisation)
        role = (row["role"] or Role.REP) if team else ""
        said = row | {"team": team.name if team else "", "role": role}
        self.new.append(person)
        if team:
            self.joins.append((person, team, role))
        self._remember(person)
        changes = [Change(column, "", text) for column, text in said.items() if text]
        return Taken(person, "created", [each for each in changes if each.column != "name"])

    def _remember(self, person: Person) -> None:
        self.taken.add(id(person))
        if person.email:
            self.by_email[person.email.lower()] = person
        if person.external_id:
            self.by_crm_id[person.external_id] = person
        if not person.email and not person.external_id:
            self.by_name[person.name.lower()] = [person]

    def _write(self, person: Person, row: Row) -> list[Change]:
        """Set what the row says of the person; what that changes."""
        changes = []
        for column, field in FIELDS.items():
            before, after = getattr(person, field), _said(row, column)
            if after and after != before:
                setattr(person, field, after)
                changes.append(Change(column, before, after))
        if changes:
            self.changed.append(person)
        self._remember(person)
        return changes

    def _place(self, person: Person, team: Team | None, role: str) -> list[Change]:
        """Put the person into the team and role; what that changes. Raises ValidationError."""
        held = self.places.get(person.pk)
        if held:
            held.person = person
            before = held.team.name, held.role
            after = team or held.team, role or held.role
            self._move(held, *after)
        elif team:
            before, after = ("", ""), (team, role or Role.REP)
            self._join(person, *after)
        else:
            return []
        said = zip(("team", "role"), before, (after[0].name, after[1]), strict=True)
        return [Change(column, was, now) for column, was, now in said if was != now]

    def _move(self, held: Membership, team: Team, role: str) -> None:
        """Who administers the organisation moves at once: somebody else must be there to do it."""
        if (team.pk, role) == (held.team_id, held.role):
            return
        if held.team.is_root or (held.person_id, team.pk, role) in self.roles:
            joining.change(held, team=team, role=role)
        else:
            self.moves.append((held, team, role))

    def _join(self, person: Person, team: Team, role: str) -> None:
        """Who was somewhere comes back now; who never was is in the team as always."""
        if person.pk in self.placed:
            joining.join(person, team=team, role=role, since=timezone.now(), primary=True)
        else:
            self.joins.append((person, team, role))


def _memberships(organisation: Organisation) -> tuple[set[int], set[tuple[int, int, str]]]:
    """Who is or was anywhere; and (person, team, role) of what holds now or will."""
    now = timezone.now()
    known = Membership.objects.in_force().filter(person__organisation=organisation)
    held = known.values_list("person", "team", "role", "to_at")
    lasting = {(person, team, role) for person, team, role, end in held if end is None or end > now}
    return {person for person, _team, _role, _end in held}, lasting


def _cell_faults(row: Row, person: Person | None) -> Iterator[Fault]:
    """What is wrong with the texts as such; not what the person has already."""
    if not row["name"]:
        yield Fault("name", _("This cell must not be empty."))
    passed = {
        field
        for column, field in FIELDS.items()
        if not row[column] or (person and _said(row, column) == getattr(person, field))
    }
    try:
        _person(row).clean_fields(exclude={"organisation", "user", *passed})
    except ValidationError as error:
        columns = {field: column for column, field in FIELDS.items()}
        for field, messages in error.message_dict.items():
            yield Fault(columns[field], " ".join(messages))


def _place_faults(row: Row, teams: list[Team]) -> Iterator[Fault]:
    if row["team"] and not teams:
        yield Fault("team", _("There is no open team of this name."))
    if len(teams) > 1:
        yield Fault("team", _("Several teams have this name. Write the short name of one."))
    if row["role"] and row["role"] not in Role.values:
        yield Fault("role", _("Write rep, manager or admin."))


def role_called(text: str) -> str:
    """The role a cell means, by its code or by its name in any language; else the text itself."""
    return _role_names().get(text.lower(), text)


@cache
def _role_names() -> dict[str, str]:
    """The code of each role by what it may be called, in lower case."""
    names = {role.value: role.value for role in Role}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {str(role.label).lower(): role.value for role in Role}
    return names


def _person(row: Row, organisation: Organisation | None = None) -> Person:
    said = {field: _said(row, column) for column, field in FIELDS.items()}
    return Person(organisation=organisation, **said)


def _said(row: Row, column: str) -> str:
    return row[column].lower() if column == "email" else row[column]


@transaction.atomic
def keep(person: Person) -> None:
    """Save somebody. Raises ValidationError if another has the address or id by now, also if both
    were sent at the same moment."""
    person.organisation.locked()
    person.validate_constraints()
    person.save()


@transaction.atomic
def add(person: Person, *, team: Team, role: str, invited: bool, by: Person) -> None:
    """Somebody new, in a team as always, and asked to open an account if ``invited``.

    Raises ValidationError as ``keep``, ``join`` and ``invite`` do.
    """
    keep(person)
    joining.join(person, team=team, role=role)
    if invited:
        invite(person, by=by)


def primary_memberships(organisation: Organisation) -> dict[int, Membership]:
    """The primary membership of each person now, by the person's id."""
    now = Membership.objects.holding_at(timezone.now()).filter(is_primary=True)
    found = now.filter(person__organisation=organisation).select_related("team")
    return {membership.person_id: membership for membership in found}


def _by_name(things: Iterable[Named]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = defaultdict(list)
    for thing in things:
        found[thing.name.lower()].append(thing)
    return found
