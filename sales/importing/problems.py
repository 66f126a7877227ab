"""What can be wrong with a file or a row of it. Every problem names its place and reason."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN = 80
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL keeps in no text."""


def storable(text: str) -> str:
    """With a mark in place of each of these."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


REASONS: dict[str, str | Promise] = {
    "not_text": _("This is not a text file. Save the sheet as CSV."),
    "broken_archive": _("The file is damaged or cut off here."),
    "empty_file": _("The file is empty."),
    "no_rows": _("Below the names of its columns the file has no rows."),
    "no_header": _("The first line must name every column."),
    "too_many_columns": _("The file has more columns than the 500 that are read."),
    "line_too_long": _("This line is longer than a million characters."),
    "duplicate_column": _("Two columns have this name."),
    "broken_quotes": _(
        "A quotation mark is opened here and never closed, or stands inside a value without being "
        "doubled."
    ),
    "wrong_cell_count": _("This row has more or fewer cells than the header."),
    "undecodable": _("Some bytes of this row are not text in the file’s encoding."),
    "unknown_column": _("The file has no column of this name."),
    "missing_value": _("This cell must not be empty."),
    "too_long": _("This value is longer than can be kept."),
    "line_break": _("Write this name on one line."),
    "owner_missing": _("This row names no owner."),
    "team_missing": _("This row names no team."),
    "owner_in_two_teams": _("An earlier row puts this person into another team."),
    "unparsable_date": _("This is not a date in the stated format."),
    "ambiguous_date": _(
        "Days and months of this column can be read both ways. State the date format."
    ),
    "unstated_date_format": _(
        "The dates of this column are not written year-month-day. State the date format."
    ),
    "unparsable_amount": _("This is not an amount in the stated notation."),
    "ambiguous_amount": _("This may be thousands or a fraction. State the decimal mark."),
    "other_currency": _("The amount names another currency than the row."),
    "amount_too_large": _("This amount is larger than can be kept."),
    "negative_amount": _("An amount cannot be negative."),
    "unknown_currency": _("A currency is three letters, such as EUR."),
    "unknown_stage": _("The mapping does not say what this stage is."),
    "unknown_owner": _("Nobody in the organisation has this name, mail address or CRM id."),
    "ambiguous_owner": _("More than one person has this name. Use the mail address or CRM id."),
    "owner_without_team": _("This person was never in a team."),
    "closed_without_date": _("A closed opportunity needs its close date."),
    "closed_before_stage": _("The close lies before a stage was entered."),
    "event_before_creation": _("This happened before the opportunity was created."),
    "event_in_future": _("This lies in the future."),
    "duplicate_id": _("This id stands in an earlier row of the file already."),
    "other_event": _("A newer row says that this id is of another event."),
    "merged_into_itself": _("Nothing can be merged into itself."),
    "closed_before_inbound": _("The lead was closed before it came in."),
    "unknown_left_out": _("The mapping does not say whether this lead counts."),
    "unknown_lead": _("No lead of this source has this id."),
    "unknown_opportunity": _("No opportunity of this source has this id."),
    "assigned_twice": _("An earlier row assigns this lead at the same instant."),
    "unknown_activity": _("The mapping does not say what this activity is."),
    "unknown_direction": _("Write outbound or inbound."),
    "lead_and_opportunity": _("An activity is on a lead or on an opportunity, not on both."),
    "neither_lead_nor_opportunity": _("This row names neither a lead nor an opportunity."),
    "activity_before_lead": _("Somebody answered the lead before it came in."),
    "unknown_field": _("There is no such field."),
    "not_a_value": _("Write a text, a number, true, false or null."),
    "not_a_row": _("A row is an object: each field with its value."),
    "not_stages": _("Write an object: each stage with when it was entered."),
    "not_yes_or_no": _("Write yes or no."),
}
"""Every code there is, with its reason."""

OF_SENT_ROWS: dict[str, str | Promise] = {
    "undecodable": _("This holds a character that no text can, such as a null."),
    "missing_value": _("This field must not be empty."),
    "unparsable_date": _(
        "This is not a time in ISO 8601 with an offset, such as 2024-03-01T09:00:00+01:00."
    ),
    "unparsable_amount": _("This is not an amount with a decimal point, such as 1250.50."),
    "unknown_stage": _("This is no stage of the pipeline, and no mapping says what it is."),
    "duplicate_id": _("This id stands in an earlier row of the batch already."),
    "not_yes_or_no": _("Write true or false."),
}
"""Where what a program sent is no file: it has fields, and no formats that anybody stated."""


def reason_of(code: str, *, sent: bool = False) -> str:
    """In the language of who reads it, of a row of a file or one that a program ``sent``; a code of
    an older version stands for itself."""
    own = OF_SENT_ROWS if sent else {}
    return str(own.get(code) or REASONS.get(code, code))


@dataclass(frozen=True, slots=True)
class Problem:
    """Where something is wrong and why. ``line`` counts physical lines from 1. ``file`` names it
    where it is not the main one."""

    line: int
    column: str
    value: str
    code: str
    file: str = ""

    @property
    def reason(self) -> str:
        return reason_of(self.code)

    @property
    def shown(self) -> str:
        """The value, short enough to show and with nothing that cannot be kept."""
        short = self.value if len(self.value) <= SHOWN else self.value[: SHOWN - 1] + "…"
        return storable(short)

    def __str__(self) -> str:
        named = _("line %(line)s, column “%(column)s”") if self.column else _("line %(line)s")
        place = named % {"line": self.line, "column": self.column}
        value = f" “{self.shown}”:" if self.value else ""
        said = f"{place}:{value} {self.reason}"
        return f"{self.file}: {said}" if self.file else said

    def kept(self) -> dict[str, Any]:
        """As JSON, to be said in anybody's language; ``told`` reads it."""
        return asdict(self) | {"value": self.shown, "column": UNSTORABLE.sub("", self.column)}


def told(kept: dict[str, Any]) -> Problem:
    return Problem(**kept)


class UnreadableFile(Exception):
    """Nothing of the file can be taken, for one problem or several."""

    def __init__(self, problem: Problem, *more: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.problems = [problem, *more]


def unreadable(code: str, *, line: int = 1, column: str = "", value: str = "") -> UnreadableFile:
    return UnreadableFile(Problem(line, column, value, code))
