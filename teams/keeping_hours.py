"""Working hours: calendars, who works by which, and days off."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from teams.models import (
    BusinessCalendar,
    Holiday,
    Leave,
    Membership,
    OpenStretch,
    Organisation,
    Person,
    Team,
    WorkingWindow,
)
from teams.signals import hours_changed
from teams.working_time import Calendar, open_stretches

EARLIEST = date(2000, 1, 1)
"""Business time is not measured before: an inbound lead of last century is answered by nobody."""

AHEAD = timedelta(days=2 * 366)
"""How far stretches are written ahead of time; they are extended when half of it is left."""

Weekly = Sequence[Sequence[tuple[int, int]]]
"""By weekday, Monday first, the open hours in minutes since midnight."""

Holidays = Iterable[tuple[date, str]]

OFFICE_HOURS: Weekly = [[(9 * 60, 17 * 60)]] * 5 + [[], []]


@transaction.atomic
def add_calendar(
    organisation: Organisation,
    *,
    name: str,
    zone: str,
    weekly: Weekly = OFFICE_HOURS,
    holidays: Holidays = (),
) -> BusinessCalendar:
    """Raises ValidationError."""
    organisation.locked()
    calendar = BusinessCalendar(organisation=organisation, name=name, timezone=zone)
    calendar.full_clean()
    calendar.save()
    _write_windows(calendar, weekly)
    _write_holidays(calendar, holidays)
    return calendar


@transaction.atomic
def change_calendar(
    calendar: BusinessCalendar,
    *,
    name: str,
    zone: str,
    weekly: Weekly,
    holidays: Holidays | None = None,
) -> None:
    """Other hours, another place or name; other holidays, if any are said.

    Numbers follow if anybody's hours do, not after another name. Raises ValidationError.
    """
    _lock(calendar)
    before = _hours(calendar)
    calendar.name, calendar.timezone = name, zone
    calendar.full_clean()
    calendar.save()
    calendar.windows.all().delete()
    _write_windows(calendar, weekly)
    if holidays is not None:
        _write_holidays(calendar, holidays)
    if _hours(calendar) != before:
        _changed(calendar)


@transaction.atomic
def set_holidays(calendar: BusinessCalendar, *, days: Holidays) -> None:
    """Make these its holidays; of a day given twice the last name counts.

    Raises ValidationError for a calendar that is gone.
    """
    _lock(calendar)
    _write_holidays(calendar, days)
    _changed(calendar)


@transaction.atomic
def remove_calendar(calendar: BusinessCalendar) -> None:
    """Raises ValidationError while somebody works by it, or a team did until it closed."""
    _lock(calendar)
    if calendar.teams.open().exists() or calendar.people.exists():
        raise ValidationError(_("Teams or people work by this calendar. Give them another first."))
    if calendar.teams.exists():
        raise ValidationError(
            _("A team that is closed worked by this calendar; response times of then count by it.")
        )
    calendar.delete()


@transaction.atomic
def work_by(subject: Team | Person, *, calendar: BusinessCalendar | None) -> bool:
    """Whose hours they are; none is those of the team, or of the team above.

    Whether anything is different. Raises ValidationError for a calendar of another organisation,
    and for a root without one.
    """
    if calendar is None and isinstance(subject, Team) and subject.is_root:
        raise ValidationError(_("The organisation itself needs working hours."))
    if calendar and calendar.organisation_id != subject.organisation_id:
        raise ValidationError(_("There is no such calendar here."))
    if calendar:
        _lock(calendar)
    if subject.calendar == calendar:
        return False
    subject.calendar = calendar
    subject.save(update_fields=["calendar"])
    hours_changed.send(sender=type(subject), organisation=subject.organisation)
    return True


@transaction.atomic
def take_leave(person: Person, *, first: date, last: date) -> Leave:
    """Days off, both included. Raises ValidationError for days that are off already or run back.

    The database holds to both. Django would compare with the days off of everybody: not asked.
    No number follows: response times are counted by calendars, not by days off.
    """
    person.organisation.locked()
    if last < first:
        raise ValidationError({"last": _("The last day is the first or a later one.")})
    if Leave.objects.within(first, last).filter(person=person).exists():
        raise ValidationError(_("Some of these days are off already."))
    leave: Leave = Leave.objects.create(person=person, first=first, last=last)
    return leave


@transaction.atomic
def cancel_leave(leave: Leave) -> None:
    """The days are worked after all; that they were to be off stays known."""
    Leave.objects.filter(pk=leave.pk).void(timezone.now())


def calendar_of(person: Person, *, at: datetime) -> BusinessCalendar:
    """Their own, else that of the nearest team above them at ``at``, else the organisation's."""
    chosen = person.calendar_id or _of_the_team(person, at)
    calendar: BusinessCalendar = BusinessCalendar.objects.whole().get(pk=chosen)
    return calendar


def _of_the_team(person: Person, at: datetime) -> int:
    held = Membership.objects.holding_at(at).filter(person=person, is_primary=True).first()
    return _nearest(held.team if held else person.organisation.root, at, up=0)


def _nearest(team: Team, at: datetime, *, up: int) -> int:
    """The id of the first calendar on the way up, from so many teams above ``team`` on."""
    above = team.lines_up.filter(from_at__lte=at, depth__gte=up).exclude(to_at__lte=at)
    nearest = above.exclude(ancestor__calendar=None).order_by("depth")
    found = nearest.values_list("ancestor__calendar", flat=True).first()
    return cast("int", found or team.organisation.root.calendar_id)


def calendar_above(subject: Team | Person, *, at: datetime) -> BusinessCalendar:
    """What holds for them at ``at`` while they have none of their own."""
    if isinstance(subject, Person):
        chosen = _of_the_team(subject, at)
    else:
        chosen = _nearest(subject, at, up=1)
    calendar: BusinessCalendar = BusinessCalendar.objects.get(pk=chosen)
    return calendar


def hours_of(person: Person, *, at: datetime) -> Calendar:
    """The calendar of ``calendar_of`` without the person's days off."""
    days = (
        leave.first + timedelta(days=number)
        for leave in person.leaves.in_force()
        for number in range((leave.last - leave.first).days + 1)
    )
    return calendar_of(person, at=at).hours(frozenset(days))


def ensure_stretches(organisation: Organisation) -> None:
    """Before business time is asked of the database: write what stretches are missing."""
    enough = timezone.now() + AHEAD / 2
    reaching = OpenStretch.objects.filter(calendar=OuterRef("pk"), closes_at__gt=enough)
    missing = organisation.calendars.filter(~Exists(reaching), windows__isnull=False)
    for calendar in missing.distinct():
        rebuild_stretches(calendar)


def rebuild_stretches(calendar: BusinessCalendar) -> None:
    """Make the stored stretches equal to the hours, until AHEAD of now."""
    hours = _hours(calendar)
    last = timezone.now().date() + AHEAD
    before, rows = timedelta(), []
    for opens_at, closes_at in open_stretches(EARLIEST, last, hours):
        rows.append(
            OpenStretch(calendar=calendar, opens_at=opens_at, closes_at=closes_at, before=before)
        )
        before += closes_at - opens_at
    OpenStretch.objects.filter(calendar=calendar).delete()
    OpenStretch.objects.bulk_create(rows, batch_size=2_000)


def _hours(calendar: BusinessCalendar) -> Calendar:
    """As they stand in the database."""
    stored: BusinessCalendar = BusinessCalendar.objects.whole().get(pk=calendar.pk)
    return stored.hours()


def _write_windows(calendar: BusinessCalendar, weekly: Weekly) -> None:
    """Raises ValidationError for windows that overlap or run backwards."""
    for hours in weekly:
        ends = [end for window in hours for end in window]
        if ends != sorted(set(ends)) or (ends and not 0 <= ends[0] < ends[-1] <= 24 * 60):
            raise ValidationError(_("Hours of a day follow each other: 09:00-12:00, 13:00-17:00."))
    WorkingWindow.objects.bulk_create(
        WorkingWindow(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
        for weekday, hours in enumerate(weekly)
        for opens, closes in hours
    )


def _write_holidays(calendar: BusinessCalendar, days: Holidays) -> None:
    calendar.holidays.all().delete()
    Holiday.objects.bulk_create(
        [Holiday(calendar=calendar, day=day, name=name) for day, name in dict(days).items()]
    )


def _lock(calendar: BusinessCalendar) -> None:
    """One at a time for its organisation. Raises ValidationError for one that is gone."""
    if not calendar.organisation.locked().calendars.filter(pk=calendar.pk).exists():
        raise ValidationError(_("There is no such calendar here."))


def _changed(calendar: BusinessCalendar) -> None:
    if calendar.stretches.exists():
        rebuild_stretches(calendar)
    hours_changed.send(sender=BusinessCalendar, organisation=calendar.organisation)
