"""Joining, leaving and changing teams. Past facts follow the membership that held then."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from teams.models import Membership, Organisation, Person, Role, Team
from teams.recorded import BEGINNING
from teams.signals import memberships_changed


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
    lock(person.organisation)
    if team.organisation_id != person.organisation_id or team.closed_at:
        raise ValidationError(_("Choose an open team of the same organisation."))
    later = Membership.objects.in_force().filter(Q(to_at=None) | Q(to_at__gt=since), person=person)
    if later.filter(team=team, role=role).exists():
        raise ValidationError(_("%(person)s has this role here already.") % {"person": person})
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
    _announce(person)
    return membership


@transaction.atomic
def leave(membership: Membership, *, at: datetime | None = None) -> None:
    """End a membership. Raises ValidationError if it would leave the organisation no admin."""
    organisation = lock(membership.person.organisation)
    membership.close(at or timezone.now())
    keep_an_admin(organisation)
    _announce(membership.person)


@transaction.atomic
def change_role(membership: Membership, *, role: str, at: datetime | None = None) -> None:
    """From ``at`` (now) on another role in the same team."""
    _replace(membership, at or timezone.now(), role=role)


@transaction.atomic
def move(membership: Membership, *, team: Team, at: datetime | None = None) -> None:
    """From ``at`` (now) on the same role in another team. A past date corrects the past."""
    if team.organisation_id != membership.person.organisation_id or team.closed_at:
        raise ValidationError(_("Choose an open team of the same organisation."))
    _replace(membership, at or timezone.now(), team=team)


def _replace(membership: Membership, at: datetime, **changes: object) -> None:
    organisation = lock(membership.person.organisation)
    membership.close(at)
    values = {
        "person": membership.person,
        "team": membership.team,
        "role": membership.role,
        "is_primary": membership.is_primary,
        "to_at": membership.to_at,
        "from_at": max(at, membership.from_at),
    }
    Membership.objects.create(**(values | changes))
    keep_an_admin(organisation)
    _announce(membership.person)


@transaction.atomic
def deactivate(person: Person) -> None:
    """Take away all access. Facts and memberships stay as they were."""
    organisation = lock(person.organisation)
    Person.objects.filter(pk=person.pk).update(deactivated_at=timezone.now())
    keep_an_admin(organisation)


@transaction.atomic
def reactivate(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(deactivated_at=None)


def lock(organisation: Organisation) -> Organisation:
    """One change of memberships at a time, so that two admins cannot end each other's."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def keep_an_admin(organisation: Organisation) -> None:
    """Refuse a change after which nobody administers the organisation."""
    admins = Membership.objects.holding_at(timezone.now()).filter(
        team__organisation=organisation,
        team__is_root=True,
        role=Role.ADMIN,
        person__deactivated_at=None,
    )
    if not admins.exists():
        raise ValidationError(
            _("The organisation would have no admin. Make somebody else an admin first.")
        )


def _announce(person: Person) -> None:
    memberships_changed.send(sender=Person, organisation=person.organisation, people=[person.pk])
