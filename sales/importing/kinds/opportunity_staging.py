"""Rows about opportunities into their staging tables."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from sales.importing.kinds.copying import copy_into, reject, text_of
from sales.importing.kinds.opportunity_rows import OpportunityRow
from sales.importing.mapping import Mapping
from sales.importing.vocabulary import OPPORTUNITIES
from sales.models import ImportRun

COPY_OPPORTUNITIES = """COPY sales_stagedopportunity (run_id, line, said_at, external_id, name,
    account, product, amount, currency, created_at, is_test, deleted, merged_into, owner,
    person_id)
    FROM STDIN"""
COPY_EVENTS = """COPY sales_stagedevent (run_id, line, external_id, slot, kind, position, reason,
    at) FROM STDIN"""

REPEATED = """WITH again AS (
    SELECT id, external_id, line FROM (
        SELECT id, external_id, line,
               row_number() OVER (PARTITION BY external_id ORDER BY {order}) AS place
        FROM sales_stagedopportunity WHERE run_id = %(run)s) ranked
    WHERE place > 1
), gone AS (
    DELETE FROM sales_stagedopportunity WHERE id IN (SELECT id FROM again)
)"""

REJECT_REPEATED = f"""{REPEATED.format(order="line")}, events AS (
    DELETE FROM sales_stagedevent e USING again
    WHERE e.run_id = %(run)s AND e.external_id = again.external_id AND e.line = again.line
) INSERT INTO sales_rejection (run_id, line, "column", value, code)
SELECT %(run)s, line, %(column)s, left(external_id, 80), 'duplicate_id' FROM again"""
"""In a file with a row for each opportunity the first row of an id counts."""

FORGET_REPEATED = f"""{REPEATED.format(order="said_at DESC, line DESC")}
SELECT count(*) FROM again"""
"""In a log the newest row of an opportunity says what it is called and worth."""

REJECT_OTHER_EVENTS = """WITH newest AS (
    SELECT DISTINCT ON (external_id, slot) external_id, slot, kind, position, at
    FROM sales_stagedevent WHERE run_id = %(run)s AND slot <> ''
    ORDER BY external_id, slot, at DESC, line DESC
), other AS (
    DELETE FROM sales_stagedevent e USING newest n
    WHERE e.run_id = %(run)s AND e.external_id = n.external_id AND e.slot = n.slot
        AND (e.kind, e.position, e.at) IS DISTINCT FROM (n.kind, n.position, n.at)
    RETURNING e.line, e.slot
) INSERT INTO sales_rejection (run_id, line, "column", value, code)
SELECT %(run)s, line, %(column)s, left(slot, 80), %(code)s FROM other"""
"""In a log an id names one event, so that it can be corrected later. The newest counts: its row may
be the one that says what the opportunity is called and worth."""

COUNT_VALUES = """ANALYZE sales_stagedopportunity (run_id, id, external_id),
    sales_stagedevent (run_id, external_id)"""
"""For the planner, of the columns that are joined only."""


class OpportunityRows:
    """Rows on their way into the tables."""

    def __init__(self, run: ImportRun) -> None:
        self.run, self.is_log = run.pk, run.kind != OPPORTUNITIES
        self.opportunities: list[Sequence[Any]] = []
        self.events: list[Sequence[Any]] = []
        self.last: tuple[str, datetime | None] = ("", None)
        self.before: tuple[str, datetime | None] = ("", None)
        self.later_than_before: Counter[bool] = Counter()

    @property
    def newest_first(self) -> bool:
        """Whether the rows of a log go back in time; those of one opportunity decide, if any."""
        for same in (True, False):
            if self.later_than_before[same]:
                return self.later_than_before[same] < 0
        return False

    def add(self, line: int, row: OpportunityRow) -> None:
        said_at = row.events[0].at if self.is_log else None
        self._follow(row.external_id, said_at)
        if not self._said_newer(row.external_id, said_at):
            self.opportunities.append(
                (
                    *(self.run, line, text_of(said_at), row.external_id, row.name, row.account),
                    *(row.product, row.amount, row.currency),
                    *(text_of(row.created and row.created.at), row.is_test, row.deleted),
                    *(row.merged_into, row.owner, row.person),
                )
            )
        self.events += [
            (
                *(self.run, line, row.external_id, event.slot, event.kind),
                *(event.position, event.reason, text_of(event.at)),
            )
            for event in row.events
        ]

    def _follow(self, external_id: str, said_at: datetime | None) -> None:
        """Count, apart for rows of one opportunity, how often time goes on less how often back."""
        before_id, before_at = self.before
        self.before = external_id, said_at
        if said_at and before_at and said_at != before_at:
            self.later_than_before[external_id == before_id] += 1 if said_at > before_at else -1

    def _said_newer(self, external_id: str, said_at: datetime | None) -> bool:
        """Whether the row before was a newer one of the same opportunity: most logs need then
        but few rows in the table of opportunities."""
        last_id, last_at = self.last
        self.last = external_id, said_at
        if said_at is None or last_at is None or last_id != external_id:
            return False
        if said_at < last_at:
            self.last = external_id, last_at
            return True
        if self.opportunities:
            self.opportunities.pop()
        return False

    def flush(self) -> None:
        for statement, rows in (
            (COPY_OPPORTUNITIES, self.opportunities),
            (COPY_EVENTS, self.events),
        ):
            if rows:
                copy_into(statement, rows)
                rows.clear()


def settle(run: ImportRun, mapping: Mapping) -> None:
    """An id twice in an opportunities file is an error; in a log it is the same opportunity, and
    that of an event names no other event of it."""
    is_error, columns = mapping.kind == OPPORTUNITIES, mapping.columns
    parameters: dict[str, Any] = {"run": run.pk, "column": columns["id"][:200]}
    with connection.cursor() as cursor:
        cursor.execute(REJECT_REPEATED if is_error else FORGET_REPEATED, parameters)
    if not is_error and "event_id" in columns:
        reject(REJECT_OTHER_EVENTS, run=run.pk, column=columns["event_id"], code="other_event")
