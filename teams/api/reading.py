"""What a request to the API says: JSON with numbers exactly as they are written."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from teams.api.refusing import TooLarge


class ExactJSON(BaseParser):
    """A fraction stays what was written: an amount goes through no binary number."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = _whole(stream)
        try:
            return exact_json(raw)
        except ValueError as error:
            raise ParseError(
                _("The body is not JSON in UTF-8: %(error)s") % {"error": error}
            ) from (error)


def exact_json(raw: bytes | str) -> Any:
    """What JSON in UTF-8 says, fractions as they are written. Raises ValueError for anything else,
    also for what no program can hold."""
    text = raw if isinstance(raw, str) else raw.decode()
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(str(error) or "too large") from error


class Unread(BaseParser):
    """The bytes as they came: a signature is of these."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return _whole(stream)


def _whole(stream: Any) -> bytes:
    raw: bytes = stream.read(settings.API_LARGEST_BODY + 1)
    if len(raw) > settings.API_LARGEST_BODY:
        raise TooLarge
    return raw


def _refuse(name: str) -> None:
    raise ValueError(name)


class AlwaysJSON(BaseContentNegotiation):
    """Whatever is accepted, JSON is what there is."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """A body of no stated type is taken for JSON; other types are refused."""
        said = (request.content_type or "").partition(";")[0].strip().lower()
        (only,) = parsers
        return only if said in {"", only.media_type} else None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: Any = None
    ) -> tuple[BaseRenderer, str]:
        (only,) = renderers
        return only, str(only.media_type)
