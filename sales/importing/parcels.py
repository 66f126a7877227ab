"""Rows of values by field, put together by which fields they name: each such set reads as a file of
its own, since a column that is not there keeps what was known.

Which stages' dates are named differs from row to row, so those rows stay together.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sales.importing.dates import WITH_OFFSET, UnparsableDate, parser
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
READ = parser(WITH_OFFSET, ZoneInfo("UTC"))
BEFORE_ALL = datetime.min.replace(tzinfo=UTC), 0


@dataclass(slots=True)
class Parcel:
    """Rows that name the same fields, with their lines, as if they stood in a file. Those of a
    later ``turn`` are taken once the others are."""

    mapping: Mapping
    turn: int = 0
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


class _Named(NamedTuple):
    """A row by its line: what it says, and which fields it names."""

    line: int
    said: dict[str, str]
    names: frozenset[str]


def parcels_of(rows: Sequence[Any], mapping: Mapping) -> tuple[list[Parcel], list[Problem]]:
    """The rows, counted from 1, by what they name; and those that name what there is not."""
    named, problems = _named(rows, mapping)
    turns = _turns(named) if mapping.kind == STAGE_EVENTS else {}
    parcels: dict[tuple[int, frozenset[str]], Parcel] = {}
    for row in named:
        turn = turns.get((_id(row), row.names), 0)
        if (turn, row.names) not in parcels:
            columns = {name: name for name in sorted(row.names)}
            parcels[turn, row.names] = Parcel(replace(mapping, columns=columns), turn)
        parcels[turn, row.names].add(row.line, row.said)
    return list(parcels.values()), problems


def in_turns(parcels: Iterable[Parcel]) -> Iterator[list[Parcel]]:
    """Those that are taken together, the first turn first."""
    for _turn, some in groupby(sorted(parcels, key=attrgetter("turn")), key=attrgetter("turn")):
        yield list(some)


def _named(rows: Sequence[Any], mapping: Mapping) -> tuple[list[_Named], list[Problem]]:
    needed = KEPT_BY_NONE[mapping.kind] | set(REQUIRED[mapping.kind])
    named, problems = [], []
    for line, row in enumerate(rows, start=1):
        try:
            said = dict(_values(row, mapping))
        except _Refused as refused:
            problems.append(Problem(line, *refused.args))
        else:
            fields = {name for name in said if not name.startswith(MARK)}
            named.append(_Named(line, said, frozenset(fields | needed)))
    return named, problems


def _turns(named: Iterable[_Named]) -> dict[tuple[str, frozenset[str]], int]:
    """When rows of one opportunity that name the same fields have their turn in a log.

    Of each field the newest row that names it counts, so that fields which an older row names
    last have theirs first.
    """
    newest: dict[str, dict[frozenset[str], tuple[datetime, int]]] = {}
    for row in named:
        sets = newest.setdefault(_id(row), {})
        sets[row.names] = max(sets.get(row.names, BEFORE_ALL), (_at(row), row.line))
    return {
        (key, names): turn
        for key, sets in newest.items()
        for turn, names in enumerate(sorted(sets, key=sets.__getitem__))
    }


def _id(row: _Named) -> str:
    return row.said.get("id", "").strip()


def _at(row: _Named) -> datetime:
    """One without an instant is rejected, whenever it has its turn."""
    try:
        return READ(row.said.get("at", ""))
    except UnparsableDate:
        return BEFORE_ALL[0]


def _values(row: Any, mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Each field with its cell. Raises _Refused."""
    if not isinstance(row, dict):
        raise _Refused("", _shown(row), "not_a_row")
    for name, value in row.items():
        if name == ENTERED and mapping.kind == OPPORTUNITIES:
            yield from _entered(value, mapping)
        elif name not in FIELDS[mapping.kind]:
            raise _Refused(UNSTORABLE.sub("", name)[:200], _shown(value), "unknown_field")
        else:
            yield name, _cell(name, value)


def _entered(value: Any, mapping: Mapping) -> Iterator[tuple[str, str]]:
    """When stages were entered, by their names."""
    if not isinstance(value, dict):
        raise _Refused(ENTERED, _shown(value), "not_stages")
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
    raise _Refused(name, _shown(value), "not_a_value")


def _shown(value: Any) -> str:
    """The text that was sent, or the JSON of anything else."""
    if isinstance(value, str):
        return value[:200]
    return json.dumps(value, ensure_ascii=False, default=float)[:200]
