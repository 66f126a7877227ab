"""Logging the first response to a lead in Daya itself, and taking it back."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sales.importing.locking import one_writer
from sales.models import Activity, ActivityDetail, Lead
from sales.signals import leads_changed
from teams.access import Seat
from teams.models import Person

SOURCE = "daya"
"""Of activities that are logged here and come from no CRM."""


def answer_kinds() -> list[tuple[str, str]]:
    """What a response can be, by name."""
    return [(str(kind), str(kind.label)) for kind in ActivityDetail.ANSWERS]


@transaction.atomic
def log_response(lead: Lead, *, kind: str, person: Person) -> ActivityDetail:
    """They answered it just now."""
    mine = {"organisation": lead.organisation}
    made = Activity.objects.create(**mine, source=SOURCE, external_id=uuid4().hex)
    detail = ActivityDetail.objects.create(
        **mine,
        activity=made,
        lead=lead,
        kind=kind,
        direction=ActivityDetail.Direction.OUTBOUND,
        at=made.recorded_at,
        recorded_at=made.recorded_at,
        actor=person.name,
        person=person,
    )
    _tell(lead)
    return detail


def first_answer(lead: Lead, since: datetime) -> ActivityDetail | None:
    """The first response to what came in then, whoever says so: the CRM or a click here."""
    answers = ActivityDetail.objects.in_force().answering().filter(lead=lead, at__gte=since)
    first: ActivityDetail | None = answers.select_related("person").order_by("at", "pk").first()
    return first


@transaction.atomic
def log_first_response(lead: Lead, *, kind: str, person: Person) -> tuple[ActivityDetail, bool]:
    """What was logged, and True; or the answer that there was already, and False. Of two clicks at
    once the second waits for the first."""
    Lead.objects.select_for_update().get(pk=lead.pk)
    detail = lead.details.in_force().first()
    answered = first_answer(lead, detail.inbound_at) if detail else None
    if answered:
        return answered, False
    return log_response(lead, kind=kind, person=person), True


def answers_of(lead: Lead, seat: Seat) -> QuerySet[ActivityDetail]:
    """What was logged here and ``seat`` may take back: one's own, or all that it covers."""
    logged = ActivityDetail.objects.in_force().filter(lead=lead, activity__source=SOURCE)
    return logged if seat.covers else logged.filter(person=seat.person_id)


@transaction.atomic
def take_back(answer: ActivityDetail) -> None:
    """It was logged by mistake; that it was stays known."""
    one_writer(answer.organisation)
    if ActivityDetail.objects.filter(pk=answer.pk).void(timezone.now()) and answer.lead:
        _tell(answer.lead)


def _tell(lead: Lead) -> None:
    leads_changed.send(sender=Lead, organisation=lead.organisation, leads=[lead.pk])
