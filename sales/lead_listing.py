"""Leads as a list: found, filtered, with what is believed of each now, a page at a time."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sales.models import ActivityDetail, Lead, LeadAssignment, LeadDetail, Opportunity
from teams.access import Seat
from teams.exporting import Echo, safe_cell
from teams.models import Membership, Team

PAGE = 50
HEADER = (
    "source", "id", "name", "account", "origin", "owner", "team", "came_in", "needs_response",
    "first_response", "closed", "closing_reason", "converted_to", "left_out",
)  # fmt: skip
OPEN, CLOSED, CONVERTED, LEFT_OUT = "open", "closed", "converted", "left_out"
STATES = {
    OPEN: _("Open"), CONVERTED: _("Converted"), CLOSED: _("Closed"), LEFT_OUT: _("Not counted")
}  # fmt: skip
ANSWERS = {"no": _("Unanswered"), "yes": _("Answered")}
NEWEST, OLDEST = "-inbound", "inbound"
SORTS = {NEWEST: _("newest first"), OLDEST: _("oldest first")}
DETAILS = (
    "name", "account", "origin", "inbound_at", "needs_response", "left_out", "merged_into",
    "deleted", "closed_at", "closing_reason", "opportunity",
)  # fmt: skip
UNTOLD = "?"
"""For the id of an opportunity that the reader may not see."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

COUNTED = Q(left_out="", merged_into="", deleted=False)
CONVERTS = ~Q(opportunity="")
IN_STATE = {
    OPEN: COUNTED & Q(closed_at=None) & ~CONVERTS,
    CONVERTED: COUNTED & CONVERTS,
    CLOSED: COUNTED & Q(closed_at__isnull=False) & ~CONVERTS,
    LEFT_OUT: ~COUNTED,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A row beside which a page begins, by what rows are ordered by."""

    inbound_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.inbound_at - EPOCH) // MICROSECOND}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What ``str`` wrote, else None."""
        at, _dot, pk = text.partition(".")
        if not (at.removeprefix("-").isascii() and pk.isascii() and pk.isdecimal()):
            return None
        try:
            return cls(EPOCH + int(at) * MICROSECOND, int(pk[:18]))
        except (OverflowError, ValueError):
            return None


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Some leads of a team, or of one ``below`` it. ``state`` and ``answered`` are empty for all.

    ``named`` are the opportunities whose ids may be told; None for all.

    The page begins after one mark or ends before the other: a million rows before it cost nothing.
    """

    among: QuerySet[Any]
    team: Team
    named: QuerySet[Any] | None = None
    below: Team | None = None
    q: str = ""
    state: str = ""
    answered: str = ""
    sort: str = NEWEST
    after: Mark | None = None
    before: Mark | None = None

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.state or self.answered or self.below)

    @cached_property
    def found(self) -> QuerySet[Any]:
        listed = described(self.among, self.team, timezone.now())
        if self.state:
            listed = listed.filter(IN_STATE[self.state])
        if self.answered:
            listed = _answered_among(listed, self.answered)
        if self.q:
            listed = listed.filter(_says(self.q))
        return listed.order_by(*_order(rising=self.sort == OLDEST))

    @cached_property
    def _fetched(self) -> list[Any]:
        """The page and one more, which says whether there is another, on the way from the mark."""
        rising = (self.sort == OLDEST) != (self.before is not None)
        found, mark = self.found.order_by(*_order(rising=rising)), self.before or self.after
        if mark:
            way = "gt" if rising else "lt"
            beyond = Q(**{f"inbound_at__{way}": mark.inbound_at})
            beyond |= Q(inbound_at=mark.inbound_at, **{f"pk__{way}": mark.pk})
            found = found.filter(beyond, **{f"inbound_at__{way}e": mark.inbound_at})
        return list(found[: PAGE + 1])

    @cached_property
    def object_list(self) -> list[Any]:
        page = self._fetched[:PAGE]
        return page[::-1] if self.before else page

    @property
    def previous(self) -> Mark | None:
        """Before which the page before this one ends, if there is one."""
        there_is = len(self._fetched) > PAGE if self.before else self.after
        return _mark_of(self.object_list[0]) if there_is and self.object_list else None

    @property
    def next(self) -> Mark | None:
        """After which the page after this one begins, if there is one."""
        there_is = self.before or len(self._fetched) > PAGE
        return _mark_of(self.object_list[-1]) if there_is and self.object_list else None

    def lines(self) -> Iterator[str]:
        """All of them as CSV text, line by line; instants in the organisation's zone."""
        writer = csv.writer(Echo())
        yield writer.writerow(HEADER)
        for each in self._found_with_names().iterator(chunk_size=2_000):
            texts = (each.name, each.account, each.origin, each.owner, each.place)
            yield writer.writerow(
                [
                    *(safe_cell(text or "") for text in (each.source, each.external_id, *texts)),
                    self._written(each.inbound_at),
                    "yes" if each.needs_response else "no",
                    self._written(each.answered),
                    self._written(each.closed_at),
                    *map(safe_cell, (each.closing_reason, each.converted_to)),
                    _left_out(each),
                ]
            )

    def _found_with_names(self) -> QuerySet[Any]:
        """With what each was ``converted_to``, as far as its id may be told."""
        if self.named is None:
            return self.found.annotate(converted_to=F("opportunity"))
        one = self.named.filter(source=OuterRef("source"), external_id=OuterRef("opportunity"))
        untold = When(CONVERTS & ~Exists(one), then=Value(UNTOLD))
        return self.found.annotate(converted_to=Case(untold, default=F("opportunity")))

    def _written(self, instant: datetime | None) -> str:
        """ISO 8601 with the offset from UTC."""
        if instant is None:
            return ""
        return instant.astimezone(self.team.organisation.zone).isoformat(timespec="seconds")


def _left_out(row: Any) -> str:
    return row.left_out or ("merged" if row.merged_into else "deleted" if row.deleted else "")


def _order(*, rising: bool) -> tuple[str, str]:
    return ("inbound_at", "pk") if rising else ("-inbound_at", "-pk")


def _mark_of(row: Any) -> Mark:
    return Mark(row.inbound_at, row.pk)


def described(leads: QuerySet[Any], team: Team, now: datetime) -> QuerySet[Any]:
    """Those of which anything is believed, with that: when each came in and was first answered,
    who holds it ``now``: ``owner``, and ``place``, their team if at or below ``team``."""
    holders = LeadAssignment.objects.holding_at(now).filter(lead=OuterRef("pk"))
    places = Membership.objects.holding_at(now).filter(
        person=OuterRef("owner_id"),
        is_primary=True,
        team__in=Team.objects.under(team).values("pk"),
    )
    return (
        _with_details(leads, team.organisation_id)
        .annotate(
            owner_id=Subquery(holders.values("person")[:1]),
            owner=Subquery(holders.values("person__name")[:1]),
            answered=Subquery(_answers().order_by("at").values("at")[:1]),
        )
        .annotate(place=Subquery(places.values("team__name")[:1]))
    )


def _answers() -> QuerySet[Any]:
    """Of one lead, as far as they are believed."""
    answers = ActivityDetail.objects.in_force().answering()
    return answers.filter(lead=OuterRef("pk"), at__gte=OuterRef("inbound_at"))


def _answered_among(leads: QuerySet[Any], answer: str) -> QuerySet[Any]:
    """By one of ANSWERS. Nobody waits for an answer to what is not counted or needs none."""
    if answer == "yes":
        return leads.filter(Exists(_answers()))
    return leads.filter(~Exists(_answers()), COUNTED, needs_response=True)


def leads_of(opportunity: Opportunity, team: Team, seat: Seat) -> QuerySet[Any]:
    """Those that the CRM says were converted to it, as far as ``seat`` sees them in ``team``."""
    converted = LeadDetail.objects.in_force().exclude(opportunity="")
    details = converted.filter(
        organisation=opportunity.organisation_id, opportunity=opportunity.external_id
    )
    visible = team.organisation.leads.of_team(team, seat).filter(source=opportunity.source)
    found = visible.filter(pk__in=details.values("lead"))
    return _with_details(found, team.organisation_id).order_by("inbound_at", "pk")


def opportunity_of(lead: Lead, converted_to: str, team: Team, seat: Seat) -> Opportunity | None:
    """What it was converted to, with its ``name``, if it is there and ``seat`` may see it."""
    if not converted_to:
        return None
    believed = FilteredRelation("details", condition=Q(details__voided_at=None))
    visible = team.organisation.opportunities.of_team(team, seat)
    named = visible.annotate(detail=believed, name=F("detail__name"))
    one = named.filter(source=lead.source, external_id=converted_to)
    found: Opportunity | None = one.first()
    return found


def _with_details(leads: QuerySet[Any], organisation: int) -> QuerySet[Any]:
    """Of what an undone import said alone nothing is left; it is not listed. The organisation says
    nothing more, but so the index by which they came in is used."""
    believed = Q(details__voided_at=None, details__organisation=organisation)
    return leads.annotate(
        detail=FilteredRelation("details", condition=believed),
        **{name: F(f"detail__{name}") for name in DETAILS},
    ).filter(detail__isnull=False)


def _says(text: str) -> Q:
    details = LeadDetail.objects.in_force().filter(
        Q(name__icontains=text) | Q(account__icontains=text)
    )
    holders = LeadAssignment.objects.in_force().filter(person__name__icontains=text)
    return (
        Q(external_id__icontains=text)
        | Q(pk__in=details.values("lead"))
        | Q(pk__in=holders.values("lead"))
    )
