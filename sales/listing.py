"""Opportunities as a list: found, filtered, sorted, with what is believed of each now."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from sales.importing.amounts import money_text, to_major
from sales.models import OpportunityDetail, OpportunityOwner, StageEvent
from teams.exporting import Echo, safe_cell
from teams.models import Membership, Team

PAGE = 50
HEADER = (
    "source", "id", "name", "account", "owner", "team", "created", "closed", "amount", "currency",
    "stage", "outcome",
)  # fmt: skip
SORTS: dict[str, tuple[Any, Any]] = {
    "-created": (_("newest first"), F("created").desc(nulls_last=True)),
    "created": (_("oldest first"), F("created").asc(nulls_last=True)),
    "-closed": (_("last closed first"), F("closed").desc(nulls_last=True)),
    "closed": (_("first closed first"), F("closed").asc(nulls_last=True)),
    "-amount": (_("largest amount first"), F("amount").desc(nulls_last=True)),
    "amount": (_("smallest amount first"), F("amount").asc(nulls_last=True)),
    "name": (_("by name"), Lower("name").asc(nulls_last=True)),
    "-name": (_("by name, from Z"), Lower("name").desc(nulls_last=True)),
}
"""What a sort is called and orders by. Two that are the same stand as they came in."""
NEWEST = "-created"
COLUMNS = (
    (_("Opportunity"), "name"),
    (_("Account"), ""),
    (_("Owner"), ""),
    (_("Team"), ""),
    (_("Created"), "-created"),
    (_("Closed"), "-closed"),
    (_("Amount"), "-amount"),
    (_("Stage"), ""),
)
"""Headings, and the sort by each: the one of the two that people want first."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A column's head: what it sorts by when it is chosen, and ``direction`` if it is the sort."""

    label: str | Promise
    sort: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Some opportunities of a team, a page at a time. ``state`` is open, won, lost or empty for
    all."""

    among: QuerySet[Any]
    team: Team
    q: str = ""
    state: str = ""
    sort: str = NEWEST
    number: int = 1

    @cached_property
    def found(self) -> QuerySet[Any]:
        listed = described(self.among, self.team, timezone.now())
        if self.state:
            listed = listed.filter(kind=self.state)
        if self.q:
            listed = listed.filter(_says(self.q))
        return listed.order_by(SORTS[self.sort][1], "-pk")

    @property
    def headings(self) -> Iterator[Heading]:
        for label, first in COLUMNS:
            by = first.lstrip("-")
            turned = by if self.sort == f"-{by}" else f"-{by}"
            chosen = bool(by) and self.sort.lstrip("-") == by
            direction = "descending" if self.sort.startswith("-") else "ascending"
            yield Heading(
                label=label,
                sort=turned if chosen else first,
                direction=direction if chosen else "",
            )

    @cached_property
    def _fetched(self) -> list[Any]:
        """The page and one more, which says whether there is another; counting a million to show
        fifty is what this avoids."""
        start = (self.number - 1) * PAGE
        return list(self.found[start : start + PAGE + 1])

    @property
    def object_list(self) -> list[Any]:
        for each in self._fetched[:PAGE]:
            each.money = money_text(each.amount, each.currency)
        return self._fetched[:PAGE]

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if len(self._fetched) > PAGE else None

    def lines(self) -> Iterator[str]:
        """All of them as CSV text, line by line; instants in the organisation's zone."""
        writer = csv.writer(Echo())
        yield writer.writerow(HEADER)
        for each in self.found.iterator(chunk_size=2_000):
            amount = "" if each.amount is None else str(to_major(each.amount, each.currency))
            texts = (each.source, each.external_id, each.name, each.account, each.owner, each.place)
            yield writer.writerow(
                [
                    *(safe_cell(text or "") for text in texts),
                    self._written(each.created),
                    self._written(each.closed),
                    amount,
                    each.currency,
                    safe_cell(each.stage or ""),
                    each.kind,
                ]
            )

    def _written(self, instant: datetime | None) -> str:
        """ISO 8601 with the offset from UTC."""
        if instant is None:
            return ""
        return instant.astimezone(self.team.organisation.zone).isoformat(timespec="seconds")


def described(opportunities: QuerySet[Any], team: Team, now: datetime) -> QuerySet[Any]:
    """Those of which anything is believed, with that: what it is called and worth, how it came
    about, and who owned it when it closed, or owns it ``now`` while it is open: ``owner``, and
    ``place``, their team if at or below ``team``."""
    listed = _with_stages(_with_details(opportunities))
    then = Coalesce(OuterRef("closed"), Value(now))
    held = Q(to_at=None) | Q(to_at__gt=then), Q(from_at__lte=then)
    owners = OpportunityOwner.objects.in_force().filter(*held, opportunity=OuterRef("pk"))
    places = Membership.objects.in_force().filter(
        *held,
        person=OuterRef("owner_id"),
        is_primary=True,
        team__in=Team.objects.under(team).values("pk"),
    )
    return listed.annotate(
        owner_id=Subquery(owners.values("person")[:1]),
        owner=Subquery(owners.values("person__name")[:1]),
    ).annotate(place=Subquery(places.values("team__name")[:1]))


def _with_details(opportunities: QuerySet[Any]) -> QuerySet[Any]:
    """``name``, ``account``, ``amount`` and ``currency``. Of what an undone import said alone
    nothing is left; it is not listed."""
    detail = FilteredRelation("details", condition=Q(details__voided_at=None))
    owners = OpportunityOwner.objects.in_force().filter(opportunity=OuterRef("pk"))
    listed = opportunities.annotate(
        detail=detail,
        **{name: F(f"detail__{name}") for name in ("name", "account", "amount", "currency")},
    )
    return listed.filter(Q(detail__isnull=False) | Exists(_events()) | Exists(owners))


def _with_stages(listed: QuerySet[Any]) -> QuerySet[Any]:
    """``kind`` and ``stage`` of the last event; ``created`` as the CRM says, else the first event;
    ``closed``, if it is, when it came to be as it closed last: winning it twice does not move it.
    """
    first, last = _events().order_by("at", "seq"), _events().order_by("-at", "-seq")
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), seq__gt=OuterRef("seq"))
    turned = StageEvent.objects.in_force().filter(later, opportunity=OuterRef("opportunity"))
    lasting = ~Exists(turned.exclude(kind=OuterRef("kind")))
    closings = first.filter(lasting, kind__in=[StageEvent.Kind.WON, StageEvent.Kind.LOST])
    return listed.annotate(
        kind=Subquery(last.values("kind")[:1]),
        stage=Subquery(last.values("stage__name")[:1]),
        created=Coalesce(F("detail__created_at"), Subquery(first.values("at")[:1])),
        closed=Subquery(closings.values("at")[:1]),
    )


def _events() -> QuerySet[Any]:
    """Of one opportunity, as far as they are believed."""
    return StageEvent.objects.in_force().filter(opportunity=OuterRef("pk"))


def _says(text: str) -> Q:
    details = OpportunityDetail.objects.in_force().filter(
        Q(name__icontains=text) | Q(account__icontains=text)
    )
    owners = OpportunityOwner.objects.in_force().filter(person__name__icontains=text)
    return (
        Q(external_id__icontains=text)
        | Q(pk__in=details.values("opportunity"))
        | Q(pk__in=owners.values("opportunity"))
    )
