"""A pipeline's stages side by side: how many entered each, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from metrics.declared import STAGE_CONVERSION, Metric, at_stage
from metrics.gathering import scoped
from metrics.measures import MATURED, Reading, Statistics
from metrics.opportunity_atoms import STAGES, WON
from metrics.periods import Period
from metrics.reading import Scope, condition_of, question_of
from sales.models import Pipeline, StageNames

PART = f"""
    a.pipeline, a.stage, a.in_den, a.in_num, a.flag, a.value, {MATURED} AS matured"""

SQL = """{scoped}
SELECT stage, count(*) FILTER (WHERE in_den) AS entered,
       count(*) FILTER (WHERE in_den AND matured AND in_num) AS numerator,
       count(*) FILTER (WHERE in_den AND matured) AS denominator,
       count(*) FILTER (WHERE in_den AND NOT matured) AS pending,
       count(*) FILTER (WHERE NOT in_den) AS excluded,
       count(*) FILTER (WHERE in_den AND matured AND flag = 'imputed'),
       count(*) FILTER (WHERE in_den AND matured AND flag = 'late'),
       count(*) FILTER (WHERE in_den AND matured AND flag = 'lost'),
       count(*) FILTER (WHERE in_den AND matured AND flag = 'there'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY value) FILTER (WHERE in_den),
       avg(value) FILTER (WHERE in_den)
FROM scoped WHERE {scope} AND pipeline = %(pipeline)s GROUP BY stage"""

ENTRIES_SQL = """{scoped}
SELECT pipeline, count(*) FROM scoped WHERE {scope} AND in_den GROUP BY pipeline"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of a pipeline in a period; stage 0 is won, which only counts who entered.

    ``entered`` are the distinct opportunities that first entered it in the period, matured or not.
    Of the matured ones ``imputed`` were moved over it, ``late`` went on after the window, ``lost``
    and ``there`` never did. ``median`` and ``mean`` are microseconds until they went on.
    """

    stage: int
    name: str
    metric: Metric
    entered: int
    reading: Reading
    imputed: int
    late: int
    lost: int
    there: int
    median: float | None
    mean: float | None

    @property
    def is_won(self) -> bool:
        return self.stage == WON


NOTHING = (0,) * 9 + (None, None)
ALL_STAGES = replace(STAGE_CONVERSION, atoms=STAGES, kept=False)


def funnel(
    scope: Scope,
    pipeline: Pipeline,
    period: Period,
    *,
    as_of: datetime | None = None,
    names: StageNames | None = None,
) -> list[Step]:
    """Every stage of the pipeline in order, then won. A stage that only an earlier version has is
    there where something entered it. One query, one more without ``names``."""
    found = {
        stage: counts
        for stage, *counts in _asked(SQL, scope, period, as_of, {"pipeline": pipeline.pk})
    }
    present, ever = names or pipeline.stage_names_ever()
    known = {stage: ever.get(stage, _("Stage %(number)s") % {"number": stage}) for stage in found}
    known |= present | {WON: _("Won")}
    order = sorted(known, key=lambda stage: (stage == WON, stage))
    return [_step(pipeline, stage, known[stage], found.get(stage, NOTHING)) for stage in order]


def busiest(
    scope: Scope,
    pipelines: Sequence[Pipeline],
    period: Period,
    *,
    as_of: datetime | None = None,
) -> Pipeline | None:
    """That whose stages were entered most often, the first of equal ones. No query for one."""
    if len(pipelines) < 2:
        return next(iter(pipelines), None)
    entries = dict(_asked(ENTRIES_SQL, scope, period, as_of, {}))
    return max(pipelines, key=lambda each: entries.get(each.pk, 0))


def _asked(
    sql: str, scope: Scope, period: Period, as_of: datetime | None, more: dict[str, Any]
) -> list[Any]:
    """What a query says of the entries into all stages in the scope and the period."""
    condition, chosen = condition_of([scope.team.pk], scope.whose)
    question = question_of(scope.team.organisation, ALL_STAGES, period, condition, chosen, as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(scoped=scoped(question, part=PART), scope=condition),
            question.parameters() | more,
        )
        return cursor.fetchall()


def _step(pipeline: Pipeline, stage: int, name: str, counts: Sequence[Any]) -> Step:
    metric = at_stage(STAGE_CONVERSION, pipeline=pipeline.pk, position=stage, name=name)
    entered, numerator, denominator, pending, excluded, *became = counts
    statistics = Statistics(
        numerator=numerator, denominator=denominator, n=denominator,
        pending=pending, excluded=excluded,
    )  # fmt: skip
    imputed, late, lost, there, median, mean = became
    return Step(
        stage=stage,
        name=name,
        metric=metric,
        entered=entered,
        reading=metric.measure.read(statistics),
        imputed=imputed,
        late=late,
        lost=lost,
        there=there,
        median=median,
        mean=None if mean is None else float(mean),
    )
