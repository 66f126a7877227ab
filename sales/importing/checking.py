"""One row of a file, checked: what it says, or everything that is wrong with it."""

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sales.importing.amounts import UnparsableAmount, to_minor
from sales.importing.dates import UnparsableDate, parser
from sales.importing.mapping import (
    BEFORE,
    DISQUALIFIED,
    IGNORE,
    LOST,
    OPPORTUNITIES,
    WON,
    Mapping,
)
from sales.importing.problems import Problem, unreadable

YES, NO = {"1", "true", "yes", "y", "ya", "wahr"}, {"", "0", "false", "no", "n", "tidak", "falsch"}
LONGEST = {
    "id": 200,
    "name": 300,
    "account": 300,
    "product": 300,
    "loss_reason": 200,
    "event_id": 200,
}
OPEN = "open"
UNKNOWN, AMBIGUOUS, TEAMLESS = "unknown_owner", "ambiguous_owner", "owner_without_team"


@dataclass(slots=True)
class Event:
    """A stage event a row asserts. ``slot`` names what it says, so that a later file can correct
    it; ``at`` None means seen there, since when is unknown."""

    slot: str
    kind: str
    position: int | None
    reason: str
    at: datetime | None


@dataclass(slots=True)
class Row:
    """What a good row says. Fields that are not mapped are None."""

    external_id: str
    name: str = ""
    account: str = ""
    product: str = ""
    amount: int | None = None
    currency: str = ""
    created_at: datetime | None = None
    is_test: bool = False
    deleted: bool = False
    owner: str = ""
    events: tuple[Event, ...] = ()
    ignored: bool = False


class Bad(Exception):
    """A cell cannot be taken: (field's column, value, code)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What checking needs to know of the organisation. ``owners`` maps a lower-case name, mail
    address or id to nothing, or to the code of the problem with it."""

    zone: ZoneInfo
    currency: str
    now: datetime
    owners: AnyMapping[str, str]


class Checker:
    """Checks the rows of one file. Raises UnreadableFile for a mapped column it does not have."""

    def __init__(self, mapping: Mapping, header: list[str], around: Surroundings) -> None:
        for column in mapping.used_columns:
            if column not in header:
                raise unreadable("unknown_column", column=column)
        self.mapping = mapping
        self.around = around
        self.places = {name: header.index(column) for name, column in mapping.columns.items()}
        self.entered = [
            (mapping.position(stage), column, header.index(column))
            for stage, column in mapping.entered.items()
        ]
        zone = ZoneInfo(mapping.zone) if mapping.zone else around.zone
        self.nulls = frozenset(mapping.null_values) | {""}
        self.date = parser(mapping.date_format or "iso", zone)
        self.amount = lru_cache(maxsize=65_536)(self._amount)
        self.won_position = len(mapping.pipeline_stages) + 1
        self.events = (
            self._opportunity_events if mapping.kind == OPPORTUNITIES else self._logged_event
        )

    def check(self, line: int, cells: list[str]) -> tuple[Row | None, list[Problem]]:
        """The row, or the problems of all its cells."""
        problems: list[Problem] = []
        row = Row(external_id="")
        for step in (self._identity, self._details, self._owner, self.events):
            try:
                step(row, cells)
            except Bad as bad:
                problems.append(Problem(line, *bad.args))
        return (None, problems) if problems else (row, problems)

    def cell(self, name: str, cells: list[str]) -> str:
        """The cell of a field; empty where it is not mapped or holds a null value."""
        place = self.places.get(name)
        if place is None:
            return ""
        value = cells[place].strip()
        if value in self.nulls:
            return ""
        if len(value) > LONGEST.get(name, 1000) or "\0" in value:
            raise self.bad(name, value, "too_long")
        return value

    def bad(self, name: str, value: str, code: str) -> Bad:
        return Bad(self.mapping.columns.get(name, name), value, code)

    def _identity(self, row: Row, cells: list[str]) -> None:
        row.external_id = self.cell("id", cells)
        if not row.external_id:
            raise self.bad("id", "", "missing_value")

    def _details(self, row: Row, cells: list[str]) -> None:
        row.name = self.cell("name", cells)
        row.account = self.cell("account", cells)
        row.product = self.cell("product", cells)
        row.created_at = self._instant("created_at", cells)
        row.is_test = self._yes("is_test", cells)
        row.deleted = self._yes("deleted", cells)
        self._money(row, cells)

    def _money(self, row: Row, cells: list[str]) -> None:
        text = self.cell("amount", cells)
        currency = self.cell("currency", cells).upper() or self.mapping.currency
        currency = currency or self.around.currency
        if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
            raise self.bad("currency", currency, "unknown_currency")
        if text:
            row.amount, row.currency = self.amount(text, currency), currency

    def _amount(self, text: str, currency: str) -> int:
        try:
            amount = to_minor(text, currency, self.mapping.decimal)
        except UnparsableAmount as error:
            raise self.bad("amount", text, "unparsable_amount") from error
        if amount < 0:
            raise self.bad("amount", text, "negative_amount")
        return amount

    def _yes(self, name: str, cells: list[str]) -> bool:
        text = self.cell(name, cells).lower()
        if text not in YES | NO:
            raise self.bad(name, text, "not_yes_or_no")
        return text in YES

    def _instant(self, name: str, cells: list[str]) -> datetime | None:
        text = self.cell(name, cells)
        return self._parsed(self.mapping.columns[name], text) if text else None

    def _parsed(self, column: str, text: str) -> datetime:
        try:
            return self.date(text)
        except UnparsableDate as error:
            raise Bad(column, text, "unparsable_date") from error

    def _owner(self, row: Row, cells: list[str]) -> None:
        row.owner = self.cell("owner", cells)
        if row.owner:
            code = self.around.owners.get(row.owner.lower(), UNKNOWN)
            if code:
                raise self.bad("owner", row.owner, code)

    def _target(self, cells: list[str]) -> str:
        """What the row's stage means; a stage of the pipeline means itself unless mapped."""
        value = self.cell("stage", cells)
        if not value:
            raise self.bad("stage", value, "missing_value")
        target = self.mapping.stages.get(value)
        if target is None and value in self.mapping.pipeline_stages:
            target = value
        if target is None:
            raise self.bad("stage", value, "unknown_stage")
        return target

    def _opportunity_events(self, row: Row, cells: list[str]) -> None:
        target = self._target(cells)
        events = [
            Event(f"entered:{position}", OPEN, position, "", self._parsed(column, cells[place]))
            for position, column, place in self.entered
            if cells[place].strip() not in self.nulls
        ]
        if target in {WON, LOST, DISQUALIFIED}:
            closed_at = self._instant("closed_at", cells)
            if closed_at is None:
                raise self.bad("closed_at", "", "closed_without_date")
            events.append(self._event(target, cells, "closed", closed_at))
        elif target in self.mapping.pipeline_stages:
            position = self.mapping.position(target)
            if not any(event.position == position for event in events):
                events.append(Event("seen", OPEN, position, "", None))
        elif target == IGNORE:
            row.ignored = True
        self._in_order(row, events, cells)

    def _logged_event(self, row: Row, cells: list[str]) -> None:
        target = self._target(cells)
        if target in {IGNORE, BEFORE}:
            row.ignored = True
            return
        at = self._instant("at", cells)
        if at is None:
            raise self.bad("at", "", "missing_value")
        slot = self.cell("event_id", cells)
        self._in_order(row, [self._event(target, cells, slot, at)], cells)

    def _event(self, target: str, cells: list[str], slot: str, at: datetime) -> Event:
        if target == WON:
            return Event(slot, WON, self.won_position, "", at)
        if target in {LOST, DISQUALIFIED}:
            said = self.cell("loss_reason", cells)
            return Event(slot, LOST, None, "disqualified" if target == DISQUALIFIED else said, at)
        return Event(slot, OPEN, self.mapping.position(target), "", at)

    def _in_order(self, row: Row, events: list[Event], cells: list[str]) -> None:
        """Nothing before the creation, and no
        close before the first contact the same row states."""
        for event in events:
            if event.at is None:
                continue
            if event.at > self.around.now:
                raise self._misplaced(event, cells, "event_in_future")
            if row.created_at and event.at < row.created_at:
                raise self._misplaced(event, cells, "event_before_creation")
        entries = [event.at for event in events if event.kind == OPEN and event.at]
        closed = events[-1] if events and events[-1].kind != OPEN else None
        if closed and closed.at and entries and closed.at < min(entries):
            raise self._misplaced(closed, cells, "event_before_creation")
        row.events = tuple(events)

    def _misplaced(self, event: Event, cells: list[str], code: str) -> Bad:
        if event.slot.startswith("entered:"):
            for position, column, place in self.entered:
                if event.slot == f"entered:{position}":
                    return Bad(column, cells[place], code)
        name = "closed_at" if self.mapping.kind == OPPORTUNITIES else "at"
        return self.bad(name, cells[self.places[name]] if name in self.places else "", code)
