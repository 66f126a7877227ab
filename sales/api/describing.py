"""What the OpenAPI document says of sending and listing one kind of fact."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from sales.api.examples import EXAMPLES
from sales.api.sending import DeliveredSerializer
from teams.api.once import HEADER, REPLAYED
from teams.api.paging import LARGEST_PAGE, PAGE
from teams.api.schema import problems

if TYPE_CHECKING:
    from sales.api.views import Kind

View = TypeVar("View")

SENDING = """Each row is created, updated, unchanged, ignored or rejected on its own; a rejected one
is answered with what is wrong and changes nothing. A field that a row does not have keeps its
value, `null` empties it. Sent again, nothing changes. Needs the scope `sales:write`."""
LISTING = "What is believed now, in the order it came in. Needs the scope `sales:read`."

IDEMPOTENCY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern="^[\\x21-\\x7e]{1,200}$",
    description="Sent again with the same body within 7 days, the answer is the same and nothing "
    "is done; with another body it is refused.",
)
ANSWER = OpenApiExample(
    "One of two rows rejected",
    value={
        "import": 812, "created": 1, "updated": 0, "unchanged": 0, "ignored": 0, "rejected": 1,
        "rows": [
            {"row": 0, "id": "1", "outcome": "created", "errors": []},
            {"row": 1, "id": "2", "outcome": "rejected", "errors": [{
                "field": "at", "value": "yesterday", "code": "unparsable_date",
                "reason": "This is not a date in the stated format.",
            }]},
        ],
    },
    response_only=True,
    status_codes=["200"],
)  # fmt: skip
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
    description=f"Rows on a page: {PAGE}, at most {LARGEST_PAGE}.",
)
CURSOR = OpenApiParameter("cursor", str, description="Where a page goes on, as `next` says.")


def describe(kind: "Kind") -> Callable[[type[View]], type[View]]:
    name = kind.slug.replace("-", " ")
    filters = [_parameter(field, each) for field, each in kind.filters.base_filters.items()]
    sent = extend_schema(
        operation_id=f"send_{kind.slug.replace('-', '_')}",
        tags=["sales"],
        summary=f"Send {name}",
        description=SENDING,
        parameters=[IDEMPOTENCY],
        request=kind.batch,
        responses={200: _answered()} | problems(413, 415, 422),
        examples=[
            OpenApiExample(name, value=EXAMPLES[kind.batch.kind], request_only=True),
            ANSWER,
        ],
    )
    listed = extend_schema(
        operation_id=f"list_{kind.slug.replace('-', '_')}",
        tags=["sales"],
        summary=f"List {name}",
        description=LISTING,
        parameters=[*filters, LIMIT, CURSOR],
        responses={200: kind.row(many=True)} | problems(404, 422),
    )
    return extend_schema_view(post=sent, get=listed)


def _answered() -> OpenApiResponse:
    return OpenApiResponse(
        DeliveredSerializer,
        description=f"What became of each row. `{REPLAYED}: true` if it was answered before.",
    )


def _parameter(name: str, each: Any) -> OpenApiParameter:
    choices = [value for value, _label in each.extra.get("choices", ())] or None
    is_instant = name.endswith(("since", "before"))
    return OpenApiParameter(
        name,
        {"type": "string", "format": "date-time"} if is_instant else str,
        enum=choices,
        description="ISO 8601 with its offset from UTC." if is_instant else "Exactly this.",
    )
