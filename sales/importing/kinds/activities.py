"""Activities: a call, an email, a note in each row, on a lead or on an opportunity."""

from collections.abc import Iterable
from collections.abc import Set as AnySet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sales.importing.checking import Checker, Step
from sales.importing.kinds.copying import (
    Copied,
    first_counts,
    known,
    looked_up,
    refused,
    reject,
    text_of,
)
from sales.importing.kinds.handling import About, Handling
from sales.importing.kinds.records import ALWAYS, Records
from sales.importing.mapping import Mapping
from sales.importing.vocabulary import ACTIVITIES, AUTOMATED, IGNORE, INBOUND, MEANINGS, OUTBOUND
from sales.models import (
    Activity,
    ActivityDetail,
    ImportRun,
    Lead,
    LeadDetail,
    Opportunity,
    OpportunityDetail,
    StagedActivity,
)
from sales.signals import leads_changed, opportunities_changed
from teams.models import Organisation

COLUMNS = {
    "lead_id": "NULL", "opportunity_id": "NULL", "kind": "NULL", "direction": "NULL",
    "automated": "NULL", "at": "NULL", "actor": "''", "person_id": "NULL", "deleted": "FALSE",
}  # fmt: skip
"""Columns of a detail, with what an unmapped one begins as."""

OUT = {OUTBOUND, "out", "outgoing", "keluar", "ausgehend"}
IN = {INBOUND, "in", "incoming", "masuk", "eingehend"}

TABLE = StagedActivity._meta.db_table
COUNT_VALUES = f"ANALYZE {TABLE} (run_id, id, external_id, lead, opportunity)"
REJECT_REPEATED = first_counts(TABLE, by="external_id", said="external_id")

REJECT_UNKNOWN = {
    thing: refused(
        TABLE,
        where=f"s.{thing} <> '' AND {known(thing, f'{thing}_id')} IS NULL",
        said=f"s.{thing}",
    )
    for thing in ("lead", "opportunity")
}
REJECT_EARLY = refused(
    TABLE,
    where=f"""s.lead <> '' AND s.direction = 'outbound' AND NOT s.automated
    AND s.kind IN ('call', 'email', 'message', 'meeting')
    AND {known("lead", "inbound_at")} > s.at""",
    said="to_char(s.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC')",
)
"""Nobody answers a lead that is not there. What came from it, or from a machine, may be older."""

JOINS = " ".join(
    f"LEFT JOIN {looked_up(table, f's.{thing}')} {thing} ON TRUE"
    for thing, table in {"lead": Lead, "opportunity": Opportunity}.items()
)


@dataclass(slots=True)
class ActivityRow:
    """What a good row says. Fields that are not mapped keep these."""

    external_id: str = ""
    lead: str = ""
    opportunity: str = ""
    kind: str = ""
    direction: str = OUTBOUND
    automated: bool = False
    at: datetime | None = None
    actor: str = ""
    person: int | None = None
    deleted: bool = False
    ignored: bool = False

    def cells(self) -> tuple[Any, ...]:
        """As they are staged."""
        return (
            *(self.external_id, self.lead, self.opportunity, self.kind, self.direction),
            *(self.automated, text_of(self.at), self.actor, self.person, self.deleted),
        )


class ActivityChecker(Checker[ActivityRow]):
    def empty(self) -> ActivityRow:
        return ActivityRow()

    def steps(self) -> Iterable[tuple[Step[ActivityRow], AnySet[str]]]:
        return (
            (self._identity, {"id"}),
            (self._about, {"id"}),
            (self._what, {"activity"}),
            (self._direction, {"direction"}),
            (self._flags, {"automated", "deleted"}),
            (self._when, {"at"}),
            (self._who, {"by"}),
        )

    def _identity(self, row: ActivityRow, cells: list[str]) -> None:
        row.external_id = self.fields.required("id", cells)

    def _about(self, row: ActivityRow, cells: list[str]) -> None:
        row.lead = self.fields.text("lead", cells)
        row.opportunity = self.fields.text("opportunity", cells)
        if row.lead and row.opportunity:
            raise self.fields.bad("opportunity", row.opportunity, "lead_and_opportunity")
        if not (row.lead or row.opportunity):
            column = "lead" if "lead" in self.mapping.columns else "opportunity"
            raise self.fields.bad(column, "", "neither_lead_nor_opportunity")

    def _what(self, row: ActivityRow, cells: list[str]) -> None:
        """“email/inbound” says the direction too; a kind's own word means itself."""
        value = self.fields.required("activity", cells)
        meaning = self.mapping.meanings.get(value, value.lower())
        if meaning not in MEANINGS[ACTIVITIES]:
            raise self.fields.bad("activity", value, "unknown_activity")
        row.kind, _, way = meaning.partition("/")
        row.ignored = meaning == IGNORE
        row.direction = INBOUND if way == INBOUND else OUTBOUND
        row.automated = way == AUTOMATED

    def _direction(self, row: ActivityRow, cells: list[str]) -> None:
        value = self.fields.text("direction", cells)
        if value and value.lower() not in OUT | IN:
            raise self.fields.bad("direction", value, "unknown_direction")
        if value:
            row.direction = INBOUND if value.lower() in IN else OUTBOUND

    def _flags(self, row: ActivityRow, cells: list[str]) -> None:
        row.deleted = self.fields.flag("deleted", cells)
        row.automated = self.fields.flag("automated", cells) or row.automated

    def _when(self, row: ActivityRow, cells: list[str]) -> None:
        row.at = self.required_past("at", cells).at

    def _who(self, row: ActivityRow, cells: list[str]) -> None:
        """Customers and machines do things too: that nobody here has the name is no error."""
        row.actor = self.fields.text("by", cells)
        known = self.around.owners.get(row.actor.lower())
        row.person = known.person if known else None


def settle(run: ImportRun, mapping: Mapping) -> None:
    """Of an id that stands twice the first row counts; what an activity is on must be known."""
    columns = mapping.columns
    where: dict[str, Any] = {
        "run": run.pk, "organisation": run.organisation_id, "source": mapping.source,
    }  # fmt: skip
    reject(REJECT_REPEATED, run=run.pk, column=columns["id"], code="duplicate_id")
    for thing, statement in REJECT_UNKNOWN.items():
        if thing in columns:
            reject(statement, **where, column=columns[thing], code=f"unknown_{thing}")
    reject(REJECT_EARLY, **where, column=columns["at"], code="activity_before_lead")


def rows(run: ImportRun) -> Copied:
    columns = (
        "external_id, lead, opportunity, kind, direction, automated, at, actor, person_id, deleted"
    )
    return Copied(run.pk, StagedActivity, columns, ActivityRow.cells)


def announce(organisation: Organisation, changed: list[int]) -> None:
    """Whatever they are or were on."""
    about = ActivityDetail.objects.filter(activity__in=changed).order_by()
    for signal, name in ((leads_changed, "lead"), (opportunities_changed, "opportunity")):
        found = about.exclude(**{name: None}).values_list(name, flat=True).distinct()
        if things := list(found):
            plural = "leads" if name == "lead" else "opportunities"
            signal.send(sender=ImportRun, organisation=organisation, **{plural: things})


RECORDS = Records(
    identity=Activity,
    detail=ActivityDetail,
    staged=StagedActivity,
    key="activity",
    columns=COLUMNS,
    fields={
        **dict.fromkeys(("lead_id", "opportunity_id", "kind", "direction", "automated"), ALWAYS),
        "actor": "by",
        "person_id": "by",
    },
    shown={
        "kind": "b.kind",
        "direction": "b.direction",
        "automated": "b.automated",
        "at": "b.at",
        "on": "COALESCE(NULLIF(b.lead, ''), b.opportunity)",
        "actor": "b.actor",
    },
    found={"lead_id": "lead.id", "opportunity_id": "opportunity.id"},
    joins=JOINS,
)
HANDLING = Handling(
    staged=(StagedActivity,),
    facts=(ActivityDetail,),
    key="activity",
    about=(
        About(fact=ActivityDetail, key="activity", told="external_id"),
        About(fact=LeadDetail, key="lead", told="lead"),
        About(fact=OpportunityDetail, key="opportunity", told="opportunity"),
    ),
    checker=ActivityChecker,
    rows=rows,
    know=COUNT_VALUES,
    settle=settle,
    compare=RECORDS.compare,
    count=RECORDS.count,
    sample=RECORDS.sample,
    outcomes=RECORDS.outcomes,
    write=RECORDS.write,
    announce=announce,
)
