"""Facts in lists: what is believed now, as JSON."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sales.importing.amounts import to_major
from sales.importing.dates import WITH_OFFSET, UnparsableDate, parser
from sales.listing import described
from sales.models import ActivityDetail, LeadAssignment, LeadDetail, StageEvent
from teams.models import Organisation

OUTCOMES = [("open", "open"), ("won", "won"), ("lost", "lost")]


@extend_schema_field({"type": "string", "nullable": True})
class Money(serializers.Field):
    """Of the whole row, in major units."""

    def to_representation(self, row: Any) -> str | None:
        amount: Decimal | None = None if row.amount is None else to_major(row.amount, row.currency)
        return None if amount is None else str(amount)


def _text(source: str) -> serializers.CharField:
    return serializers.CharField(source=source, allow_null=True)


def _at(source: str | None = None) -> serializers.DateTimeField:
    return serializers.DateTimeField(source=source, allow_null=True)


class OpportunitySerializer(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]
    id = _text("external_id")
    name = serializers.CharField(allow_null=True)
    account = serializers.CharField(allow_null=True)
    product = serializers.CharField(allow_null=True)
    amount = Money(source="*", allow_null=True)
    currency = serializers.CharField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    stage = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(source="kind", choices=OUTCOMES, allow_null=True)
    created_at = _at("created")
    closed_at = _at("closed")
    is_test = serializers.BooleanField(allow_null=True)
    deleted = serializers.BooleanField(allow_null=True)
    merged_into = serializers.CharField(allow_null=True)


class StageEventSerializer(serializers.Serializer):
    """``seen``: since when it is so nobody knows; ``at`` is when it was seen."""

    source = serializers.CharField(source="opportunity.source")  # type: ignore[assignment]
    id = _text("opportunity.external_id")
    event_id = _text("external_id")
    outcome = serializers.ChoiceField(source="kind", choices=OUTCOMES)
    stage = serializers.CharField(source="stage.name", allow_null=True, default=None)
    at = serializers.DateTimeField()
    seen = serializers.BooleanField()
    loss_reason = _text("reason")


class LeadSerializer(serializers.Serializer):
    source = serializers.CharField(source="lead.source")  # type: ignore[assignment]
    id = _text("lead.external_id")
    inbound_at = serializers.DateTimeField()
    name = serializers.CharField()
    account = serializers.CharField()
    origin = serializers.CharField()
    needs_response = serializers.BooleanField()
    left_out = serializers.CharField()
    merged_into = serializers.CharField()
    deleted = serializers.BooleanField()
    closed_at = _at()
    closing_reason = serializers.CharField()
    opportunity = serializers.CharField()


class LeadAssignmentSerializer(serializers.Serializer):
    """``owner`` null: back to nobody. It holds until ``until``, if that is known."""

    source = serializers.CharField(source="lead.source")  # type: ignore[assignment]
    lead = _text("lead.external_id")
    event_id = _text("external_id")
    owner = serializers.CharField(source="person.name", allow_null=True, default=None)
    at = serializers.DateTimeField(source="from_at")
    until = _at("to_at")


class ActivitySerializer(serializers.Serializer):
    """``by`` is who did it as the CRM says."""

    source = serializers.CharField(source="activity.source")  # type: ignore[assignment]
    id = _text("activity.external_id")
    activity = serializers.ChoiceField(source="kind", choices=ActivityDetail.Kind.values)
    direction = serializers.ChoiceField(choices=ActivityDetail.Direction.values)
    automated = serializers.BooleanField()
    at = serializers.DateTimeField()
    lead = serializers.CharField(source="lead.external_id", allow_null=True, default=None)
    opportunity = serializers.CharField(
        source="opportunity.external_id", allow_null=True, default=None
    )
    by = serializers.CharField(source="actor")
    deleted = serializers.BooleanField()


def opportunities(organisation: Organisation) -> QuerySet[Any]:
    more = ("product", "is_test", "deleted", "merged_into")
    listed = described(organisation.opportunities.all(), organisation.root, timezone.now())
    return listed.annotate(**{name: F(f"detail__{name}") for name in more})


def stage_events(organisation: Organisation) -> QuerySet[Any]:
    believed = StageEvent.objects.in_force().filter(organisation=organisation)
    return believed.select_related("opportunity", "stage")


def leads(organisation: Organisation) -> QuerySet[Any]:
    believed = LeadDetail.objects.in_force().filter(organisation=organisation)
    return believed.select_related("lead")


def lead_assignments(organisation: Organisation) -> QuerySet[Any]:
    believed = LeadAssignment.objects.in_force().filter(organisation=organisation)
    return believed.select_related("lead", "person")


def activities(organisation: Organisation) -> QuerySet[Any]:
    believed = ActivityDetail.objects.in_force().filter(organisation=organisation)
    return believed.select_related("activity", "lead", "opportunity")


class InstantField(forms.CharField):
    def clean(self, value: Any) -> Any:
        """In UTC: PostgreSQL knows no offset of more than 16 hours."""
        text = super().clean(value)
        try:
            return READ(text.replace(" ", "+")) if text else None
        except UnparsableDate as error:
            raise forms.ValidationError(_("Write ISO 8601 with its offset from UTC.")) from error


READ = parser(WITH_OFFSET, ZoneInfo("UTC"))


class Instant(django_filters.Filter):
    field_class = InstantField


def _exactly(field: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(field_name=field, max_length=200)


def _since(field: str) -> Instant:
    return Instant(field_name=field, lookup_expr="gte")


def _before(field: str) -> Instant:
    return Instant(field_name=field, lookup_expr="lt")


class OpportunityFilter(django_filters.FilterSet):
    source = _exactly("source")
    id = _exactly("external_id")
    outcome = django_filters.ChoiceFilter(field_name="kind", choices=OUTCOMES)
    closed_since = _since("closed")
    closed_before = _before("closed")


class StageEventFilter(django_filters.FilterSet):
    source = _exactly("opportunity__source")
    id = _exactly("opportunity__external_id")
    outcome = django_filters.ChoiceFilter(field_name="kind", choices=OUTCOMES)
    since = _since("at")
    before = _before("at")


class LeadFilter(django_filters.FilterSet):
    source = _exactly("lead__source")
    id = _exactly("lead__external_id")
    inbound_since = _since("inbound_at")
    inbound_before = _before("inbound_at")


class LeadAssignmentFilter(django_filters.FilterSet):
    source = _exactly("lead__source")
    lead = _exactly("lead__external_id")
    since = _since("from_at")
    before = _before("from_at")


class ActivityFilter(django_filters.FilterSet):
    source = _exactly("activity__source")
    id = _exactly("activity__external_id")
    lead = _exactly("lead__external_id")
    opportunity = _exactly("opportunity__external_id")
    since = _since("at")
    before = _before("at")
