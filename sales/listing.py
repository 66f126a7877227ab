"""Opportunities as a list: found, filtered, sorted, with what is believed of each now."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sales.importing.amounts import money_text, to_major
from sales.models import OpportunityDetail, OpportunityOwner, StageEvent
from teams.exporting import Echo, safe_cell

PAGE = 50
HEADER = (
    "source", "id", "name", "account", "product", "amount", "currency", "owner", "state", "stage",
    "since",
)  # fmt: skip
SORTS = {
    "newest": (_("newest first"), ("-pk",)),
    "oldest": (_("oldest first"), ("pk",)),
    "amount": (_("largest amount first"), (F("amount").desc(nulls_last=True), "-pk")),
    "name": (_("by name"), ("name", "-pk")),
}


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Some opportunities, a page at a time. ``state`` is open, won, lost or empty for all."""

    among: QuerySet[Any]
    q: str = ""
    state: str = ""
    sort: str = "newest"
    number: int = 1

    @cached_property
    def found(self) -> QuerySet[Any]:
        listed = described(self.among)
        if self.state:
            listed = listed.filter(kind=self.state)
        if self.q:
            listed = listed.filter(_says(self.q))
        return listed.order_by(*SORTS[self.sort][1])

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
        """All of them as CSV text, line by line."""
        writer = csv.writer(Echo())
        yield writer.writerow(HEADER)
        for each in self.found.iterator(chunk_size=2_000):
            amount = "" if each.amount is None else str(to_major(each.amount, each.currency))
            texts = (each.source, each.external_id, each.name, each.account, each.product)
            rest = (each.owner, each.kind, each.stage)
            yield writer.writerow(
                [
                    *(safe_cell(text or "") for text in texts),
                    amount,
                    each.currency,
                    *(safe_cell(text or "") for text in rest),
                    each.since.isoformat() if each.since else "",
                ]
            )


def described(opportunities: QuerySet[Any]) -> QuerySet[Any]:
    """With name, account, product, amount, currency, owner, kind, stage and since, as of now."""
    of_it = {"opportunity": OuterRef("pk")}
    detail = OpportunityDetail.objects.in_force().filter(**of_it)
    owner = OpportunityOwner.objects.in_force().filter(to_at=None, **of_it)
    latest = StageEvent.objects.in_force().filter(**of_it).order_by("-at", "-seq")
    said = {
        name: Subquery(detail.values(name)[:1])
        for name in ("name", "account", "product", "amount", "currency")
    }
    return opportunities.annotate(
        **said,
        owner=Subquery(owner.values("person__name")[:1]),
        kind=Subquery(latest.values("kind")[:1]),
        stage=Subquery(latest.values("stage__name")[:1]),
        since=Subquery(latest.values("at")[:1]),
    )


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
