"""What a connection sends, kept before it is acknowledged; a job takes it in."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from jobs.promising import promise
from sales.connecting.verifying import Signed, verify
from sales.models import Connection


class NotJson(ValueError):
    """The body is none, or holds what no text can."""


@transaction.atomic
def receive(
    connection: Connection, request: Signed, *, now: datetime, check: Callable[[Any], None]
) -> bool:
    """Keep it, and promise to take it in; False where it was kept before.

    ``check`` looks at the body and raises what is wrong with it. Raises Refused, NotJson.
    """
    number = verify(connection, request, now)
    text, said = _read(request.body)
    check(said)
    kept = {"body": text, "received_at": now}
    _message, first = connection.messages.get_or_create(external_id=number, defaults=kept)
    Connection.objects.filter(pk=connection.pk).update(received_at=now)
    if first:
        promise_to_take_in(connection)
    return first


def _read(body: bytes) -> tuple[str, Any]:
    try:
        text = body.decode()
        return text, json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotJson from error


def promise_to_take_in(connection: Connection) -> None:
    promise(
        "sales.take_in",
        key=f"sales.take_in:{connection.pk}",
        args={"connection": connection.pk},
    )
