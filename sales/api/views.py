"""One address for each kind of fact: POST sends a batch, GET lists what is believed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import FilterSet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from sales.api import lists
from sales.api.describing import describe
from sales.api.sending import DeliverySerializer, serializer_for, told
from sales.importing.delivering import Undeliverable, deliver
from sales.importing.mapping import BadMapping
from sales.importing.vocabulary import (
    ACTIVITIES,
    LEAD_ASSIGNMENTS,
    LEADS,
    MEANT,
    OPPORTUNITIES,
    STAGE_EVENTS,
)
from teams.access import KeyView
from teams.api.once import once
from teams.api.paging import ByCursor
from teams.api.strict import refuse_unknown
from teams.models import ApiKey, Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What there is to know of one kind of fact."""

    slug: str
    batch: type[DeliverySerializer]
    believed: Callable[[Organisation], QuerySet[Any]]
    filters: type[FilterSet]
    row: type[Serializer]


class FactsView(KeyView):
    """A kind of fact; each has a class of its own below."""

    scopes: ClassVar[dict[str, str]] = {
        "GET": ApiKey.Scope.SALES_READ,
        "POST": ApiKey.Scope.SALES_WRITE,
    }
    kind: ClassVar[Kind]
    pagination_class = ByCursor

    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, [*self.kind.filters.base_filters, *ByCursor.named])
        asked = self.kind.filters(request.query_params, self.kind.believed(self.organisation))
        if not asked.is_valid():
            raise ValidationError(
                {
                    name: [ErrorDetail(each["message"], each["code"]) for each in errors]
                    for name, errors in asked.errors.get_json_data().items()
                }
            )
        pages = ByCursor()
        found: Any = pages.paginate_queryset(asked.qs, request, view=self)
        return pages.get_paginated_response(self.kind.row(found, many=True).data)

    def post(self, request: Request) -> HttpResponse:
        said = self.kind.batch(data=request.data)
        said.is_valid(raise_exception=True)
        return once(request, self.key, lambda: self._taken_in(said))

    def _taken_in(self, said: DeliverySerializer) -> dict[str, Any]:
        delivery = said.delivery()
        try:
            delivered = deliver(self.organisation, delivery, sender=self.key)
        except Undeliverable as error:
            raise ValidationError({error.field: [ErrorDetail(str(error), "undeliverable")]}) from (
                error
            )
        except BadMapping as error:
            raise ValidationError([ErrorDetail(str(error), "undeliverable")]) from error
        return told(delivered, list(delivery.rows))


def _kind(name: str, slug: str, filters: type[FilterSet], row: type[Serializer]) -> Kind:
    return Kind(
        slug=slug,
        batch=serializer_for(name, meant=name in MEANT),
        believed=getattr(lists, name),
        filters=filters,
        row=row,
    )


KINDS = {
    OPPORTUNITIES: _kind(
        OPPORTUNITIES, "opportunities", lists.OpportunityFilter, lists.OpportunitySerializer
    ),
    STAGE_EVENTS: _kind(
        STAGE_EVENTS, "stage-events", lists.StageEventFilter, lists.StageEventSerializer
    ),
    LEADS: _kind(LEADS, "leads", lists.LeadFilter, lists.LeadSerializer),
    LEAD_ASSIGNMENTS: _kind(
        LEAD_ASSIGNMENTS,
        "lead-assignments",
        lists.LeadAssignmentFilter,
        lists.LeadAssignmentSerializer,
    ),
    ACTIVITIES: _kind(ACTIVITIES, "activities", lists.ActivityFilter, lists.ActivitySerializer),
}


@describe(KINDS[OPPORTUNITIES])
class OpportunitiesView(FactsView):
    kind = KINDS[OPPORTUNITIES]


@describe(KINDS[STAGE_EVENTS])
class StageEventsView(FactsView):
    kind = KINDS[STAGE_EVENTS]


@describe(KINDS[LEADS])
class LeadsView(FactsView):
    kind = KINDS[LEADS]


@describe(KINDS[LEAD_ASSIGNMENTS])
class LeadAssignmentsView(FactsView):
    kind = KINDS[LEAD_ASSIGNMENTS]


@describe(KINDS[ACTIVITIES])
class ActivitiesView(FactsView):
    kind = KINDS[ACTIVITIES]
