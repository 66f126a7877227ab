"""What there is to know of numbers, for programs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from metrics.api.asking import BehindSerializer, NumbersSerializer, numbers_asked, rows_asked
from metrics.api.shapes import (
    DefinitionSerializer,
    NumberSerializer,
    RowSerializer,
    RowsSerializer,
)
from metrics.declared import METRICS
from metrics.rows import Row, page
from metrics.telling import numbers
from teams.access import KeyView
from teams.api.schema import problems
from teams.api.strict import refuse_unknown
from teams.models import ApiKey

NEEDS = "Needs the scope `metrics:read`."
METRIC = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="As the list has it.")


class NumbersView(KeyView):
    scopes: ClassVar[dict[str, str]] = {"GET": ApiKey.Scope.METRICS_READ}


class MetricsView(NumbersView):
    @extend_schema(
        operation_id="list_metrics",
        tags=["metrics"],
        summary="List the metrics",
        description=f"Every number there is, with its definition. {NEEDS}",
        responses={200: DefinitionSerializer(many=True)} | problems(422),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ())
        return Response(DefinitionSerializer(METRICS, many=True).data)


class MetricView(NumbersView):
    @extend_schema(
        operation_id="read_metric",
        tags=["metrics"],
        summary="Read a number",
        description="One number, or with `by` its parts, as far as facts are counted: a fact is in "
        f"within seconds. {NEEDS}",
        parameters=[METRIC, NumbersSerializer],
        responses={200: NumberSerializer(many=True)} | problems(404, 422),
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(numbers(numbers_asked(self.organisation, slug, request.query_params)))


class RowsView(NumbersView):
    @extend_schema(
        operation_id="list_rows",
        tags=["metrics"],
        summary="List the rows behind a number",
        description=f"Newest first. {NEEDS}",
        parameters=[METRIC, BehindSerializer],
        responses={200: OpenApiResponse(RowsSerializer)} | problems(404, 422),
    )
    def get(self, request: Request, slug: str) -> Response:
        behind, said = rows_asked(self.organisation, slug, request.query_params)
        limit = said["limit"]
        rows = page(behind, after=_mark(said.get("cursor")), limit=limit + 1)
        following = None
        if len(rows) > limit:
            url = request.build_absolute_uri()
            following = replace_query_param(url, "cursor", _cursor(rows[:limit]))
        return Response({"next": following, "results": RowSerializer(rows[:limit], many=True).data})


def _cursor(rows: Sequence[Row]) -> str:
    last = rows[-1]
    return urlsafe_base64_encode(f"{last.at.isoformat()}~{last.entity}".encode())


def _mark(cursor: str | None) -> tuple[datetime, int] | None:
    """Where the page before ended. Raises ValidationError."""
    if not cursor:
        return None
    try:
        at, _tilde, entity = urlsafe_base64_decode(cursor).decode().partition("~")
        mark: tuple[datetime, Any] = datetime.fromisoformat(at).astimezone(UTC), int(entity)
        if not 0 <= mark[1] < 2**63:
            raise ValueError(cursor)
    except (ValueError, OverflowError) as error:
        known = ErrorDetail("No page begins there.", "invalid")
        raise ValidationError({"cursor": [known]}) from error
    return mark
