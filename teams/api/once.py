"""Doing what a request asks once, however often it is sent under one ``Idempotency-Key``."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from teams.api.refusing import Unprocessable
from teams.models import ApiKey, KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
PRINTABLE = re.compile(r"[\x21-\x7e]{1,200}")


class OtherRequest(Unprocessable):
    default_detail = _("This Idempotency-Key was sent before with another request.")
    default_code = "idempotency_key_reused"


@transaction.atomic
def once(request: Request, key: ApiKey, work: Callable[[], Any]) -> HttpResponse:
    """Answer what ``work`` returns; sent again, answer the same and do nothing.

    The answer is kept in the transaction of the work: both are there or neither. Of two at once
    the second waits for the first. What is refused is not kept.
    """
    said = request.headers.get(HEADER)
    if said is None:
        return _answer(_written(work()))
    if not PRINTABLE.fullmatch(said):
        raise ParseError(_("An Idempotency-Key is 1 to 200 printable characters without blanks."))
    digest = _digest(request)
    place = _first(key, said, digest)
    if place is None:
        return _kept(key, said, digest)
    body = _written(work())
    KeptAnswer.objects.filter(pk=place).update(body=body)
    return _answer(body)


def _first(key: ApiKey, said: str, digest: str) -> int | None:
    """The place of its answer, if nobody came before; waits for whoever is at it."""
    made = KeptAnswer(key=key, idempotency_key=said, digest=digest)
    KeptAnswer.objects.bulk_create([made], ignore_conflicts=True)
    mine = KeptAnswer.objects.filter(key=key, idempotency_key=said, body="", digest=digest)
    return mine.values_list("pk", flat=True).first()


def _kept(key: ApiKey, said: str, digest: str) -> HttpResponse:
    kept = KeptAnswer.objects.get(key=key, idempotency_key=said)
    if kept.digest != digest:
        raise OtherRequest
    answer = _answer(kept.body)
    answer.headers[REPLAYED] = "true"
    return answer


def _digest(request: Request) -> str:
    """Of what is asked where; how the JSON is laid out does not matter."""
    said = json.dumps([request.path, request.data], sort_keys=True, default=str)
    return sha256(said.encode()).hexdigest()


def _written(body: Any) -> str:
    return JSONRenderer().render(body).decode()


def _answer(body: str) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")
