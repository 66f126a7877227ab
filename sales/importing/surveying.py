"""A first look at a file, so that a person can say how it is read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sales.importing.dates import formats_of
from sales.importing.mapping import Mapping
from sales.importing.problems import Problem, unreadable
from sales.importing.reading import Layout, open_table
from sales.importing.vocabulary import BEFORE, IGNORE, LOST, WON

EXAMPLES = 3
ROWS = 200_000
VALUES = 100
OPEN = "open"
ACTIVITY_WORDS = {
    "email": ("mail", "surel"),
    "call": ("call", "phone", "telepon", "panggilan"),
    "message": ("message", "sms", "whatsapp", "chat", "linkedin", "pesan"),
    "meeting": ("meeting", "demo", "appointment", "event", "rapat"),
    "status": ("status", "stage", "lifecycle"),
    "note": ("note", "comment", "catatan"),
}
WAY_WORDS = {
    "inbound": ("incoming", "inbound", "received", "reply", "masuk"),
    "automated": ("auto", "sequence", "bulk", "campaign", "otomatis"),
}
LEFT_OUT_WORDS = {
    "spam": ("spam", "junk"),
    "duplicate": ("duplicate", "duplikat"),
    "test": ("test", "uji"),
}


@dataclass(slots=True)
class Column:
    """A column's name with some of its values."""

    name: str
    examples: list[str] = field(default_factory=list)


def columns_of(path: Path, layout: Layout | None = None) -> list[Column]:
    """The columns with their first values. Raises UnreadableFile."""
    with open_table(path, layout) as table:
        columns = [Column(name) for name in table.header]
        for _line, cells in _some(table.rows(), 200):
            for column, cell in zip(columns, cells, strict=True):
                if cell.strip() and cell not in column.examples:
                    column.examples = [*column.examples, cell][:EXAMPLES]
    return columns


def refuse_without_rows(path: Path, layout: Layout | None = None) -> None:
    """Raises UnreadableFile."""
    with open_table(path, layout) as table:
        if next(table.rows(), None) is None:
            raise unreadable("no_rows")


def values_of(path: Path, mapping: Mapping, name: str) -> list[tuple[str, int]]:
    """The values of a field's column in order of appearance, with how often each occurs in rows
    that the mapping does not leave out."""
    with open_table(path, mapping.layout) as table:
        place = table.header.index(mapping.columns[name])
        only = [
            (table.header.index(column), values)
            for column, values in mapping.only.items()
            if column in table.header
        ]
        counts = Counter(
            cells[place].strip()
            for _line, cells in _some(table.rows(), ROWS)
            if all(cells[where].strip() in values for where, values in only)
        )
    return [(value, count) for value, count in counts.items() if value][:VALUES]


def date_formats(path: Path, mapping: Mapping) -> list[str]:
    """The formats that read every mapped date; two of dmy and mdy mean: ask."""
    with open_table(path, mapping.layout) as table:
        places = [table.header.index(name) for name in mapping.date_columns if name in table.header]
        found: set[str] = set()
        for _line, cells in _some(table.rows(), ROWS):
            if len(found) < 20_000:
                found |= {cells[place].strip() for place in places}
    return formats_of(found - {""}) if found - {""} else []


def guess_meaning(value: str) -> str:
    """What a value of the stage column probably means."""
    plain = value.lower()
    if "won" in plain or plain in {"approved", "signed"}:
        return WON
    if any(word in plain for word in ("lost", "declined", "cancel", "rejected")):
        return LOST
    if any(word in plain for word in ("prospecting", "backlog")):
        return BEFORE
    return IGNORE if plain in {"deleted", "archived"} else OPEN


def guess_activity(value: str) -> str:
    """What a value of the column of activities probably means; empty where it could be anything."""
    plain = value.lower()
    kind = next((kind for kind, words in ACTIVITY_WORDS.items() if _says(plain, words)), "")
    if kind in {"", "note", "status"}:
        return kind
    for way, words in WAY_WORDS.items():
        if _says(plain, words):
            return f"{kind}/{way}"
    return kind


def guess_left_out(value: str) -> str:
    """What a value of the column that leaves leads out probably means."""
    plain = value.lower()
    return next((kind for kind, words in LEFT_OUT_WORDS.items() if _says(plain, words)), "")


def _says(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _some(
    rows: Iterable[tuple[int, list[str] | Problem]], limit: int
) -> Iterable[tuple[int, list[str]]]:
    for number, (line, cells) in enumerate(rows):
        if number >= limit:
            return
        if not isinstance(cells, Problem):
            yield line, cells
