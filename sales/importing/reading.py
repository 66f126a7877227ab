"""Opening a CSV file: compression, encoding, delimiter, header, rows with their line numbers.

Rows are streamed; memory does not grow with the file.
"""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import charset_normalizer

from sales.importing.problems import Problem, unreadable

SAMPLE_BYTES = 262_144
MAX_COLUMNS = 500
DELIMITERS = ",;\t|"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
CONTROLS = {byte for byte in range(32) if byte not in b"\t\n\r\f\x1b"}


@dataclass(slots=True)
class Table:
    """An open file: its header and, once, its rows."""

    header: list[str]
    encoding: str
    delimiter: str
    reader: Iterator[list[str]]

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """(line, cells), or the line's problem. Blank lines are passed over."""
        width = len(self.header)
        line = self.reader.line_num + 1  # type: ignore[attr-defined]
        try:
            for cells in self.reader:
                while len(cells) > width and not cells[-1]:
                    cells.pop()
                if len(cells) != width:
                    if any(cells):
                        found = self.delimiter.join(cells)
                        yield line, Problem(line, "", found, "wrong_cell_count")
                elif any(REPLACEMENT in cell for cell in cells):
                    yield line, _undecodable(line, self.header, cells)
                else:
                    yield line, cells
                line = self.reader.line_num + 1  # type: ignore[attr-defined]
        except csv.Error as error:
            raise unreadable("broken_quotes", line=line) from error


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV file, gzipped or not. Raises UnreadableFile."""
    with _raw(path) as raw:
        sample = _sample(raw)
        encoding = detect_encoding(sample)
        delimiter = _delimiter(sample, encoding)
        raw.seek(0)
        text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        yield Table(_header(reader), encoding, delimiter, reader)


def _raw(path: Path) -> IO[bytes]:
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else open(path, "rb")


def _sample(raw: IO[bytes]) -> bytes:
    try:
        sample = raw.read(SAMPLE_BYTES)
    except (OSError, EOFError) as error:
        raise unreadable("not_text") from error
    if not sample.strip():
        raise unreadable("empty_file")
    return sample


def detect_encoding(sample: bytes) -> str:
    """UTF-8 (with or without mark), UTF-16 by its mark, else the likeliest one-byte encoding."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if CONTROLS & set(sample):
        raise unreadable("not_text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(sample[:65_536]).best()
        return best.encoding if best else "cp1252"
    return "utf-8-sig"


def _delimiter(sample: bytes, encoding: str) -> str:
    """The candidate that makes most columns of the first line; a comma where none does."""
    text = sample.decode(encoding, errors="replace").lstrip("\r\n")
    first = text[: text.find("\n") + 1 or len(text)]
    quoted = first.split('"')[::2]
    return max(DELIMITERS, key=lambda mark: sum(part.count(mark) for part in quoted))


def _header(reader: Iterator[list[str]]) -> list[str]:
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise unreadable("too_many_columns") from error
    while len(names) > 1 and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise unreadable("too_many_columns", value=str(len(names)))
    if not names or not all(names):
        raise unreadable("no_header")
    for name in names:
        if names.count(name) > 1:
            raise unreadable("duplicate_column", column=name)
    return names


def _undecodable(line: int, header: list[str], cells: list[str]) -> Problem:
    column, value = next(
        (name, cell) for name, cell in zip(header, cells, strict=True) if REPLACEMENT in cell
    )
    return Problem(line, column, value, "undecodable")
