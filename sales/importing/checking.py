"""One row of a file, checked: what it says, or everything that is wrong with it."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from collections.abc import Set as AnySet
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sales.importing.fields import Bad, Fields, Moment
from sales.importing.mapping import Mapping
from sales.importing.problems import Problem

UNKNOWN, AMBIGUOUS, TEAMLESS = "unknown_owner", "ambiguous_owner", "owner_without_team"


class Owner(NamedTuple):
    """Who a name is. ``person`` None without a problem: somebody the owners file will bring."""

    person: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What checking needs to know of the organisation. ``owners`` is by name, mail address or CRM
    id in lower case."""

    zone: ZoneInfo
    currency: str
    now: datetime
    owners: AnyMapping[str, Owner]


class Said(Protocol):
    """What a row says. One that is ``ignored`` is left out, whatever stands in it."""

    ignored: bool


Row = TypeVar("Row", bound=Said)
Step = Callable[[Row, list[str]], None]
"""Reads some cells into the row. Raises Bad."""


class Checker(Generic[Row]):
    """Checks the rows of one file. Raises UnreadableFile for a mapped column it does not have.

    A kind of file names its row and its steps, each with the fields it is needed for.
    """

    def __init__(self, mapping: Mapping, header: list[str], around: Surroundings) -> None:
        self.mapping, self.around = mapping, around
        self.fields = Fields(mapping, header, around.zone, around.currency)
        self.only = [
            (header.index(column), frozenset(values)) for column, values in mapping.only.items()
        ]
        self.prepare(header)
        mapped = set(mapping.columns)
        self.wanted = [step for step, needed in self.steps() if needed & mapped]

    def prepare(self, header: list[str]) -> None:
        """What the steps need besides."""

    def steps(self) -> Iterable[tuple[Step[Row], AnySet[str]]]:
        raise NotImplementedError

    def empty(self) -> Row:
        """A row that says nothing yet."""
        raise NotImplementedError

    def check(self, line: int, cells: list[str]) -> tuple[Row, list[Problem]]:
        """The row, and the problems of its cells; with any, the row is not to be used.

        A row that is left out has none.
        """
        row = self.empty()
        for place, values in self.only:
            if cells[place].strip() not in values:
                row.ignored = True
                return row, []
        problems = []
        for step in self.wanted:
            try:
                step(row, cells)
            except Bad as bad:
                problems.append(Problem(line, *bad.args))
        return row, [] if row.ignored else problems

    def owner(self, cells: list[str]) -> tuple[str, int | None]:
        """The owner as told, and who that is; nobody yet where the owners file brings them."""
        name = self.fields.text("owner", cells)
        if not name:
            return "", None
        person, problem = self.around.owners.get(name.lower()) or Owner(None, UNKNOWN)
        if problem:
            raise self.fields.bad("owner", name, problem)
        return name, person

    def past(self, name: str, cells: list[str]) -> Moment | None:
        """The instant in the cell of a field, if any; what lies in the future is refused."""
        text = self.fields.text(name, cells)
        if not text:
            return None
        moment = self.fields.moment(self.fields.columns[name], text)
        if moment.at > self.around.now:
            raise moment.bad("event_in_future")
        return moment

    def required_past(self, name: str, cells: list[str]) -> Moment:
        self.fields.required(name, cells)
        moment = self.past(name, cells)
        assert moment is not None  # noqa: S101  # Else it would have been missing.
        return moment

    def merged_into(self, external_id: str, cells: list[str]) -> str:
        """The id of the survivor, which is another."""
        survivor = self.fields.text("merged_into", cells)
        if survivor and survivor == external_id:
            raise self.fields.bad("merged_into", survivor, "merged_into_itself")
        return survivor
