"""Leads: one in each row, with when it came in and what became of it."""

from collections.abc import Iterable
from collections.abc import Set as AnySet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sales.importing.checking import Checker, Step
from sales.importing.fields import Moment
from sales.importing.kinds.copying import Copied, first_counts, known, refused, reject, text_of
from sales.importing.kinds.handling import About, Handling
from sales.importing.kinds.records import Records
from sales.importing.mapping import Mapping
from sales.importing.vocabulary import COUNTED, IGNORE
from sales.models import (
    ActivityDetail,
    ImportRun,
    Lead,
    LeadAssignment,
    LeadDetail,
    StagedLead,
)
from sales.signals import leads_changed
from teams.models import Organisation

COLUMNS = {
    "inbound_at": "NULL", "name": "''", "account": "''", "origin": "''", "needs_response": "TRUE",
    "left_out": "''", "merged_into": "''", "deleted": "FALSE", "closed_at": "NULL",
    "closing_reason": "''", "opportunity": "''",
}  # fmt: skip
"""Columns of a detail, with what an unmapped one begins as."""

WORDS = {*LeadDetail.LeftOut.values, COUNTED}
TABLE = StagedLead._meta.db_table
COUNT_VALUES = f"ANALYZE {TABLE} (run_id, id, external_id)"
REJECT_REPEATED = first_counts(TABLE, by="external_id", said="external_id")
REJECT_CLOSED = refused(
    TABLE,
    where=f"""s.id > %(after)s AND s.id <= COALESCE(%(until)s, s.id)
    AND {known("lead", "closed_at", told="external_id")} < s.inbound_at""",
    said="to_char(s.inbound_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC')",
)
"""Of rows that do not say when a lead was closed, so that what is known of it stays."""


@dataclass(slots=True)
class LeadRow:
    """What a good row says. Fields that are not mapped keep these."""

    external_id: str = ""
    inbound: Moment | None = None
    name: str = ""
    account: str = ""
    origin: str = ""
    needs_response: bool = True
    left_out: str = ""
    merged_into: str = ""
    deleted: bool = False
    closed_at: datetime | None = None
    closing_reason: str = ""
    opportunity: str = ""
    ignored: bool = False

    def cells(self) -> tuple[Any, ...]:
        """As they are staged."""
        inbound = self.inbound.at if self.inbound else None
        return (
            *(self.external_id, text_of(inbound), self.name, self.account, self.origin),
            *(self.needs_response, self.left_out, self.merged_into, self.deleted),
            *(text_of(self.closed_at), self.closing_reason, self.opportunity),
        )


class LeadChecker(Checker[LeadRow]):
    def empty(self) -> LeadRow:
        return LeadRow()

    def steps(self) -> Iterable[tuple[Step[LeadRow], AnySet[str]]]:
        return (
            (self._identity, {"id"}),
            (self._texts, {"name", "account", "origin", "closing_reason", "opportunity"}),
            (self._inbound, {"inbound_at"}),
            (self._flags, {"needs_response", "deleted"}),
            (self._left_out, {"left_out"}),
            (self._merged, {"merged_into"}),
            (self._closed, {"closed_at"}),
        )

    def _identity(self, row: LeadRow, cells: list[str]) -> None:
        row.external_id = self.fields.required("id", cells)

    def _texts(self, row: LeadRow, cells: list[str]) -> None:
        for name in ("name", "account", "origin", "closing_reason", "opportunity"):
            setattr(row, name, self.fields.text(name, cells))

    def _inbound(self, row: LeadRow, cells: list[str]) -> None:
        row.inbound = self.required_past("inbound_at", cells)

    def _flags(self, row: LeadRow, cells: list[str]) -> None:
        """An empty cell does not say that nobody needs to answer."""
        row.deleted = self.fields.flag("deleted", cells)
        if self.fields.text("needs_response", cells):
            row.needs_response = self.fields.flag("needs_response", cells)

    def _left_out(self, row: LeadRow, cells: list[str]) -> None:
        value = self.fields.text("left_out", cells)
        if not value:
            return
        meaning = self.mapping.meanings.get(value, value.lower())
        if meaning == IGNORE:
            row.ignored = True
        elif meaning not in WORDS:
            raise self.fields.bad("left_out", value, "unknown_left_out")
        elif meaning != COUNTED:
            row.left_out = meaning

    def _merged(self, row: LeadRow, cells: list[str]) -> None:
        row.merged_into = self.merged_into(row.external_id, cells)

    def _closed(self, row: LeadRow, cells: list[str]) -> None:
        """Not before it came in; a bare day may be that same day."""
        closed = self.past("closed_at", cells)
        if closed is None or row.inbound is None:
            return
        row.closed_at = closed.at
        if closed.at < row.inbound.at:
            if not self.fields.is_same_day(closed, row.inbound.at):
                raise closed.bad("closed_before_inbound")
            row.closed_at = row.inbound.at


def settle(run: ImportRun, mapping: Mapping) -> None:
    """Of an id that stands twice the first row counts."""
    reject(REJECT_REPEATED, run=run.pk, column=mapping.columns["id"], code="duplicate_id")


def settle_kept(run: ImportRun, mapping: Mapping, after: int, until: int | None) -> None:
    """A lead that is known to be closed cannot have come in later."""
    if "closed_at" not in mapping.columns:
        where = {"organisation": run.organisation_id, "source": mapping.source}
        column, code = mapping.columns["inbound_at"], "closed_before_inbound"
        among = {"after": after, "until": until}
        reject(REJECT_CLOSED, run=run.pk, column=column, code=code, **where, **among)


def rows(run: ImportRun) -> Copied:
    columns = ", ".join(["external_id", *COLUMNS])
    return Copied(run.pk, StagedLead, columns, LeadRow.cells)


def announce(organisation: Organisation, changed: list[int]) -> None:
    leads_changed.send(sender=ImportRun, organisation=organisation, leads=changed)


RECORDS = Records(
    identity=Lead,
    detail=LeadDetail,
    staged=StagedLead,
    key="lead",
    columns=COLUMNS,
    fields={},
    shown={
        "name": "b.name",
        "account": "b.account",
        "origin": "b.origin",
        "inbound_at": "b.inbound_at",
        "left_out": "b.left_out",
        "closed_at": "b.closed_at",
    },
    found={},
)
HANDLING = Handling(
    staged=(StagedLead,),
    facts=(LeadDetail,),
    key="lead",
    built_on=(LeadAssignment, ActivityDetail),
    about=(About(fact=LeadDetail, key="lead", told="external_id"),),
    checker=LeadChecker,
    rows=rows,
    know=COUNT_VALUES,
    settle=settle,
    settle_kept=settle_kept,
    compare=RECORDS.compare,
    count=RECORDS.count,
    sample=RECORDS.sample,
    outcomes=RECORDS.outcomes,
    write=RECORDS.write,
    announce=announce,
)
