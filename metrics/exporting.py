"""CSV of the rows behind a number. It recomputes the number exactly."""

import csv
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from metrics.rows import COUNTED, EXCLUDED, PENDING, Behind, Row, every
from sales.importing.amounts import to_major
from teams.exporting import Echo, safe_cell

HEADER = (
    "opportunity", "name", "account", "product", "amount", "currency", "owner", "team",
    "started_at", "at", "counted", "{column}", "days", "note", "left_out_because",
)  # fmt: skip


def lines(behind: Behind) -> Iterator[str]:
    """CSV text, line by line: counted rows, then pending, then excluded with their reason."""
    writer = csv.writer(Echo())
    zone = behind.scope.team.organisation.zone
    yield writer.writerow(cell.format(column=behind.metric.outcomes.column) for cell in HEADER)
    for shown in (COUNTED, PENDING, EXCLUDED):
        part = Behind(
            scope=behind.scope,
            metric=behind.metric,
            period=behind.period,
            shown=shown,
            as_of=behind.as_of,
        )
        for row in every(part):
            yield writer.writerow(_cells(row, zone, shown))


def _cells(row: Row, zone: ZoneInfo, shown: str) -> list[str]:
    days = "" if row.days is None else str(row.days)
    amount = "" if row.amount is None else str(to_major(row.amount, row.currency))
    texts = (row.external_id, row.name, row.account, row.product)
    return [
        *map(safe_cell, texts),
        amount,
        row.currency,
        *map(safe_cell, (row.rep, row.team)),
        row.started_at.astimezone(zone).isoformat() if row.started_at else "",
        row.at.astimezone(zone).isoformat(),
        shown if shown == PENDING else "yes" if shown == COUNTED else "no",
        "" if shown == EXCLUDED else "yes" if row.hit else "no",
        days,
        row.flag,
        row.why if shown == EXCLUDED else "",
    ]
