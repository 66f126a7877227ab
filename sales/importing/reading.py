"""Opening a CSV file: compression, encoding, delimiter, header, rows with their line numbers.

Rows are streamed; memory does not grow with the file.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from sales.importing.encodings import find_encoding
from sales.importing.problems import Problem, unreadable

MAX_COLUMNS = 500
MAX_LINE = 1_000_000
DELIMITERS = ",;\t|"
EXCEL_HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""A first line that tells Excel the delimiter."""

NO_TEXT = re.compile("[\0\udc80-\udcff]")
NO_TEXT_IN_UTF16 = re.compile("[\0\N{REPLACEMENT CHARACTER}]")
"""What bytes that are no text become: UTF-16 cannot keep them apart from a real replacement."""

CUT_OFF = (OSError, EOFError, zlib.error)
"""What reading a damaged archive raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a person says about the file as such; what is left empty is found."""

    encoding: str = ""
    delimiter: str = ""
    ends_at_blank_line: bool = False


@dataclass(slots=True, kw_only=True)
class Table:
    """An open file: its header and, once, its rows. ``text`` is held open by being held."""

    header: list[str]
    encoding: str
    delimiter: str
    reader: Any
    lines_before: int
    no_text: re.Pattern[str] | None
    ends_at_blank_line: bool
    text: io.TextIOWrapper
    file: IO[bytes]
    size: int

    @property
    def share(self) -> float:
        """How much of the file was read, 0 to 1."""
        return min(1.0, self.file.tell() / self.size)

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """(line, cells), or the line's problem. Rows in which nothing stands are passed over."""
        width = len(self.header)
        for line, cells in self.written():
            if len(cells) != width and not _trimmed(cells, width):
                yield line, Problem(line, "", self.delimiter.join(cells), "wrong_cell_count")
            elif self.no_text and self.no_text.search("".join(cells)):
                yield line, self._undecodable(self.no_text, line, cells)
            else:
                yield line, cells

    def written(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) as they stand in the file, however many they are and whatever is in them.
        Raises UnreadableFile."""
        line = self._next_line
        try:
            for cells in self.reader:
                if any(cells):
                    yield line, cells
                elif self.ends_at_blank_line:
                    return
                line = self._next_line
        except csv.Error as error:
            raise unreadable("broken_quotes", line=line) from error
        except CUT_OFF as error:
            raise unreadable("broken_archive", line=line) from error

    @property
    def _next_line(self) -> int:
        return int(self.reader.line_num) + self.lines_before + 1

    def _undecodable(self, no_text: re.Pattern[str], line: int, cells: list[str]) -> Problem:
        column, value = next(
            (name, cell)
            for name, cell in zip(self.header, cells, strict=True)
            if no_text.search(cell)
        )
        return Problem(line, column, value, "undecodable")


@contextmanager
def open_table(path: Path, layout: Layout | None = None) -> Iterator[Table]:
    """Open a CSV file, gzipped or not. Raises UnreadableFile."""
    said = layout or Layout()
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        raw: Any = gzip.GzipFile(fileobj=file) if zipped else file
        try:
            table = _opened(raw, said)
        except CUT_OFF as error:
            raise unreadable("broken_archive") from error
        table.file, table.size = file, max(path.stat().st_size, 1)
        yield table


def _opened(raw: Any, said: Layout) -> Table:
    found = find_encoding(raw, stated=said.encoding)
    raw.seek(0)
    utf16 = found.encoding.startswith("utf-16")
    text = io.TextIOWrapper(
        raw,
        encoding=found.encoding,
        errors="replace" if utf16 else "surrogateescape",
        newline="",
    )
    lines = _lines(text)
    blank, first = _first(lines)
    hint = EXCEL_HINT.fullmatch(first)
    delimiter = said.delimiter or (hint[1] if hint else _delimiter(first))
    reader = csv.reader(lines if hint else chain([first], lines), delimiter=delimiter, strict=True)
    return Table(
        header=_header(reader),
        encoding=found.encoding,
        delimiter=delimiter,
        reader=reader,
        lines_before=blank + bool(hint),
        no_text=None if found.is_clean else NO_TEXT_IN_UTF16 if utf16 else NO_TEXT,
        ends_at_blank_line=said.ends_at_blank_line,
        text=text,
        file=raw,
        size=1,
    )


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Physical lines, none longer than can be held in memory many times over."""
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE:
            raise unreadable("too_many_columns" if number == 1 else "line_too_long", line=number)
        yield line


def _first(lines: Iterator[str]) -> tuple[int, str]:
    """How many blank lines there are before the first other one, and that one."""
    for number, line in enumerate(lines):
        if line.strip("\ufeff\r\n\t "):
            return number, line.lstrip("\ufeff")
    return 0, ""


def _delimiter(line: str) -> str:
    """The candidate that makes most columns of the first line; a comma where none does."""
    unquoted = line.split('"')[::2]
    return max(DELIMITERS, key=lambda mark: sum(part.count(mark) for part in unquoted))


def _header(reader: Iterator[list[str]]) -> list[str]:
    try:
        names = next((cells for cells in reader if any(cells)), [])
    except csv.Error as error:
        raise unreadable("broken_quotes") from error
    if not names:
        raise unreadable("empty_file")
    names = [name.strip() for name in names]
    while len(names) > 1 and not names[-1]:
        names.pop()
    _check_names(names)
    return names


def _check_names(names: list[str]) -> None:
    if len(names) > MAX_COLUMNS:
        raise unreadable("too_many_columns", value=str(len(names)))
    for number, name in enumerate(names, start=1):
        if not name:
            raise unreadable("no_header", value=str(number))
        if NO_TEXT.search(name):
            raise unreadable("undecodable", value=name)
        if names.count(name) > 1:
            raise unreadable("duplicate_column", column=name)


def _trimmed(cells: list[str], width: int) -> bool:
    """Drop empty cells beyond the header's; whether the row then has the header's width."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return len(cells) == width
