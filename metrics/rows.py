"""The rows behind a number: the same atoms, with what they are called and why some are out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metrics.atoms import KNOWN, PLACED
from metrics.declared import MICROSECONDS_IN_DAY, MICROSECONDS_IN_MINUTE, Metric
from metrics.gathering import atoms_source, basis, lines_source, within
from metrics.measures import MATURED
from metrics.periods import Period
from metrics.reading import Scope
from sales.importing.amounts import money_text

PAGE = 25
CHUNK = 2_000

REASONS: dict[str, str | Promise] = {
    "deleted": _("deleted in the CRM"),
    "test": _("test record"),
    "duplicate": _("merged into another"),
    "disqualified": _("disqualified before stage 2"),
    "no_start": _("no first contact and no creation recorded"),
    "negative": _("closed before it began"),
    "no_amount": _("no amount in the organisation’s currency"),
    "undated": _("only seen in this stage: since when is not recorded"),
    "spam": _("marked as spam"),
    "no_response_needed": _("wants no answer"),
    "unanswered": _("not answered"),
    "never_assigned": _("given to nobody"),
}
"""Why an atom is left out."""

NOTES = {
    "from_creation": _("since its creation: no first contact is recorded"),
    "from_sighting": _("since it was seen in stage 1: no earlier date is recorded"),
    "imputed": _("moved over this stage"),
    "late": _("went on after 90 days"),
    "lost": _("lost"),
    "there": _("still there"),
    "waiting": _("still waiting"),
    "unanswered": _("closed without an answer"),
    "too_late": _("answered too late"),
}
"""What must be known of a row that is counted."""

COUNTED, EXCLUDED, PENDING = "counted", "excluded", "pending"
KINDS = [(COUNTED, _("Counted")), (EXCLUDED, _("Left out")), (PENDING, _("Pending"))]
SHOWN = {
    COUNTED: f"{{counted}} AND {MATURED}",
    EXCLUDED: "NOT {counted}",
    PENDING: f"{{counted}} AND NOT {MATURED}",
}

BELOW = f"""EXISTS (SELECT FROM line WHERE line.team_id = a.team_id AND line.ancestor_id = %(team)s
    AND line.from_at <= {PLACED} AND (line.to_at IS NULL OR {PLACED} < line.to_at))"""
"""The atom counts in a team as the tree stood then; see ``gathering.scoped``."""

SQL = """
WITH atom AS ({atoms}), line AS ({lines})
SELECT a.entity, o.external_id, COALESCE(d.name, ''), COALESCE(d.account, ''),
       {shown_columns}, a.rep_id,
       COALESCE(p.name, ''), t.name, a.started_at, a.at, a.in_num, a.value, a.flag,
       COALESCE(NULLIF(a.reason, ''), CASE WHEN NOT {counted} THEN %(missing)s END, ''), {took}
FROM atom a
JOIN {table} o ON o.id = a.entity
LEFT JOIN {details} d ON d.{key} = a.entity
    AND {known}
LEFT JOIN teams_person p ON p.id = a.rep_id
JOIN teams_team t ON t.id = a.team_id
WHERE {where} AND {shown} AND {scope} AND (a.at, a.entity) < (%(last_at)s, %(last)s)
ORDER BY a.at DESC, a.entity DESC LIMIT %(limit)s"""

END = datetime.max.replace(tzinfo=timezone.get_default_timezone())


class Row(NamedTuple):
    """One counted or excluded opportunity or lead. Amount in minor units, value in the atoms' unit.
    A lead's ``product`` is where it came from."""

    entity: int
    external_id: str
    name: str
    account: str
    product: str
    amount: int | None
    currency: str
    rep_id: int | None
    rep: str
    team: str
    started_at: datetime | None
    at: datetime
    hit: bool
    value: int | None
    flag: str
    reason: str
    took: int | None

    @property
    def why(self) -> str:
        return str(REASONS.get(self.reason, self.reason))

    @property
    def note(self) -> str:
        return str(NOTES.get(self.flag, ""))

    @property
    def money(self) -> str:
        return money_text(self.amount, self.currency)

    @property
    def days(self) -> float | None:
        """Elapsed days from its beginning to the instant it counts at, or from there to its end."""
        return None if self.took is None else self.took / MICROSECONDS_IN_DAY

    @property
    def minutes(self) -> float | None:
        """Working minutes it took, of a lead."""
        return None if self.took is None else self.took / MICROSECONDS_IN_MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What to list: the rows of one number, of one kind (counted, excluded, pending)."""

    scope: Scope
    metric: Metric
    period: Period
    shown: str = COUNTED
    as_of: datetime | None = None


def page(
    behind: Behind, *, after: tuple[datetime, int] | None = None, limit: int = PAGE
) -> list[Row]:
    """Newest first, from below ``after`` (instant, entity) on."""
    where, bounds = within(behind.period, behind.scope.team.organisation)
    measure = behind.metric.measure
    subject = behind.metric.atoms.subject
    sql = SQL.format(
        table=subject.table,
        known=KNOWN.format("d"),
        details=subject.details,
        key=subject.key,
        shown_columns=subject.shown,
        atoms=atoms_source(behind.metric.atoms, behind.as_of),
        lines=lines_source(behind.as_of),
        took=behind.metric.atoms.took,
        where=where,
        counted=measure.counted,
        shown=SHOWN[behind.shown].format(counted=measure.counted),
        scope=_condition(behind.scope),
    )
    last_at, last = after or (END, 0)
    parameters = _parameters(behind) | bounds
    parameters |= {"last_at": last_at, "last": last, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Row(*row) for row in cursor]


def _parameters(behind: Behind) -> dict[str, Any]:
    scope, measure = behind.scope, behind.metric.measure
    return {
        **basis(scope.team.organisation, behind.as_of or timezone.now()),
        "kind": behind.metric.atoms.number,
        "also": list(measure.also),
        "missing": measure.missing,
        "team": scope.team.pk,
        "rep": scope.rep.pk if scope.rep else None,
    }


def _condition(scope: Scope) -> str:
    """Which atoms count in the scope; a person's part of a team is what they did in that team."""
    whole = "TRUE" if scope.team.is_root else "a.team_id = %(team)s" if scope.rep else BELOW
    return f"{whole} AND a.rep_id = %(rep)s" if scope.rep else whole


def every(behind: Behind) -> Iterator[Row]:
    """All rows, a chunk at a time."""
    after = None
    while rows := page(behind, after=after, limit=CHUNK):
        yield from rows
        after = (rows[-1].at, rows[-1].entity)
