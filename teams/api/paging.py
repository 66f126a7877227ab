"""Lists a page at a time, by a mark that stays right while rows are added."""

import re
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

PLACE = re.compile("[0-9]{1,18}")
PAGE, LARGEST_PAGE = 100, 1_000


class ByCursor(CursorPagination):
    """``next`` is null on the last page."""

    ordering = "pk"
    page_size = PAGE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "limit"

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
