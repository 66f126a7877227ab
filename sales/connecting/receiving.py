"""What a connection sends, kept before it is acknowledged; a job takes it in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from jobs.promising import promise
from sales.connecting.verifying import Signed, verify
from sales.models import Connection, Message, Rejection
from teams.api.reading import exact_json

KEPT = timedelta(days=30)
"""How long a message is kept once it was taken in or set aside."""

TROUBLED_KEPT = timedelta(days=90)
"""How long what nobody mended is kept, and the rows of programs that were rejected."""


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
        return text, exact_json(text)
    except ValueError as error:
        raise NotJson from error


def promise_to_take_in(connection: Connection) -> None:
    promise(
        "sales.take_in",
        key=f"sales.take_in:{connection.pk}",
        args={"connection": connection.pk},
    )


def forget_messages(now: datetime) -> None:
    """What is taken in tells nothing more; of what was rejected the reason stays."""
    over = [Message.State.TAKEN, Message.State.SET_ASIDE]
    Message.objects.filter(received_at__lt=now - KEPT, state__in=over).delete()
    Message.objects.troubled().filter(received_at__lt=now - TROUBLED_KEPT).delete()
    old = Rejection.objects.filter(run__created_at__lt=now - TROUBLED_KEPT).exclude(row="")
    old.update(row="")
