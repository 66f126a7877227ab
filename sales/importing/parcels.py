"""Rows of values by field, put together by which fields they name: each such set reads as a file of
its own, since a column that is not there keeps what was known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sales.importing.mapping import Mapping
from sales.importing.problems import UNSTORABLE, Problem
from sales.importing.vocabulary import (
    ACTIVITIES,
    FIELDS,
    LEAD_ASSIGNMENTS,
    LEADS,
    OPPORTUNITIES,
    REQUIRED,
    STAGE_EVENTS,
)

KEPT_BY_NONE = {
    OPPORTUNITIES: {"closed_at", "loss_reason"},
    STAGE_EVENTS: {"event_id", "loss_reason"},
    LEADS: set[str](),
    LEAD_ASSIGNMENTS: {"event_id"},
    ACTIVITIES: {"lead", "opportunity", "direction", "automated"},
}
"""Fields besides the required whose empty cell says as much as a missing column."""

ENTERED = "entered"
LARGEST_EXPONENT = 30


@dataclass(slots=True)
class Parcel:
    """Rows that name the same fields, with their lines, as if they stood in a file."""

    mapping: Mapping
    header: list[str]
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    share: float = 1.0

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        for line, cells in self.lines:
            bad = next((i for i, cell in enumerate(cells) if UNSTORABLE.search(cell)), None)
            if bad is None:
                yield line, cells
            else:
                yield line, Problem(line, self.header[bad], cells[bad], "undecodable")


class _Refused(Exception):
    """A row says something that is no value of a field: (its name, value, code)."""


def parcels_of(rows: Sequence[Any], mapping: Mapping) -> tuple[list[Parcel], list[Problem]]:
    """The rows, counted from 1, by what they name; and those that name what there is not."""
    parcels: dict[frozenset[str], Parcel] = {}
    problems = []
    for line, row in enumerate(rows, start=1):
        try:
            said = dict(_values(row, mapping))
        except _Refused as refused:
            problems.append(Problem(line, *refused.args))
            continue
        names = frozenset(said) | KEPT_BY_NONE[mapping.kind] | set(REQUIRED[mapping.kind])
        if names not in parcels:
            parcels[names] = _parcel(names, mapping)
        parcel = parcels[names]
        parcel.lines.append((line, [said.get(name, "") for name in parcel.header]))
    return list(parcels.values()), problems


def _parcel(names: Iterable[str], mapping: Mapping) -> Parcel:
    header = sorted(names)
    mark = f"{ENTERED}."
    own = replace(
        mapping,
        columns={name: name for name in header if not name.startswith(mark)},
        entered={name.removeprefix(mark): name for name in header if name.startswith(mark)},
    )
    return Parcel(own, header)


def _values(row: Any, mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Each field with its cell. Raises _Refused."""
    if not isinstance(row, dict):
        raise _Refused("", str(row)[:200], "not_a_value")
    for name, value in row.items():
        if name == ENTERED and mapping.kind == OPPORTUNITIES:
            yield from _entered(value, mapping)
        elif name not in FIELDS[mapping.kind]:
            raise _Refused(UNSTORABLE.sub("", name)[:200], "", "unknown_field")
        else:
            yield name, _cell(name, value)


def _entered(value: Any, mapping: Mapping) -> Iterator[tuple[str, str]]:
    """When stages were entered, by their names."""
    if not isinstance(value, dict):
        raise _Refused(ENTERED, str(value)[:200], "not_a_value")
    for stage, at in value.items():
        if stage not in mapping.pipeline_stages:
            raise _Refused(ENTERED, stage, "unknown_stage")
        yield f"{ENTERED}.{stage}", _cell(ENTERED, at)


def _cell(name: str, value: Any) -> str:
    """As it would stand in a file. Raises _Refused for a list or an object."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < LARGEST_EXPONENT else str(value)
    if isinstance(value, str | int):
        return str(value)
    raise _Refused(name, str(value)[:200], "not_a_value")
