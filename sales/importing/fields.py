"""The cells of a row by the field they are mapped to, read as text, instant, amount or flag."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sales.importing.amounts import UnparsableAmount, to_minor
from sales.importing.dates import UnparsableDate, is_day, parser
from sales.importing.mapping import Mapping
from sales.importing.problems import unreadable

YES, NO = {"1", "true", "yes", "y", "ya", "wahr"}, {"", "0", "false", "no", "n", "tidak", "falsch"}
LONGEST = {"id": 200, "name": 300, "account": 300, "product": 300, "loss_reason": 200,
           "event_id": 200}  # fmt: skip
OTHERWISE = 1_000


class Bad(Exception):
    """A cell cannot be taken: (its column, value, code)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as a cell states it; a bare day is its local midnight."""

    at: datetime
    is_day: bool
    column: str
    text: str

    def bad(self, code: str) -> Bad:
        return Bad(self.column, self.text, code)


class Fields:
    """Reads the cells of one file. Raises UnreadableFile for a mapped column it does not have."""

    def __init__(self, mapping: Mapping, header: list[str], zone: ZoneInfo, currency: str) -> None:
        for column in mapping.used_columns:
            if column not in header:
                raise unreadable("unknown_column", column=column)
        self.columns = mapping.columns
        self.places = {name: header.index(column) for name, column in mapping.columns.items()}
        self.nulls = mapping.nulls
        self.zone = ZoneInfo(mapping.zone) if mapping.zone else zone
        self.currency = mapping.currency or currency
        self.format = mapping.date_format or "iso"
        self.parse = parser(self.format, self.zone)
        self.minor: Callable[[str, str], int] = lru_cache(maxsize=65_536)(
            lambda text, currency: to_minor(text, currency, mapping.decimal)
        )

    def text(self, name: str, cells: list[str]) -> str:
        """The cell of a field; empty where it is not mapped or holds a null value."""
        place = self.places.get(name)
        if place is None:
            return ""
        value = cells[place].strip()
        if value in self.nulls:
            return ""
        if len(value) > LONGEST.get(name, OTHERWISE):
            raise self.bad(name, value, "too_long")
        return value

    def required(self, name: str, cells: list[str], code: str = "missing_value") -> str:
        value = self.text(name, cells)
        if not value:
            raise self.bad(name, "", code)
        return value

    def bad(self, name: str, value: str, code: str) -> Bad:
        return Bad(self.columns.get(name, name), value, code)

    def moment(self, column: str, text: str) -> Moment:
        try:
            return Moment(self.parse(text), is_day(text, self.format), column, text)
        except UnparsableDate as error:
            raise Bad(column, text, "unparsable_date") from error

    def flag(self, name: str, cells: list[str]) -> bool:
        text = self.text(name, cells).lower()
        if text not in YES | NO:
            raise self.bad(name, text, "not_yes_or_no")
        return text in YES

    def money(self, cells: list[str]) -> tuple[int | None, str]:
        """Minor units and currency; (None, "") where there is no amount."""
        currency = self.text("currency", cells).upper() or self.currency
        if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
            raise self.bad("currency", currency, "unknown_currency")
        text = self.text("amount", cells)
        if not text:
            return None, ""
        try:
            amount = self.minor(text, currency)
        except UnparsableAmount as error:
            raise self.bad("amount", text, error.code) from error
        if amount < 0:
            raise self.bad("amount", text, "negative_amount")
        return amount, currency
