"""Short ways to ask for a number, its counts and the rows behind it."""

from datetime import datetime

from metrics import reading, rows
from metrics.declared import Metric
from metrics.measures import Reading
from metrics.periods import parse
from metrics.reading import Scope
from metrics.rows import COUNTED, EXCLUDED, PENDING, Behind, Row
from teams.models import Person, Team

__all__ = ["COUNTED", "EXCLUDED", "PENDING", "behind", "counts", "names", "read", "reasons"]


def read(
    team: Team,
    metric: Metric,
    code: str,
    *,
    rep: Person | None = None,
    as_of: datetime | None = None,
) -> Reading:
    period = parse(code, team.organisation.fiscal_year_start)
    return reading.read(Scope(team=team, rep=rep), metric, period, as_of=as_of)


def counts(found: Reading) -> tuple[int, int]:
    """(numerator, denominator)"""
    return found.statistics.numerator, found.statistics.denominator


def behind(
    team: Team,
    metric: Metric,
    code: str,
    *,
    shown: str = COUNTED,
    rep: Person | None = None,
    as_of: datetime | None = None,
) -> list[Row]:
    period = parse(code, team.organisation.fiscal_year_start)
    scope = Scope(team=team, rep=rep)
    asked = Behind(scope=scope, metric=metric, period=period, shown=shown, as_of=as_of)
    return list(rows.every(asked))


def names(listed: list[Row]) -> set[str]:
    return {row.name for row in listed}


def reasons(listed: list[Row]) -> dict[str, str]:
    """Why each row, by name, is left out."""
    return {row.name: row.reason for row in listed}
