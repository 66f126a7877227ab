"""Rows of facts out of records of a CRM, by a mapping whose columns are the CRM's fields.

A field's name with ``@`` behind it is when the field last changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sales.connecting.changes import Reader, Values, instant, milliseconds
from sales.connecting.remembering import Known
from sales.importing.mapping import Mapping
from sales.importing.vocabulary import DATES, LEAD_ASSIGNMENTS

CHANGED = "@"
CREATED, HAPPENED = "created_at", "at"
TOGETHER = 60_000
"""Milliseconds by which the first stage of a record may seem older than the record: CRMs write
both while they make it, in any order."""


@dataclass(frozen=True, slots=True)
class SentRow:
    """``message``: the number of the one it came in; ``known``: the record it is about; ``cells``:
    by Daya's fields."""

    message: int
    known: Known
    cells: Values


def rows_of(known: Iterable[Known], mapping: Mapping, reader: Reader) -> Iterator[SentRow]:
    """What the news of the records say of facts of the mapping's kind, without rows that are to be
    left out. A row may lack cells that it needs, where the CRM has not said them yet."""
    for each in known:
        subject, values = each.record.subject, each.values
        if mapping.kind not in reader.kinds[subject]:
            continue
        if not reader.concerns(subject, values) or not _is_meant(values, mapping):
            each.record.complete = True
        else:
            yield from _of_record(each, mapping, reader)


def _is_meant(values: Values, mapping: Mapping) -> bool:
    return all(
        values.get(column) in allowed
        for column, allowed in mapping.only.items()
        if column in values
    )


def _of_record(known: Known, mapping: Mapping, reader: Reader) -> Iterator[SentRow]:
    """One for each change of the field of which the mapping wants every one; else what is so now.

    Who held a lead is said once the lead is there.
    """
    logged = mapping.columns.get(HAPPENED, "")
    logged = logged.removesuffix(CHANGED) if logged.endswith(CHANGED) else ""
    moves = [(number, change) for number, change in known.news if logged in change.values]
    build, values, times = _Build(known, mapping, reader), known.values, known.times
    if mapping.kind == LEAD_ASSIGNMENTS and not known.record.complete:
        return
    if mapping.kind != LEAD_ASSIGNMENTS and not moves:
        yield SentRow(known.news[-1][0], known, build.cells(values, times))
    for number, change in moves:
        then = values | {logged: change.values[logged]}
        yield SentRow(number, known, build.cells(then, times | {logged: change.at}))


@dataclass(frozen=True, slots=True)
class _Build:
    """Reads cells of one record by one mapping."""

    known: Known
    mapping: Mapping
    reader: Reader

    def cells(self, values: Values, times: dict[str, int]) -> Values:
        """Those of which anything is known."""
        every = values | self.reader.derived(self.known.record.subject, values)
        found: Values = {}
        for name, column in self.mapping.columns.items():
            if column.endswith(CHANGED):
                raw = column.removesuffix(CHANGED)
                if raw in times:
                    said = values.get(raw) is not None or name == HAPPENED
                    found[name] = instant(times[raw]) if said else None
            elif column in every:
                found[name] = _written(name, every[column])
        return _in_order(found)


def _written(name: str, value: str | None) -> str | None:
    """Instants as texts; some CRMs count milliseconds."""
    counted = milliseconds(value) if name in DATES else None
    return value if counted is None else instant(counted)


def _in_order(cells: Values) -> Values:
    """The first stage not a moment before the record itself."""
    created, at = cells.get(CREATED), cells.get(HAPPENED)
    try:
        gap = datetime.fromisoformat(created or "") - datetime.fromisoformat(at or "")
    except (ValueError, TypeError):
        return cells
    if timedelta() < gap <= timedelta(milliseconds=TOGETHER):
        return cells | {HAPPENED: created}
    return cells
