"""Lists a page at a time, by a mark that stays right while rows are added."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

DIGITS = re.compile("[0-9]{1,9}")
PLACE = re.compile("[0-9]{1,18}")
PAGE, LARGEST_PAGE = 100, 1_000


class ByCursor(CursorPagination):
    """``next`` is null on the last page."""

    ordering = "pk"
    page_size = PAGE
    page_size_query_param = "limit"
    named = ("limit", "cursor")
    """The parameters that it reads."""

    def get_page_size(self, request: Request) -> int:
        """Raises ValidationError for a limit that is none."""
        asked = request.query_params.get("limit")
        if asked is None:
            return PAGE
        limit = int(asked) if DIGITS.fullmatch(asked) else 0
        if not 1 <= limit <= LARGEST_PAGE:
            said = _("Write a number from 1 to %(most)s.") % {"most": LARGEST_PAGE}
            raise ValidationError({"limit": [ErrorDetail(said, "invalid")]})
        return limit

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Raises NotFound for what is no mark."""
        cursor = super().decode_cursor(request)
        if cursor and not PLACE.fullmatch(str(cursor.position or 0)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_paginated_response(self, data: Any) -> Any:
        answer = super().get_paginated_response(data)
        answer.data.pop("previous")
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }
