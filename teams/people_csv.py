"""People as CSV: out with their team and role, in again without changing what is the same."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from teams.exporting import Echo, plain_cell, safe_cell
from teams.models import Organisation
from teams.registering import BadCell, Register, Row, primary_memberships

HEADER = ("name", "email", "crm_id", "team", "role")
NEEDED = ("name", "email")
COLUMNS = {"external_id": "crm_id", NON_FIELD_ERRORS: "crm_id"}
"""Where a model's complaint belongs, if not to the column of the field's name."""
DELIMITERS = ",;\t"
LARGEST = 5_000_000
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Trouble:
    line: int
    column: str
    value: str
    reason: str


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


@transaction.atomic
def import_people(organisation: Organisation, file: IO[bytes]) -> dict[str, int]:
    """Add and change people as the file says; all of it or nothing.

    A row means the person with that mail address, else with that CRM id, else the only one of that
    name who has neither. An empty cell leaves what is there. Raises BadFile.
    """
    register = Register(organisation.locked())
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    problems: list[Trouble] = []
    for line, row in _rows(file):
        try:
            counts[register.take(row)] += 1
        except BadCell as error:
            problems.append(Trouble(line, error.column, row[error.column], error.reason))
        except ValidationError as error:
            problems += _troubles(line, row, error)
    if problems:
        raise BadFile(problems)
    register.finish()
    return counts


def _troubles(line: int, row: Row, error: ValidationError) -> Iterator[Trouble]:
    """What a model says, by column; what a membership refuses, of the team."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"team": error.messages}
    for field, messages in by_field.items():
        column = COLUMNS.get(field, field)
        yield Trouble(line, column, row[column], " ".join(messages))


def _rows(file: IO[bytes]) -> Iterator[tuple[int, Row]]:
    """Line number and cells of each row that says anything. Raises BadFile."""
    reader = _reader(_text(file))
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


def _text(file: IO[bytes]) -> str:
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _bad(1, "", _("The file is larger than 5 MB."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(1, "", _("This is not a text file in UTF-8.")) from error


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
