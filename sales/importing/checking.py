"""One row of a file, checked: what it says, or everything that is wrong with it."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sales.importing.fields import Bad, Fields, Moment
from sales.importing.mapping import Mapping
from sales.importing.problems import Problem
from sales.importing.stories import Event, Stories

UNKNOWN, AMBIGUOUS, TEAMLESS = "unknown_owner", "ambiguous_owner", "owner_without_team"


class Owner(NamedTuple):
    """Who a name is. ``person`` None without a problem: somebody the owners file will bring."""

    person: int | None
    problem: str = ""


@dataclass(slots=True)
class Row:
    """What a good row says. Fields that are not mapped keep these."""

    external_id: str = ""
    name: str = ""
    account: str = ""
    product: str = ""
    amount: int | None = None
    currency: str = ""
    created: Moment | None = None
    is_test: bool = False
    deleted: bool = False
    merged_into: str = ""
    owner: str = ""
    person: int | None = None
    events: list[Event] = field(default_factory=list)
    ignored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What checking needs to know of the organisation. ``owners`` is by name, mail address or CRM
    id in lower case."""

    zone: ZoneInfo
    currency: str
    now: datetime
    owners: AnyMapping[str, Owner]


class Checker:
    """Checks the rows of one file. Raises UnreadableFile for a mapped column it does not have."""

    def __init__(self, mapping: Mapping, header: list[str], around: Surroundings) -> None:
        self.fields = Fields(mapping, header, around.zone, around.currency)
        self.stories = Stories(mapping, self.fields, header, around.now)
        self.owners = around.owners
        self.only = [
            (header.index(column), frozenset(values)) for column, values in mapping.only.items()
        ]
        mapped = set(mapping.columns)
        self.steps = [
            step
            for step, needed in (
                (self._identity, {"id"}),
                (self._texts, {"name", "account", "product"}),
                (self._created, {"created_at"}),
                (self._flags, {"is_test", "deleted"}),
                (self._merged, {"merged_into"}),
                (self._money, {"amount", "currency"}),
                (self._owner, {"owner"}),
                (self._story, {"stage"}),
            )
            if needed & mapped
        ]

    def check(self, line: int, cells: list[str]) -> tuple[Row, list[Problem]]:
        """The row, and the problems of its cells; with any, the row is not to be used.

        A row that is left out has none.
        """
        row = Row()
        for place, values in self.only:
            if cells[place].strip() not in values:
                row.ignored = True
                return row, []
        problems = []
        for step in self.steps:
            try:
                step(row, cells)
            except Bad as bad:
                problems.append(Problem(line, *bad.args))
        return row, [] if row.ignored else problems

    def _identity(self, row: Row, cells: list[str]) -> None:
        row.external_id = self.fields.required("id", cells)

    def _texts(self, row: Row, cells: list[str]) -> None:
        row.name = self.fields.text("name", cells)
        row.account = self.fields.text("account", cells)
        row.product = self.fields.text("product", cells)

    def _created(self, row: Row, cells: list[str]) -> None:
        text = self.fields.text("created_at", cells)
        if text:
            row.created = self.fields.moment(self.fields.columns["created_at"], text)

    def _flags(self, row: Row, cells: list[str]) -> None:
        row.is_test = self.fields.flag("is_test", cells)
        row.deleted = self.fields.flag("deleted", cells)

    def _merged(self, row: Row, cells: list[str]) -> None:
        row.merged_into = self.fields.text("merged_into", cells)
        if row.merged_into and row.merged_into == row.external_id:
            raise self.fields.bad("merged_into", row.merged_into, "merged_into_itself")

    def _money(self, row: Row, cells: list[str]) -> None:
        row.amount, row.currency = self.fields.money(cells)

    def _owner(self, row: Row, cells: list[str]) -> None:
        row.owner = self.fields.text("owner", cells)
        if row.owner:
            row.person, problem = self.owners.get(row.owner.lower()) or Owner(None, UNKNOWN)
            if problem:
                raise self.fields.bad("owner", row.owner, problem)

    def _story(self, row: Row, cells: list[str]) -> None:
        events = self.stories.read(cells, row.created)
        if events is None:
            row.ignored = True
        else:
            row.events = events
