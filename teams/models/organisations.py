"""Organisations: the wall nothing crosses."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from teams.models.tree import Team


def check_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a known time zone."), params={"zone": name})


class Organisation(models.Model):
    """The wall nothing crosses."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"), default=1
    )
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_currency_is_three_capitals",
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                violation_error_message=_("A currency is three capital letters, such as EUR."),
            ),
            models.CheckConstraint(
                name="organisation_fiscal_year_starts_in_a_month",
                condition=Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def root(self) -> "Team":
        """The team that is the organisation itself."""
        return self.teams.get(is_root=True)
