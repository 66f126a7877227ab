"""Rows of values by field, put together by which fields they name: each such set reads as a file of
its own, since a column that is not there keeps what was known.

Which stages' dates are named differs from row to row, so those rows stay together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sales.importing.mapping import Mapping
from sales.importing.problems import UNSTORABLE, Problem
from sales.importing.stories import UNSAID
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
MARK = f"{ENTERED}."
LARGEST_EXPONENT = 30


@dataclass(slots=True)
class Parcel:
    """Rows that name the same fields, with their lines, as if they stood in a file."""

    mapping: Mapping
    lines: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    share: float = 1.0

    @property
    def header(self) -> list[str]:
        return [*self.mapping.columns, *self.mapping.entered.values()]

    def add(self, line: int, said: dict[str, str]) -> None:
        stages = {
            name.removeprefix(MARK): name
            for name in said
            if name.startswith(MARK) and name.removeprefix(MARK) not in self.mapping.entered
        }
        if stages:
            self.mapping = replace(self.mapping, entered={**self.mapping.entered, **stages})
        self.lines.append((line, said))

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        header = self.header
        unnamed = [UNSAID if name.startswith(MARK) else "" for name in header]
        for line, said in self.lines:
            bad = next((name for name, cell in said.items() if UNSTORABLE.search(cell)), None)
            if bad is None:
                yield line, [said.get(*each) for each in zip(header, unnamed, strict=True)]
            else:
                yield line, Problem(line, bad, said[bad], "undecodable")


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
        fields = {name for name in said if not name.startswith(MARK)}
        names = frozenset(fields | KEPT_BY_NONE[mapping.kind] | set(REQUIRED[mapping.kind]))
        if names not in parcels:
            columns = {name: name for name in sorted(names)}
            parcels[names] = Parcel(replace(mapping, columns=columns))
        parcels[names].add(line, said)
    return list(parcels.values()), problems


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
        yield f"{MARK}{stage}", _cell(ENTERED, at)


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
