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
OF_LEADS = (
    "lead", "name", "account", "source", "owner", "team", "came_in", "counted", "{column}",
    "minutes", "note", "left_out_because",
)  # fmt: skip


def lines(behind: Behind) -> Iterator[str]:
    """CSV text, line by line: counted rows, then pending, then excluded with their reason."""
    writer = csv.writer(Echo())
    zone = behind.scope.team.organisation.zone
    leads = behind.metric.is_of_leads
    header, cells = (OF_LEADS, _cells_of_lead) if leads else (HEADER, _cells)
    yield writer.writerow(cell.format(column=behind.metric.outcomes.column) for cell in header)
    for shown in (COUNTED, PENDING, EXCLUDED):
        part = Behind(
            scope=behind.scope,
            metric=behind.metric,
            period=behind.period,
            shown=shown,
            as_of=behind.as_of,
        )
        for row in every(part):
            yield writer.writerow(cells(row, zone, shown))


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
        *_counted(row, shown),
        days,
        *_told(row, shown),
    ]


def _cells_of_lead(row: Row, zone: ZoneInfo, shown: str) -> list[str]:
    texts = (row.external_id, row.name, row.account, row.product, row.rep, row.team)
    return [
        *map(safe_cell, texts),
        row.at.astimezone(zone).isoformat(),
        *_counted(row, shown),
        "" if row.minutes is None else str(row.minutes),
        *_told(row, shown),
    ]


def _counted(row: Row, shown: str) -> list[str]:
    """Whether it counts, and whether it is a hit."""
    return [
        shown if shown == PENDING else "yes" if shown == COUNTED else "no",
        "" if shown == EXCLUDED else "yes" if row.hit else "no",
    ]


def _told(row: Row, shown: str) -> list[str]:
    return [row.flag, row.why if shown == EXCLUDED else ""]
