"""The cells of a row by the field they are mapped to, read as text, instant, amount or flag."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sales.importing.amounts import CODE, UnparsableAmount, to_minor
from sales.importing.dates import UnparsableDate, is_day, parser
from sales.importing.mapping import Mapping
from sales.importing.problems import unreadable

YES, NO = {"1", "true", "yes", "y", "ya", "wahr"}, {"", "0", "false", "no", "n", "tidak", "falsch"}
LONGEST = {
    **dict.fromkeys(("name", "account", "product"), 300),
    **dict.fromkeys(("id", "event_id", "merged_into", "lead", "opportunity"), 200),
    **dict.fromkeys(("loss_reason", "closing_reason", "origin", "by"), 200),
}
OTHERWISE = 1_000


class Bad(Exception):
    """A cell cannot be taken: (its column, value, code)."""


class Moment(NamedTuple):
    """An instant as a cell states it; a bare day is its local midnight."""

    at: datetime
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
        self.places = {
            name: (header.index(column), LONGEST.get(name, OTHERWISE))
            for name, column in mapping.columns.items()
        }
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
        if name not in self.places:
            return ""
        place, longest = self.places[name]
        value = cells[place].strip()
        if value in self.nulls:
            return ""
        if len(value) > longest:
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
            return Moment(self.parse(text), column, text)
        except UnparsableDate as error:
            raise Bad(column, text, "unparsable_date") from error

    def is_same_day(self, moment: Moment, other: datetime) -> bool:
        """Whether a bare day is the local day of an instant."""
        local = moment.at.astimezone(self.zone), other.astimezone(self.zone)
        return is_day(moment.text, self.format) and local[0].date() == local[1].date()

    def flag(self, name: str, cells: list[str]) -> bool:
        text = self.text(name, cells).lower()
        if text not in YES | NO:
            raise self.bad(name, text, "not_yes_or_no")
        return text in YES

    def money(self, cells: list[str]) -> tuple[int | None, str]:
        """Minor units and currency; (None, "") where there is no amount."""
        currency = self.text("currency", cells).upper() or self.currency
        if currency != self.currency and not CODE.fullmatch(currency):
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
