"""Leads that wait for an answer, and how much working time is left for each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.lead_atoms import ANSWERS, RESPONSES
from sales.wording import hours_and_minutes
from teams.access import Seat
from teams.measuring_hours import open_time
from teams.models import Team

PAGE = 50

SQL = f"""
SELECT a.entity, o.external_id, d.name, d.account, d.origin, COALESCE(p.name, ''), a.at,
       {open_time("a.clock", "a.matures_at")} - {open_time("a.clock", "%(now)s")}
FROM metrics_atom a
JOIN sales_lead o ON o.id = a.entity
JOIN sales_leaddetail d ON d.lead_id = a.entity AND d.voided_at IS NULL
LEFT JOIN teams_person p ON p.id = a.rep_id
WHERE a.organisation_id = %(organisation)s AND a.kind = {RESPONSES.number}
  AND a.flag = 'waiting' AND a.in_den AND {{whose}}
  AND NOT EXISTS (SELECT FROM sales_activitydetail x WHERE x.lead_id = a.entity
      AND x.at >= a.at AND x.voided_at IS NULL AND {ANSWERS.format("x")})
  AND (a.at, a.entity) > (%(after_at)s, %(after)s)
ORDER BY a.at, a.entity LIMIT %(limit)s"""

BELOW = """a.team_id IN (SELECT team_id FROM teams_teamline
    WHERE ancestor_id = %(team)s AND to_at IS NULL)"""


class Waiting(NamedTuple):
    """A lead that nobody answered yet. ``left`` is the working time until the target has run out,
    below zero since when it has."""

    pk: int
    external_id: str
    name: str
    account: str
    origin: str
    owner: str
    at: datetime
    left: timedelta

    @property
    def is_late(self) -> bool:
        return self.left <= timedelta()

    @property
    def left_text(self) -> str:
        said = hours_and_minutes(abs(self.left) // timedelta(minutes=1))
        return _("%(time)s late") % {"time": said} if self.is_late else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of those that wait, oldest first. ``after`` ends the page before this one."""

    leads: list[Waiting]
    is_more: bool

    @property
    def after(self) -> tuple[datetime, int] | None:
        return (self.leads[-1].at, self.leads[-1].pk) if self.is_more else None


BEFORE_ALL = datetime.min.replace(tzinfo=timezone.get_default_timezone()), 0


def waiting(team: Team, seat: Seat, *, after: tuple[datetime, int] | None = None) -> Queue:
    """What ``seat`` may see in ``team``: all of it, or only one's own. One query.

    Who has an answer already is left out at once, before the numbers are recomputed.
    """
    whose = "a.rep_id = %(person)s"
    if seat.covers:
        whose = "TRUE" if team.is_root else BELOW
    after_at, last = after or BEFORE_ALL
    parameters: dict[str, Any] = {
        "organisation": team.organisation_id,
        "team": team.pk,
        "person": seat.person_id,
        "now": timezone.now(),
        "after_at": after_at,
        "after": last,
        "limit": PAGE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(whose=whose), parameters)
        found = [Waiting(*row) for row in cursor]
    return Queue(leads=found[:PAGE], is_more=len(found) > PAGE)
