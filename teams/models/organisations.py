"""Organisations: the wall nothing crosses."""

import re
import unicodedata
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from teams.models.tree import Team

CURRENCY = re.compile("[A-Z]{3}")


def check_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a known time zone."), params={"zone": name})


def check_currency(code: str) -> None:
    if not CURRENCY.fullmatch(code):
        raise ValidationError(_("A currency is three capital letters, such as EUR."))


def check_month(number: int) -> None:
    if not 1 <= number <= 12:
        raise ValidationError(_("A month is a number from 1 to 12."))


def check_target(minutes: int) -> None:
    if minutes < 1:
        raise ValidationError(_("A target is at least a minute."))


def check_one_line(text: str) -> None:
    """Refuse names with line breaks or other control characters: they stand in mails and CSV."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValidationError(_("Write this on one line."))


class Organisation(models.Model):
    """The wall nothing crosses."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200, validators=[check_one_line])
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_zone]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[check_currency]
    )
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"), default=1, validators=[check_month]
    )
    response_minutes = models.PositiveSmallIntegerField(
        _("minutes to answer a lead in"), default=60, validators=[check_target]
    )
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_answers_within_a_minute_or_more",
                condition=Q(response_minutes__gte=1),
            ),
            models.CheckConstraint(
                name="organisation_currency_is_three_capitals",
                condition=Q(currency__regex=f"^{CURRENCY.pattern}$"),
            ),
            models.CheckConstraint(
                name="organisation_fiscal_year_starts_in_a_month",
                condition=Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def locked(self) -> Self:
        """The same, read again; until the transaction ends nobody else changes its tree or who is
        in it. Two moves at once could otherwise close a circle, two admins end each other.

        What only refers to it, such as an import's facts, does not wait for this.
        """
        return type(self).objects.select_for_update(no_key=True).get(pk=self.pk)

    @cached_property
    def root(self) -> "Team":
        """The team that is the organisation itself."""
        return self.teams.get(is_root=True)
