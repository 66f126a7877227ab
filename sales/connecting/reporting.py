"""What came in from where, and what of it was not taken."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sales.importing.problems import storable
from sales.models import Connection, ImportRun, Message, Rejection
from teams.models import Organisation

COUNTS = ("created", "updated", "unchanged", "rejected")
UNEXPLAINED = ("unknown_stage", "unknown_left_out", "unknown_activity")
"""Codes of values that a mapping says nothing of."""

MOST_SHOWN = 100_000
"""Characters of a message."""


def sources_of(imports: QuerySet[ImportRun], since: datetime) -> list[dict[str, Any]]:
    """By source and way in of the imports: when something came ``last``, and what became of the
    rows since. Of what a connection sent, only rows that are still not taken are rejected."""
    recent = Q(finished_at__gte=since)
    runs = imports.filter(state=ImportRun.State.COMMITTED).order_by()
    grouped = runs.values("source", "channel", "api_key__name", "connection__name", "connection")
    counted = grouped.annotate(
        last=Max("finished_at"),
        **{f"{name}_rows": Coalesce(Sum(name, filter=recent), 0) for name in COUNTS},
    )
    ways = dict(ImportRun.Channel.choices)
    still: Counter[Any] = _still_rejected(runs.filter(recent, channel=ImportRun.Channel.WEBHOOK))
    rows = [
        row
        | {"way": ways[row["channel"]], "by": row["api_key__name"] or row["connection__name"] or ""}
        for row in counted.order_by("source", "-last")
    ]
    for row in rows:
        if row["channel"] == ImportRun.Channel.WEBHOOK:
            row["rejected_rows"] = still[row["source"], row["connection"]]
    return rows


def _still_rejected(runs: QuerySet[ImportRun]) -> Counter[Any]:
    """By source and connection. Each attempt of a row is in a run of its own; the last counts."""
    kept = Rejection.objects.not_over().filter(run__in=runs).order_by()
    found: Counter[Any] = Counter()
    by_run = kept.values("run", "run__source", "run__connection")
    for each in by_run.annotate(rows=Count("line", distinct=True)):
        found[each["run__source"], each["run__connection"]] += each["rows"]
    return found


def rejected_of(organisation: Organisation) -> QuerySet[Rejection]:
    """Rows that were not taken, the newest first; without those of a message that was mended, set
    aside or forgotten since, or tried again: then those of its last attempt."""
    found: QuerySet[Rejection] = Rejection.objects.not_over().filter(
        run__organisation=organisation, run__state=ImportRun.State.COMMITTED
    )
    with_message = found.select_related("run", "message__connection")
    return with_message.defer("message__body").order_by("-run_id", "line", "pk")


def troubled_rows(connection: Connection) -> QuerySet[Rejection]:
    """What keeps its messages from being taken in whole, as their last attempt found it."""
    return rejected_of(connection.organisation).filter(
        message__connection=connection, message__state=Message.State.TROUBLED
    )


def unexplained(connection: Connection) -> list[dict[str, Any]]:
    """Each ``kind`` and ``value`` that its mapping says nothing of, and in how many ``rows``."""
    found = troubled_rows(connection).filter(code__in=UNEXPLAINED).order_by()
    grouped = found.values("run__kind", "value").annotate(rows=Count("pk"))
    return [
        {"kind": row["run__kind"], "value": row["value"], "rows": row["rows"]}
        for row in grouped.order_by("-rows", "value")[:50]
    ]


def fields_seen(connection: Connection, subjects: list[str]) -> list[str]:
    """Names of the CRM's fields that it has sent of records of these kinds."""
    some = connection.records.filter(subject__in=subjects).order_by("-pk")[:200]
    return sorted({name for values in some.values_list("values", flat=True) for name in values})


def readable(message: Message) -> str:
    """What it says, a line for each value; cut where it is very long."""
    try:
        text = json.dumps(json.loads(message.body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        text = message.body
    return storable(text[:MOST_SHOWN])
