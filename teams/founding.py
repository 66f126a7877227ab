"""Founding an organisation: its root team and its first admin."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext

from teams.inviting import invite
from teams.keeping_hours import add_calendar, work_by
from teams.models import Membership, Organisation, Person, Role
from teams.signals import calendar_changed
from teams.tree import create_root, rename_team


@transaction.atomic
def found_organisation(
    slug: str,
    *,
    name: str = "",
    timezone: str = "UTC",
    currency: str = "EUR",
    fiscal_year_start: int = 1,
    admin_email: str = "",
    admin_name: str = "",
) -> Organisation:
    """Make an organisation with its root team and, if named, its first admin, who is invited.

    Raises ValidationError with the fields that are wrong.
    """
    organisation = Organisation(
        slug=slug.lower(),
        name=name or slug,
        timezone=timezone,
        currency=currency,
        fiscal_year_start=fiscal_year_start,
    )
    organisation.full_clean()
    organisation.save()
    root = create_root(organisation)
    hours = add_calendar(organisation, name=gettext("Office hours"), zone=timezone)
    work_by(root, calendar=hours)
    if admin_email:
        _first_admin(organisation, email=admin_email, name=admin_name)
    return organisation


def _first_admin(organisation: Organisation, *, email: str, name: str) -> None:
    admin = Person(
        organisation=organisation, name=name or email.partition("@")[0], email=email.lower()
    )
    admin.full_clean()
    admin.save()
    Membership.objects.create(person=admin, team=organisation.root, role=Role.ADMIN)
    invite(admin)


def organisation_called(slug: str) -> Organisation:
    """The organisation of that short name. Raises LookupError that lists what there is."""
    found = Organisation.objects.filter(slug=slug.lower()).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise LookupError(f"There is no organisation “{slug}”. There is: {known or 'none yet'}.")
    return found


MOVES_NUMBERS = {"timezone", "fiscal_year_start", "currency", "response_minutes"}


@transaction.atomic
def settle(organisation: Organisation, *, changed: Iterable[str]) -> None:
    """Keep other settings."""
    organisation.full_clean()
    organisation.save()
    rename_team(organisation.root, name=organisation.name)
    if set(changed) & MOVES_NUMBERS:
        calendar_changed.send(sender=Organisation, organisation=organisation)
