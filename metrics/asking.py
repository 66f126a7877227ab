"""What a request asks for: the period and the instant of knowledge, from its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.declared import BY_SLUG, DEFINITIONS, Metric, at_stage
from metrics.opportunity_atoms import WON
from metrics.periods import ALL, GRAINS, QUARTER, RANGE, Period, UnknownPeriod, parse
from metrics.settling import settled
from sales.models import Pipeline, StageNames
from teams.models import Organisation, Team

NOW = "now"


def metric_called(slug: str) -> Metric:
    """Raises Http404."""
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


STARTS_SQL = """SELECT DISTINCT s.start FROM metrics_snapshot s
    JOIN teams_team t ON t.id = s.team_id AND t.is_root
    WHERE t.organisation_id = %(organisation)s AND s.rep_id IS NULL AND s.grain = %(grain)s
    ORDER BY s.start DESC"""

PIPELINES_SQL = f"""
SELECT pipeline.*,
       EXISTS (SELECT FROM metrics_stale s WHERE s.organisation_id = %(organisation)s)
       OR NOT EXISTS (SELECT FROM metrics_counted c
           WHERE c.organisation_id = %(organisation)s AND c.definitions = %(definitions)s
       ) AS behind,
       ARRAY({STARTS_SQL}) AS starts,
       EXISTS (SELECT FROM sales_opportunity o
           JOIN sales_stageevent e ON e.opportunity_id = o.id AND e.voided_at IS NULL
           WHERE o.pipeline_id = pipeline.id) AS is_sold_in
FROM sales_pipeline pipeline
WHERE organisation_id = %(organisation)s
  AND EXISTS (SELECT FROM sales_opportunity o WHERE o.pipeline_id = pipeline.id)
ORDER BY name"""


def pipelines_of(organisation: Organisation, grain: str) -> list[Any]:
    """Those that ever had opportunities, by name; each with ``starts``, the first days of the
    organisation's periods with numbers, newest first, ``behind``, whether its numbers wait for a
    recompute, and ``is_sold_in``, whether anything in it is still believed. One query.
    """
    parameters = {"organisation": organisation.pk, "grain": grain, "definitions": DEFINITIONS}
    return list(Pipeline.objects.raw(PIPELINES_SQL, parameters))


def pipeline_asked(pipelines: Sequence[Pipeline], text: str) -> Pipeline | None:
    """The one with that id; none is all of them together. Raises BadRequest."""
    chosen = next((each for each in pipelines if str(each.pk) == text), None)
    if text and chosen is None:
        raise BadRequest(_("pipeline: there is no “%(text)s” here.") % {"text": text[:40]})
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages a metric can be read at, by position."""

    pipeline: Pipeline
    names: StageNames

    @property
    def addressed(self) -> dict[int, str]:
        """Every one that may be asked for."""
        return self.names.ever | self.names.present | {WON: _("Won")}

    def read_at(self, metric: Metric, position: int) -> Metric:
        """The metric at that stage. Raises LookupError."""
        if position not in self.addressed:
            raise LookupError(f"There is no stage {position} in {self.pipeline.name}.")
        name = self.addressed[position]
        return at_stage(metric, pipeline=self.pipeline.pk, position=position, name=name)


def stages_of(pipeline: Pipeline | None) -> Stages | None:
    """None where nothing is sold."""
    return Stages(pipeline=pipeline, names=pipeline.stage_names_ever()) if pipeline else None


def at_stage_asked(metric: Metric, stages: Stages | None, text: str) -> Metric:
    """The metric at the stage of that position; the whole of it without one. Raises BadRequest."""
    if stages is None or not text:
        return metric
    try:
        return stages.read_at(metric, int(text))
    except (ValueError, LookupError) as error:
        raise BadRequest(_("stage: there is no “%(text)s” here.") % {"text": text[:40]}) from error


def period_asked(organisation: Organisation, code: str) -> tuple[str, Period | None]:
    """The grain, and the period of that code; ``month``, ``quarter`` or ``year`` alone, or nothing,
    ask for the newest. Raises BadRequest for what is no period."""
    if not code or code in GRAINS:
        return code or QUARTER, None
    try:
        period = parse(code, organisation.fiscal_year_start)
    except UnknownPeriod as error:
        raise BadRequest(_("period: %(reason)s") % {"reason": error}) from error
    return period.grain if period.grain in GRAINS else QUARTER, period


def periods_of(organisation: Organisation, grain: str, pipelines: Sequence[Any]) -> list[Period]:
    """Those with numbers, to pick from, newest first."""
    starts = pipelines[0].starts if pipelines else _starts(organisation, grain)
    return [Period.containing(day, grain, organisation.fiscal_year_start) for day in starts]


def _starts(organisation: Organisation, grain: str) -> list[date]:
    """Where nothing is sold there may be leads all the same."""
    with connection.cursor() as cursor:
        cursor.execute(STARTS_SQL, {"organisation": organisation.pk, "grain": grain})
        return [row[0] for row in cursor]


def newest_of(organisation: Organisation, grain: str, choices: Sequence[Period]) -> Period:
    """The newest with numbers, else the one that runs now."""
    today = timezone.now().astimezone(organisation.zone).date()
    return (
        choices[0] if choices else Period.containing(today, grain, organisation.fiscal_year_start)
    )


def instant_asked(team: Team, text: str) -> datetime | None:
    """The ``as_of`` of a permalink; ``now`` asks for one. Raises BadRequest."""
    if text == NOW:
        return settled()
    try:
        return instant(team.organisation, text.replace(" ", "+")) if text else None
    except ValueError as error:
        raise BadRequest(f"as_of: {error}") from error


def instant(organisation: Organisation, text: str) -> datetime:
    """An instant of knowledge, in UTC; local time of the organisation unless it has an offset.

    Raises ValueError. What will be known is not: in the future every cohort would have matured.
    """
    try:
        found = datetime.fromisoformat(text)
        local = found if found.tzinfo else found.replace(tzinfo=organisation.zone)
        known = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            _("“%(text)s” is not an ISO 8601 time, such as 2017-03-31T18:00.") % {"text": text}
        ) from error
    if known > timezone.now():
        raise ValueError(_("“%(text)s” lies in the future.") % {"text": text})
    return known


def trend_periods(period: Period, count: int = 12) -> list[Period]:
    """What a trend up to this period shows: a dozen of its kind; only itself for all time."""
    return period.back(1 if period.grain in (ALL, RANGE) else count)
