"""What the address of a number asks for."""

from typing import Any

from django.http import Http404, QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from metrics.asking import instant, metric_called, stages_of
from metrics.declared import Metric, in_pipeline
from metrics.periods import parse
from metrics.reading import Scope
from metrics.rows import COUNTED, SHOWN, Behind
from metrics.telling import BYS, STAGE, Wanted, find_pipeline, find_rep, find_team, refuse_parts
from teams.api.strict import Strict
from teams.models import Organisation


class AskedSerializer(Strict):
    """The parameters of a number; all may be left out."""

    team = serializers.CharField(
        required=False, help_text="Short name or name; the whole organisation if left out."
    )
    rep = serializers.CharField(required=False, help_text="Name, mail address or CRM id.")
    period = serializers.CharField(
        default="all", help_text="`2017`, `2017-Q1`, `2017-03`, `2017-01-01..2017-02-15` or `all`."
    )
    pipeline = serializers.CharField(
        required=False,
        help_text="Name; all of them together if left out, and of leads, which are in "
        "none. By stage: the one whose stages were entered most often if left out.",
    )
    as_of = serializers.CharField(
        required=False, help_text="What was known then, ISO 8601; now if left out."
    )


class NumbersSerializer(AskedSerializer):
    by = serializers.ChoiceField(choices=BYS, required=False, help_text="Its parts.")


class BehindSerializer(AskedSerializer):
    shown = serializers.ChoiceField(
        choices=sorted(SHOWN),
        default=COUNTED,
        help_text="Rows that count, that were left out, or that are not decided yet.",
    )
    stage = serializers.IntegerField(
        required=False, help_text="Only of this stage: its `position` in the number by stage."
    )
    limit = serializers.IntegerField(min_value=1, max_value=1_000, default=100)
    cursor = serializers.CharField(
        required=False, help_text="Where a page goes on, as `next` says."
    )


def numbers_asked(organisation: Organisation, slug: str, query: QueryDict) -> Wanted:
    """Raises Http404 for a metric, team, person or pipeline that is not there, ValidationError."""
    metric, said = metric_called(slug), _valid(NumbersSerializer, query)
    by = said.get("by")
    _checked("by", refuse_parts, metric, by, of_rep="rep" in said)
    return Wanted(metric=metric, by=by, **_whose(organisation, metric, said, by))


def rows_asked(
    organisation: Organisation, slug: str, query: QueryDict
) -> tuple[Behind, dict[str, Any]]:
    """What to list, and the rest of what is asked. Raises as ``numbers_asked``."""
    metric, said = metric_called(slug), _valid(BehindSerializer, query)
    stage = said.get("stage")
    by = None if stage is None else STAGE
    _checked("stage", refuse_parts, metric, by, of_rep="rep" in said)
    whose = _whose(organisation, metric, said, by)
    pipeline = whose.pop("pipeline")
    metric = in_pipeline(metric, pipeline.pk if pipeline else None)
    if stage is not None and (stages := stages_of(pipeline)):
        metric = _found(stages.read_at, metric, stage)
    return Behind(metric=metric, shown=said["shown"], **whose), said


def _valid(shape: type[serializers.Serializer], query: QueryDict) -> dict[str, Any]:
    asked = shape(data=query.dict())
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found


def _whose(
    organisation: Organisation, metric: Metric, said: dict[str, Any], by: str | None
) -> dict[str, Any]:
    team = _found(find_team, organisation, said.get("team"))
    scope = Scope(team=team, rep=_found(find_rep, team, said.get("rep")))
    period = _checked("period", parse, said["period"], organisation.fiscal_year_start)
    told = said.get("as_of")
    as_of = _checked("as_of", instant, organisation, told) if told else None
    sought = {"name": said.get("pipeline", ""), "by": by, "as_of": as_of}
    pipeline = _found(find_pipeline, metric, scope, period, **sought)
    return {"scope": scope, "period": period, "pipeline": pipeline, "as_of": as_of}


def _found(find: Any, *asked: Any, **more: Any) -> Any:
    try:
        return find(*asked, **more)
    except LookupError as error:
        raise Http404(str(error)) from error


def _checked(name: str, read: Any, *asked: Any, **more: Any) -> Any:
    try:
        return read(*asked, **more)
    except ValueError as error:
        raise ValidationError({name: [ErrorDetail(str(error), "invalid")]}) from error
