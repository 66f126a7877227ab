"""Errors of the API as problem details (RFC 9457)."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """What an error is answered; None for those that are bugs."""
    if isinstance(error, BadRequest):
        error = exceptions.ParseError(str(error))
    if isinstance(error, exceptions.ValidationError):
        error.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    code = getattr(detail, "code", "invalid")
    errors = [] if detail else list(_errors(response.data))
    said = str(detail) if detail else _("The request is not as described.")
    response.data = problem(response.status_code, code, said, errors)
    response.content_type = MEDIA_TYPE
    return response


def problem(number: int, code: str, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": f"urn:daya:problem:{code.replace('_', '-')}",
        "title": HTTPStatus(number).phrase,
        "status": number,
        "detail": detail,
        "errors": errors,
    }


def plain_answer(number: int, code: str, detail: str) -> HttpResponse:
    """For what happens outside the API's views."""
    said = json.dumps(problem(number, code, detail, []), ensure_ascii=False)
    return HttpResponse(said, content_type=MEDIA_TYPE, status=number)


def _errors(found: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Each with a JSON pointer to what it is about."""
    if isinstance(found, dict):
        for name, inner in found.items():
            step = "" if name == "non_field_errors" else f"/{name}"
            yield from _errors(inner, pointer + step)
    elif isinstance(found, list):
        for inner in found:
            yield from _errors(inner, pointer)
    else:
        code = getattr(found, "code", "invalid")
        yield {"pointer": pointer, "code": code, "detail": str(found)}
