"""What happened with one lead, in order, what is no longer believed included; how long the first
response took."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sales.answering import first_answer
from sales.models import ActivityDetail, Lead, LeadDetail, Opportunity
from sales.wording import hours_and_minutes
from teams.keeping_hours import calendar_of
from teams.models import Person
from teams.working_time import business_time

SAID = ("activity_id", "kind", "direction", "automated", "at", "deleted")
"""What is told of an activity; who did it may become known later."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``fact`` says it: since when it is recorded, by which import, and whether it still holds."""

    at: datetime
    what: str | Promise
    by: str = ""
    way: str | Promise = ""
    fact: Any
    is_response: bool = False

    @property
    def is_activity(self) -> bool:
        return isinstance(self.fact, ActivityDetail)


@dataclass(frozen=True, kw_only=True)
class Response:
    """The first answer to a lead, or how long it has waited for one; ``worked`` is the part within
    the working hours of whoever was given it first."""

    activity: ActivityDetail | None
    until: datetime
    worked: timedelta

    @property
    def said(self) -> str:
        """The working time, to the minute."""
        return hours_and_minutes(int(self.worked / timedelta(minutes=1) + 0.5))


def response_of(lead: Lead, detail: LeadDetail, now: datetime) -> Response:
    """Measured to the answer, else to when it was closed unanswered, else to ``now``."""
    first = first_answer(lead, detail.inbound_at)
    until = first.at if first else min(detail.closed_at or now, now)
    return Response(activity=first, until=until, worked=_worked(lead, detail.inbound_at, until))


def _worked(lead: Lead, start: datetime, end: datetime) -> timedelta:
    """By the hours of whom it was given to first; they do not change when it is passed on."""
    given = lead.assignments.in_force().exclude(person=None).order_by("from_at")
    first = given.select_related("person__organisation").first()
    if first and first.person:
        return business_time(start, end, calendar_of(first.person, at=first.from_at).hours())
    everybodys = lead.organisation.calendars.whole().get(teams=lead.organisation.root)
    return business_time(start, end, everybodys.hours())


def story_of(lead: Lead, details: list[LeadDetail], response: Response | None) -> list[Entry]:
    """Newest first; what is said again with the same words stands once."""
    answer = response.activity if response else None
    entries = [*_comings(details), *_handovers(lead), *doings(lead, answer)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _comings(details: list[LeadDetail]) -> Iterator[Entry]:
    now = next((each for each in details if each.voided_at is None), None)
    if now is None:
        return
    yield Entry(at=now.inbound_at, what=_("Came in"), way=now.origin, fact=now)
    if now.closed_at:
        what = _("Converted") if now.opportunity else _("Closed")
        yield Entry(at=now.closed_at, what=what, way=now.closing_reason, fact=now)


def _handovers(lead: Lead) -> Iterator[Entry]:
    """An assignment is recorded anew when the next one ends it; that is nothing to tell."""
    recorded = lead.assignments.select_related("person", "recorded_by", "voided_by")
    for each in _once(recorded, "from_at", "person_id"):
        what = _given_to(each.person)
        yield Entry(at=each.from_at, what=what, fact=each)


def _given_to(person: Person | None) -> str:
    if person is None:
        return _("Given back to nobody")
    return _("Given to %(name)s") % {"name": person.name}


def doings(about: Lead | Opportunity, answer: ActivityDetail | None = None) -> list[Entry]:
    """What was done with a lead or an opportunity, newest first."""
    recorded = about.activities.select_related("person", "recorded_by", "voided_by")
    told = _once(recorded, *SAID)
    return sorted((_doing(each, answer) for each in told), key=lambda entry: entry.at, reverse=True)


def _doing(activity: ActivityDetail, answer: ActivityDetail | None) -> Entry:
    return Entry(
        at=activity.at,
        what=activity.get_kind_display(),
        by=activity.person.name if activity.person else activity.actor,
        way=_way(activity),
        fact=activity,
        is_response=activity == answer,
    )


def _way(activity: ActivityDetail) -> str | Promise:
    if activity.deleted:
        return _("deleted in the CRM")
    if activity.automated:
        return _("automated")
    if activity.direction == ActivityDetail.Direction.INBOUND:
        return _("from the customer")
    return ""


def _once(facts: Any, *said: str) -> Iterator[Any]:
    """Of facts that say the same the one that is believed, else the newest."""
    believed_first = F("voided_at").desc(nulls_first=True)
    seen = set()
    for each in facts.order_by(believed_first, "-recorded_at", "-pk"):
        key = tuple(getattr(each, name) for name in said)
        if key not in seen:
            seen.add(key)
            yield each
