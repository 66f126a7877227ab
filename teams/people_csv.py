"""People as CSV: written with their team and role, and read."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from teams.exporting import Echo, plain_cell, safe_cell
from teams.models import Organisation, Role
from teams.registering import Row, primary_memberships

HEADER = ("name", "email", "crm_id", "team", "role")
NEEDED = ("name", "email")
DELIMITERS = ",;\t"
LARGEST = 1_000_000
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Trouble:
    line: int
    column: str
    value: str
    reason: str

    @property
    def sentence(self) -> str:
        """Where and why, in a line."""
        where = _("Line %(line)s") % {"line": self.line}
        return f"{where}{self.column and f', {self.column}'}: {self.reason}"


class BadFile(Exception):
    """Nothing was taken; ``problems`` says why, row by row."""

    def __init__(self, problems: list[Trouble]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def export_people(organisation: Organisation) -> Iterator[str]:
    """CSV text, line by line: active people with their primary team (its short name) and role."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    held = primary_memberships(organisation)
    for person in organisation.people.active().iterator():
        membership = held.get(person.pk)
        place = (membership.team.slug, membership.role) if membership else ("", "")
        cells = (person.name, person.email, person.external_id, *place)
        yield writer.writerow([safe_cell(cell) for cell in cells])


def example(organisation: Organisation) -> Iterator[str]:
    """A file that can be taken in, with somebody who has every cell and somebody who has few."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    yield writer.writerow(
        ["Sari Wulandari", "sari@example.com", "C-1042", organisation.root.slug, Role.MANAGER.value]
    )
    yield writer.writerow(["Tom Baker", "tom@example.com", "", "", ""])


def text_of(file: IO[bytes]) -> str:
    """What the file says. Raises BadFile."""
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _bad(1, "", _("The file is larger than 1 MB."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(1, "", _("This is not a text file in UTF-8.")) from error


def rows_in(text: str) -> Iterator[tuple[int, Row]]:
    """Line number and cells of each row that says anything. Raises BadFile."""
    reader = _reader(text)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check(header)
        for number, cells in enumerate(reader):
            if number == MOST:
                raise _bad(reader.line_num, "", _("The file has more than 5,000 rows. Split it."))
            if any(cells[len(header) :]):
                raise _bad(reader.line_num, "", _("This row has more cells than the header."))
            said = dict(zip(header, cells, strict=False))
            row = {name: plain_cell(said.get(name, "").strip()) for name in HEADER}
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        raise _bad(reader.line_num, "", str(error)) from error


def _reader(text: str) -> Any:
    """Cells are divided by whatever divides the header."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    return csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)


def _check(header: list[str]) -> None:
    for name in NEEDED:
        if name not in header:
            raise _bad(1, name, _("The file has no column of this name."))
    for name in header:
        if name and name not in HEADER:
            raise _bad(1, name, _("There is no such column: name, email, crm_id, team, role."))
        if name and header.count(name) > 1:
            raise _bad(1, name, _("This column stands twice."))


def _bad(line: int, column: str, reason: str) -> BadFile:
    return BadFile([Trouble(line, column, "", reason)])
