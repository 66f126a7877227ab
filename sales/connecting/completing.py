"""Cells that a row needs and its CRM has not said over this connection, out of what is believed:
a file or another program may have said them before."""

from collections.abc import Callable, Iterable
from typing import Any

from sales.connecting.changes import Values
from sales.connecting.rows import SentRow
from sales.importing.stories import LOST_AS_DISQUALIFIED
from sales.importing.vocabulary import (
    ACTIVITIES,
    AUTOMATED,
    DISQUALIFIED,
    INBOUND,
    LEADS,
    REQUIRED,
    STAGE_EVENTS,
)
from sales.models import ActivityDetail, Connection, LeadDetail, StageEvent


def complete(connection: Connection, kind: str, rows: Iterable[SentRow]) -> list[SentRow]:
    """The rows that say all that they need, perhaps completed; the others' records wait."""
    found: list[SentRow] = []
    lacking: list[SentRow] = []
    for row in rows:
        (lacking if _lacks(kind, row.cells) else found).append(row)
    believed = _believed(connection, kind, lacking)
    for row in lacking:
        known = believed.get(row.known.record.external_id, {})
        cells = known | {name: value for name, value in row.cells.items() if value is not None}
        if not _lacks(kind, cells):
            found.append(SentRow(row.message, row.known, cells))
        elif cells.get("deleted") == "true":  # Nobody ever heard of it here.
            row.known.record.complete = True
    for row in found:
        row.known.record.complete = True
    return found


def _lacks(kind: str, cells: Values) -> bool:
    """Nobody is a holder of a lead too."""
    return any(
        cells.get(name) in (None, "") and not (name == "owner" and name in cells)
        for name in REQUIRED[kind]
    )


def _believed(connection: Connection, kind: str, rows: list[SentRow]) -> dict[str, Values]:
    if kind not in BELIEVED or not rows:
        return {}
    return BELIEVED[kind](connection, {row.known.record.external_id for row in rows})


def _of(thing: str, connection: Connection, ids: set[str]) -> dict[str, Any]:
    """Which facts about a ``thing`` are about one of these of the connection's source."""
    return {
        f"{thing}__organisation": connection.organisation_id,
        f"{thing}__source": connection.source,
        f"{thing}__external_id__in": ids,
    }


def _stages(connection: Connection, ids: set[str]) -> dict[str, Values]:
    """Where each opportunity stands, and since when."""
    events = StageEvent.objects.in_force().filter(**_of("opportunity", connection, ids))
    newest = events.order_by("opportunity", "-at", "-seq").distinct("opportunity")
    return {
        event.opportunity.external_id: {"at": event.at.isoformat(), **_stage(event)}
        for event in newest.select_related("opportunity", "stage")
    }


def _stage(event: StageEvent) -> Values:
    if event.kind != StageEvent.Kind.LOST:
        return {"stage": event.stage.name if event.stage else event.kind}
    disqualified = event.reason == LOST_AS_DISQUALIFIED
    return {
        "stage": DISQUALIFIED if disqualified else event.kind,
        "loss_reason": None if disqualified else event.reason,
    }


def _leads(connection: Connection, ids: set[str]) -> dict[str, Values]:
    details = LeadDetail.objects.in_force().filter(**_of("lead", connection, ids))
    return {
        detail.lead.external_id: {"inbound_at": detail.inbound_at.isoformat()}
        for detail in details.select_related("lead")
    }


def _activities(connection: Connection, ids: set[str]) -> dict[str, Values]:
    details = ActivityDetail.objects.in_force().filter(**_of("activity", connection, ids))
    return {
        detail.activity.external_id: _activity(detail)
        for detail in details.select_related("activity", "lead", "opportunity")
    }


def _activity(detail: ActivityDetail) -> Values:
    comes_in = INBOUND if detail.direction == INBOUND else ""
    way = AUTOMATED if detail.automated else comes_in
    return {
        "activity": f"{detail.kind}/{way}" if way else detail.kind,
        "at": detail.at.isoformat(),
        "lead": detail.lead.external_id if detail.lead else None,
        "opportunity": detail.opportunity.external_id if detail.opportunity else None,
    }


BELIEVED: dict[str, Callable[[Connection, set[str]], dict[str, Values]]] = {
    STAGE_EVENTS: _stages,
    LEADS: _leads,
    ACTIVITIES: _activities,
}
