"""When people work: weekly hours and holidays of a calendar, and each person's days off."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, UniqueConstraint, Value
from django.utils.translation import gettext_lazy as _

from teams.models.organisations import Organisation, check_one_line, check_zone
from teams.models.people import Person
from teams.recorded import Recorded, RecordedQuerySet
from teams.working_time import Calendar
from teams.writing_hours import week_in_words


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class BusinessCalendarQuerySet(models.QuerySet):
    def whole(self) -> Self:
        """With windows and holidays, for reading hours."""
        return self.prefetch_related("windows", "holidays")

    def with_who_works_by_it(self) -> Self:
        """With the teams and people that have chosen it."""
        return self.prefetch_related("teams", "people")


class BusinessCalendar(models.Model):
    """Working hours by the clock on the wall of a place. Numbers that measure business time use
    the calendar as it is now: another calendar is another definition, not another fact."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="calendars")
    name = models.CharField(_("name"), max_length=100, validators=[check_one_line])
    timezone = models.CharField(_("time zone"), max_length=64, validators=[check_zone])

    objects: ClassVar[Any] = BusinessCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            UniqueConstraint(
                fields=["organisation", "name"],
                name="calendar_name_is_unique_in_its_organisation",
                violation_error_message=_("There is a calendar of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def hours(self, days_off: frozenset[date] = frozenset()) -> Calendar:
        """To measure with; ``days_off`` are closed besides the holidays."""
        weekly = tuple(
            tuple((timedelta(minutes=opens), timedelta(minutes=closes)) for opens, closes in day)
            for day in self.weekly()
        )
        holidays = frozenset(each.day for each in self.holidays.all())
        return Calendar(ZoneInfo(self.timezone), weekly, holidays | days_off)

    @property
    def week(self) -> str:
        """The open hours in words."""
        return week_in_words(self.weekly())

    def weekly(self) -> list[list[tuple[int, int]]]:
        """By weekday, Monday first, the open hours in minutes since midnight."""
        weekly: list[list[tuple[int, int]]] = [[] for _day in Weekday]
        for each in sorted(self.windows.all(), key=lambda window: window.opens):
            weekly[each.weekday].append((each.opens, each.closes))
        return weekly


class WorkingWindow(models.Model):
    """Open hours of a weekday, in minutes since local midnight: ``[opens, closes)``."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="working_window_is_forward_and_within_its_day",
                condition=Q(weekday__lte=6, closes__lte=1440, closes__gt=F("opens")),
            ),
            ExclusionConstraint(
                name="working_windows_of_a_day_do_not_overlap",
                expressions=[
                    (
                        Func("calendar_id", "calendar_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("weekday") * 1440 + F("opens"),
                            F("weekday") * 1440 + F("closes"),
                            function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class Holiday(models.Model):
    """A day on which nobody of a calendar works."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100, blank=True, validators=[check_one_line])

    class Meta:
        ordering = ["day"]
        constraints = [
            UniqueConstraint(fields=["calendar", "day"], name="holiday_is_once_in_a_calendar")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class OpenStretch(models.Model):
    """A calendar's open instants from ``opens_at`` to ``closes_at``; ``before`` is how much was
    open in the stretches before it, so that business time is a difference of two look-ups.

    Derived; rewritten by ``teams.keeping_hours`` whenever the calendar changes.
    """

    calendar = models.ForeignKey(
        BusinessCalendar, models.CASCADE, related_name="stretches", db_index=False
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    before = models.DurationField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["calendar", "opens_at"], name="open_stretch_of_a_calendar")
        ]

    def __str__(self) -> str:
        return f"{self.opens_at} {self.closes_at}"


class LeaveQuerySet(RecordedQuerySet):
    def within(self, first: date, last: date) -> Self:
        """In force, with a day in ``[first, last]``."""
        return self.in_force().filter(first__lte=last, last__gte=first)


class Leave(Recorded):
    """Days off of a person, by the calendar on the wall where they work; both ends included."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    objects: ClassVar[Any] = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_it_begins", condition=Q(last__gte=F("first"))
            ),
            ExclusionConstraint(
                name="leaves_of_a_person_do_not_overlap",
                expressions=[
                    (
                        Func("person_id", "person_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("first", "last", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(voided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.first} to {self.last}"
