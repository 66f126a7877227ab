"""What a request asks for: the period and the instant of knowledge, from its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.db.models import Count
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.atoms import WON
from metrics.declared import BY_SLUG, Metric, at_stage
from metrics.periods import ALL, GRAINS, QUARTER, RANGE, Period, UnknownPeriod, parse
from metrics.reading import span_of_numbers
from sales.importing.locking import settled
from sales.models import Pipeline
from teams.models import Organisation, Team

CHOICES = 16
NOW = "now"


def metric_called(slug: str) -> Metric:
    """Raises Http404."""
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages a metric can be read at: those of one of the pipelines."""

    pipelines: Sequence[Pipeline]
    pipeline: Pipeline
    names: dict[int, str]


def stages_asked(organisation: Organisation, metric: Metric, text: str) -> Stages | None:
    """Of the pipeline with that id, else of the largest. None for a metric without stages, and
    where there are no opportunities. Raises BadRequest. Two queries."""
    if metric.stages is None:
        return None
    counted = organisation.pipelines.annotate(size=Count("opportunities")).filter(size__gt=0)
    found = list(counted.order_by("-size", "name"))
    chosen = [each for each in found if str(each.pk) == text] if text else found
    if text and not chosen:
        raise BadRequest(_("pipeline: there is no “%(text)s” here.") % {"text": text[:40]})
    if not chosen:
        return None
    names = chosen[0].stage_names() | {WON: _("Won")}
    return Stages(pipelines=found, pipeline=chosen[0], names=names)


def at_stage_asked(metric: Metric, stages: Stages | None, text: str) -> Metric:
    """The metric at the stage of that position; the whole of it without one. Raises BadRequest."""
    if stages is None or not text:
        return metric
    for position, name in stages.names.items():
        if text == str(position):
            return at_stage(metric, pipeline=stages.pipeline.pk, position=position, name=name)
    raise BadRequest(_("stage: there is no “%(text)s” here.") % {"text": text[:40]})


def periods_asked(team: Team, code: str) -> tuple[Period, list[Period]]:
    """The period written in the address, and those to pick from, newest first.

    Without one the newest quarter with numbers; ``month``, ``quarter`` or ``year`` alone, the
    newest of those. Raises BadRequest for what is no period. One query.
    """
    fiscal = team.organisation.fiscal_year_start
    newest_of = (code or QUARTER) if code in GRAINS or not code else None
    try:
        period = None if newest_of else parse(code, fiscal)
    except UnknownPeriod as error:
        raise BadRequest(_("period: %(reason)s") % {"reason": error}) from error
    grain = newest_of or (period.grain if period and period.grain in GRAINS else QUARTER)
    first, last = span_of_numbers(team, grain)
    if period is None:
        today = timezone.now().astimezone(team.organisation.zone).date()
        period = last or Period.containing(today, grain, fiscal)
    if first is None or last is None:
        return period, []
    choices = [each for each in last.back(CHOICES) if each.start >= first.start][::-1]
    return period, choices


def instant_asked(team: Team, text: str) -> datetime | None:
    """The ``as_of`` of a permalink; ``now`` asks for one. Raises BadRequest."""
    if text == NOW:
        return settled(team.organisation)
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
