"""Joining, leaving and changing teams. Past facts follow the membership that held then."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from teams.models import Membership, MembershipQuerySet, Organisation, Person, Role, Team
from teams.recorded import BEGINNING
from teams.signals import memberships_changed

CLOSED = "closed"
"""What is wrong is the team that was chosen."""


@transaction.atomic
def join(
    person: Person,
    *,
    team: Team,
    role: str,
    since: datetime = BEGINNING,
    primary: bool | None = None,
) -> Membership:
    """Give a person a role in a team from ``since`` on.

    ``primary`` None makes it primary if the person has no other primary one then. Raises
    ValidationError for another organisation's team, a closed team, or a role held already.
    """
    refuse_closed(team, person.organisation.locked())
    later = _from(since, person)
    _refuse_twice(later, person, team, role)
    clashes = later.filter(is_primary=True).exists()
    if primary and clashes:
        raise ValidationError(
            _("%(person)s has another primary team then. Move them instead.") % {"person": person}
        )
    membership = Membership.objects.create(
        person=person,
        team=team,
        role=role,
        from_at=since,
        is_primary=not clashes if primary is None else primary,
    )
    _announce([person])
    return membership


def join_new(places: Sequence[tuple[Person, Team, str]]) -> None:
    """Many of one organisation who were never anywhere, each in an open team in a role, as always.

    For who holds the organisation's lock.
    """
    Membership.objects.bulk_create(
        [Membership(person=person, team=team, role=role) for person, team, role in places]
    )
    _announce([person for person, _team, _role in places])


@transaction.atomic
def leave(membership: Membership, *, at: datetime | None = None) -> None:
    """End a membership; one to come is taken back.

    Raises ValidationError if it would leave the organisation no admin, and for an end before the
    beginning.
    """
    membership.person.organisation.locked()
    moment = at or timezone.now()
    _refuse_after_end(membership, moment)
    if at is not None:
        _refuse_before_beginning(membership, at)
    membership.close(moment)
    _keep_an_admin(membership)
    _announce([membership.person])


def move(membership: Membership, *, team: Team, at: datetime | None = None) -> None:
    """From ``at`` (now) on the same role in another team. A past date corrects the past."""
    change(membership, team=team, at=at)


@transaction.atomic
def change(
    membership: Membership,
    *,
    team: Team | None = None,
    role: str = "",
    at: datetime | None = None,
) -> None:
    """From ``at`` (now) on another team, another role, or both; else nothing happens.

    Raises ValidationError where joining would, where the membership ends before, and where the
    organisation would be left no admin.
    """
    person = membership.person
    new_team, new_role = team or membership.team, role or membership.role
    if (new_team.pk, new_role) == (membership.team_id, membership.role):
        return
    refuse_closed(new_team, person.organisation.locked())
    if at is not None:
        _refuse_before_beginning(membership, at)
    moment = max(at or timezone.now(), membership.from_at)
    _refuse_after_end(membership, moment)
    _refuse_twice(_from(moment, person).exclude(pk=membership.pk), person, new_team, new_role)
    membership.close(moment)
    span = {"team_id": new_team.pk, "role": new_role, "from_at": moment}
    Membership.objects.create(**_span_of(membership, **span))
    _keep_an_admin(membership)
    _announce([person])


def begin_at(membership: Membership, *, at: datetime) -> None:
    """Correct when a membership began: facts since then are its team's, those before are not.

    Raises ValidationError as ``correct``.
    """
    _refuse_after_end(membership, at)
    correct(membership, start=at, end=membership.to_at)


@transaction.atomic
def correct(membership: Membership, *, start: datetime, end: datetime | None) -> None:
    """Correct from when to when a membership held, also of one that is over: facts follow.

    Raises ValidationError for an end that is not after the beginning or is after the team closed,
    where the person was elsewhere then, and where the organisation would have no admin.
    """
    person = membership.person
    person.organisation.locked()
    if end is not None and end <= start:
        raise ValidationError(_("It must end after it begins."))
    closed = membership.team.closed_at
    if closed and (end is None or end > closed):
        told = {"team": membership.team.name, "day": date_format(localtime(closed), "Y-m-d")}
        raise ValidationError(_("%(team)s closed on %(day)s. It cannot end later.") % told)
    others = _from(start, person).exclude(pk=membership.pk)
    before_its_end = others.filter(from_at__lt=end) if end else others
    clash = Q(is_primary=True) if membership.is_primary else Q(team=membership.team_id)
    other = before_its_end.filter(clash).select_related("team").first()
    if other is not None:
        raise ValidationError(
            _("They were %(role)s of %(team)s then. Change the dates of that first.")
            % {"role": other.get_role_display(), "team": other.team.name}
        )
    if not Membership.objects.filter(pk=membership.pk).void(timezone.now()):
        raise ValidationError(_("Somebody has changed this meanwhile. Look again."))
    Membership.objects.create(**_span_of(membership, from_at=start, to_at=end))
    _keep_an_admin(membership)
    _announce([person])


def change_all(changes: Sequence[tuple[Membership, Team, str]]) -> None:
    """From now on each in another open team, another role, or both, of one organisation.

    For who holds the organisation's lock and has seen that each holds now, that nobody has the role
    there already, and that none administers the organisation.
    """
    now = timezone.now()
    held = [membership for membership, _team, _role in changes]
    Membership.objects.filter(pk__in=[each.pk for each in held]).void(now)
    spans = [_span_of(each, to_at=now) for each in held if each.from_at < now]
    spans += [
        _span_of(each, team_id=team.pk, role=role, from_at=now) for each, team, role in changes
    ]
    Membership.objects.bulk_create(Membership(**span) for span in spans)
    _announce([each.person for each in held])


def carry_over(team: Team, *, into: Team, at: datetime) -> None:
    """Whoever is or will be in ``team`` is in ``into`` instead from ``at`` on, in the same role."""
    held = Membership.objects.not_over(at).filter(team=team)
    for membership in held.order_by("from_at"):
        moment = max(at, membership.from_at)
        there = Membership.objects.holding_at(moment).filter(
            person_id=membership.person_id, team=into, role=membership.role
        )
        membership.close(moment)
        already = there.first()
        if already is None:
            Membership.objects.create(**_span_of(membership, team_id=into.pk, from_at=moment))
        elif membership.is_primary:
            _make_primary(already, moment, membership.to_at)


def _make_primary(membership: Membership, start: datetime, end: datetime | None) -> None:
    """A membership that held beside the primary one takes its place from ``start`` to ``end``."""
    membership.close(start)
    span = {"from_at": start, "to_at": end, "is_primary": True}
    Membership.objects.create(**_span_of(membership, **span))
    if end is not None and (membership.to_at is None or membership.to_at > end):
        Membership.objects.create(**_span_of(membership, from_at=end))


def _span_of(membership: Membership, **changes: object) -> dict[str, object]:
    values = {
        "person_id": membership.person_id,
        "team_id": membership.team_id,
        "role": membership.role,
        "is_primary": membership.is_primary,
        "from_at": membership.from_at,
        "to_at": membership.to_at,
    }
    return values | changes


@transaction.atomic
def deactivate(person: Person) -> None:
    """Take away all access. Facts and memberships stay as they were."""
    person.organisation.locked()
    Person.objects.filter(pk=person.pk).update(deactivated_at=timezone.now())
    for membership in _from(timezone.now(), person):
        _keep_an_admin(membership)


@transaction.atomic
def reactivate(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(deactivated_at=None)


def refuse_closed(team: Team, organisation: Organisation) -> None:
    """Only an open team of the organisation can be joined or moved into."""
    if not organisation.teams.open().filter(pk=team.pk).exists():
        raise ValidationError(_("Choose an open team of the same organisation."), code=CLOSED)


def _from(since: datetime, person: Person) -> MembershipQuerySet:
    """The person's memberships that hold at some time from ``since`` on."""
    return Membership.objects.not_over(since).filter(person=person)


def _refuse_twice(later: MembershipQuerySet, person: Person, team: Team, role: str) -> None:
    if later.filter(team=team, role=role).exists():
        raise ValidationError(_("%(person)s has this role here already.") % {"person": person})


def _refuse_after_end(membership: Membership, moment: datetime) -> None:
    if membership.to_at is not None and membership.to_at <= moment:
        raise ValidationError(_("This membership ends before that day."))


def _refuse_before_beginning(membership: Membership, moment: datetime) -> None:
    if moment < membership.from_at:
        raise ValidationError(
            _("This began on %(day)s. Correct that first: same team and role, from another day.")
            % {"day": date_format(membership.from_at, "Y-m-d")}
        )


def _keep_an_admin(lost: Membership) -> None:
    """Refuse to lose one if then, or at any later time, nobody administers the organisation.

    In place of an admin with an account there must be another with an account: one without could
    not be helped in by anybody.
    """
    if lost.role != Role.ADMIN or not lost.team.is_root:
        return
    admins = Membership.objects.in_force().filter(
        team=lost.team, role=Role.ADMIN, person__deactivated_at=None
    )
    if lost.person.user_id:
        admins = admins.filter(person__user__is_active=True)
    now = timezone.now()
    ends = admins.filter(to_at__gt=now).values_list("to_at", flat=True)
    if not all(admins.holding_at(moment or now).exists() for moment in (now, *ends)):
        raise ValidationError(
            _("Nobody who can sign in would be admin. Make somebody else an admin first.")
        )


def _announce(people: Sequence[Person]) -> None:
    if people:
        ids = [person.pk for person in people]
        memberships_changed.send(sender=Person, organisation=people[0].organisation, people=ids)
