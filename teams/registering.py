"""Making people so as a row says: whom it means, what changes, where they go."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from teams import joining
from teams.inviting import invite
from teams.models import Membership, Organisation, Person, Role, Team
from teams.recorded import BEGINNING

Row = dict[str, str]
"""``name``, ``email``, ``crm_id``, ``team``, ``role``; an empty one leaves what is there."""

Named = TypeVar("Named", Person, Team)


class BadCell(Exception):
    """A row cannot be taken because of one cell."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


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
        self.new: list[tuple[Person, Team | None, str]] = []
        self.taken: set[int] = set()

    def take(self, row: Row) -> str:
        """Make one row so: "created" (once ``finish`` is called), "updated" or "unchanged".

        Raises BadCell, and ValidationError for what the models or memberships refuse.
        """
        if not row["name"]:
            raise BadCell("name", _("This cell must not be empty."))
        team, role = self._team(row["team"]), _role(row["role"])
        person = self._meant(row)
        if person is None:
            self._begin(row, team, role)
            return "created"
        self.taken.add(id(person))
        with transaction.atomic():
            changed = self._write(person, row)
            placed = self._place(person, team, role)
        return "updated" if changed or placed else "unchanged"

    def finish(self) -> None:
        """Write who is new."""
        Person.objects.bulk_create([person for person, _team, _role in self.new])
        joining.join_new([(person, team, role) for person, team, role in self.new if team])

    def _meant(self, row: Row) -> Person | None:
        """By mail address, else by CRM id, else the only one of that name who has neither."""
        namesakes = self.by_name.get(row["name"].lower(), [])
        known = self.by_email.get(row["email"].lower()) or self.by_crm_id.get(row["crm_id"])
        if known is None and len(namesakes) > 1:
            raise BadCell("name", _("Several people have this name. Give them CRM ids first."))
        found = known or next(iter(namesakes), None)
        if found and id(found) in self.taken:
            raise BadCell("name", _("This person stands in an earlier row."))
        if found and found.deactivated_at:
            raise BadCell("name", _("This person is deactivated. Reactivate them first."))
        return found

    def _begin(self, row: Row, team: Team | None, role: str) -> None:
        """Nobody has this address or id, so what is unique in an organisation is."""
        person = Person(organisation=self.organisation, name=row["name"])
        person.email, person.external_id = row["email"].lower(), row["crm_id"]
        person.clean_fields(exclude={"organisation", "user"})
        if role and not team:
            raise BadCell("role", _("A role needs a team."))
        self.new.append((person, team, role or Role.REP))
        self.taken.add(id(person))
        self._remember(person)

    def _remember(self, person: Person) -> None:
        if person.email:
            self.by_email[person.email.lower()] = person
        if person.external_id:
            self.by_crm_id[person.external_id] = person
        if not person.email and not person.external_id:
            self.by_name[person.name.lower()] = [person]

    def _write(self, person: Person, row: Row) -> bool:
        """Set what the row says; whether that changed anything."""
        if self.by_crm_id.get(row["crm_id"], person) is not person:
            raise BadCell("crm_id", _("Somebody with this CRM id is here already."))
        said = {"name": row["name"], "email": row["email"].lower(), "external_id": row["crm_id"]}
        changes = {key: to for key, to in said.items() if to and to != getattr(person, key)}
        for key, to in changes.items():
            setattr(person, key, to)
        if changes:
            person.full_clean()
            person.save()
            self._remember(person)
        return bool(changes)

    def _place(self, person: Person, team: Team | None, role: str) -> bool:
        """Put the person into the team and role; whether that changed anything."""
        held = self.places.get(person.pk)
        if held:
            held.person = person
            target = (team or held.team, role or held.role)
            joining.change(held, team=target[0], role=target[1])
            return target != (held.team, held.role)
        if team:
            before = person.memberships.in_force().exists()
            since = timezone.now() if before else BEGINNING
            joining.join(person, team=team, role=role or Role.REP, since=since, primary=True)
        elif role:
            raise BadCell("role", _("A role needs a team."))
        return team is not None

    def _team(self, text: str) -> Team | None:
        """By short name, else by the only one of that name."""
        called = text.lower()
        namesakes = self.teams_by_name.get(called, [])
        if not text or called in self.teams:
            return self.teams.get(called)
        if not namesakes:
            raise BadCell("team", _("There is no open team of this name."))
        if len(namesakes) > 1:
            raise BadCell("team", _("Several teams have this name. Write the short name of one."))
        return namesakes[0]


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


def _role(text: str) -> str:
    if text and text.lower() not in Role.values:
        raise BadCell("role", _("Write rep, manager or admin."))
    return text.lower()
