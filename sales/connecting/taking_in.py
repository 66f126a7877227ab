"""What a connection sent becomes facts: read, put together with what was sent before, delivered.

A message is taken in once; taken in again after something was mended, it changes nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext_noop

from sales.connecting.changes import Change, Complaint, Reader, checked
from sales.connecting.completing import complete
from sales.connecting.readers import ORDER, READERS
from sales.connecting.remembering import Known, keep, remember
from sales.connecting.rows import SentRow, rows_of
from sales.importing.delivering import (
    MOST_PARCELS,
    Delivered,
    Delivery,
    Undeliverable,
    deliver,
    delivery_of,
)
from sales.importing.locking import one_writer
from sales.importing.mapping import BadMapping, Mapping, from_toml
from sales.importing.problems import storable
from sales.models import Connection, Message, Rejection
from teams.api.reading import exact_json

MESSAGES = 100
LARGEST = 1_000_000
"""Taken in at once: so many messages, or characters of their bodies once one is longer."""

MOST_ROWS = 1_000

COMPLAINTS = {
    "no_event": gettext_noop("Something in it is not a change of a record."),
    "other_subject": gettext_noop("Records of this kind are not taken: leave them out there."),
    "no_instant": gettext_noop("It does not say of which record, or when."),
    "gap": gettext_noop("The CRM says that it lost changes of these; import them from a file."),
    "undeliverable": gettext_noop("Nothing of this kind could be taken in."),
}
PASSED_OVER = {"other_subject"}
"""What is no trouble."""


@transaction.atomic
def take_in(connection: Connection) -> int:
    """Take in the oldest messages that wait; how many there were."""
    one_writer(connection.organisation)
    messages = _next(connection)
    for message in messages:
        message.complaints, message.state = [], Message.State.TAKEN
    Rejection.objects.filter(message__in=messages).update(message=None)
    told: Iterable[Message] = messages
    if connection.format in READERS:
        told = _changes(connection, messages, READERS[connection.format])
    else:
        for message in messages:
            _batch(connection, message)
    Message.objects.bulk_update(told, ["state", "complaints"])
    return len(messages)


def _next(connection: Connection) -> list[Message]:
    waiting = connection.messages.waiting().order_by("pk")
    sizes = waiting.values_list("pk", Length("body"))[:MESSAGES]
    found: list[int] = []
    size = 0
    for pk, length in sizes:
        size += length
        if found and size > LARGEST:
            break
        found.append(pk)
    return list(waiting.filter(pk__in=found))


def _batch(connection: Connection, message: Message) -> None:
    """What another program sent is a batch as the API takes it."""
    delivery = delivery_of(exact_json(message.body), connection.source)
    delivered = _delivered(connection, delivery, [message])
    if delivered:
        _point_to(delivered.rejections, lambda _rejection: message)


def _changes(connection: Connection, messages: list[Message], reader: Reader) -> Iterable[Message]:
    """The messages of which anything was said now; earlier ones may be among them."""
    known = remember(connection, _read(messages, reader))
    by_number = _with_earlier(connection, messages, known)
    mappings = {mapping.kind: mapping for mapping in mappings_of(connection)}
    for kind in ORDER:
        if kind in mappings:
            rows = complete(connection, kind, rows_of(known, mappings[kind], reader))
            for some in _in_batches(rows):
                _deliver(connection, mappings[kind], some, by_number)
    keep(known)
    return by_number.values()


def _with_earlier(
    connection: Connection, messages: list[Message], known: list[Known]
) -> dict[int, Message]:
    """By their numbers, also those of which something could not be said before. What a message
    that is forgotten by now said goes with the newest about the same record."""
    found = {message.pk: message for message in messages}
    earlier = {number for each in known for number, _change in each.news} - set(found)
    found |= {message.pk: message for message in connection.messages.filter(pk__in=earlier)}
    for each in known:
        newest = max(number for number, _change in each.news)
        each.news = [(number if number in found else newest, said) for number, said in each.news]
    return found


def mappings_of(connection: Connection) -> Iterator[Mapping]:
    for each in connection.mappings.all():
        yield from_toml(each.toml)


def _read(messages: Iterable[Message], reader: Reader) -> Iterator[tuple[int, Change]]:
    for message in messages:
        for said in reader.read(exact_json(message.body)):
            if isinstance(said, Change):
                said = checked(said)
            if isinstance(said, Change):
                yield message.pk, said
            elif said.code not in PASSED_OVER:
                _complain(message, said)


def _complain(message: Message, said: Complaint) -> None:
    message.state = Message.State.TROUBLED
    told = [said.code, storable(said.about)[:200]]
    if told not in message.complaints:
        message.complaints.append(told)


def _in_batches(rows: Iterable[SentRow]) -> Iterator[list[SentRow]]:
    """As many as can be delivered at once; what is said twice, once."""
    some: list[SentRow] = []
    sets: set[frozenset[str]] = set()
    seen: set[tuple[tuple[str, Any], ...]] = set()
    for row in rows:
        told, names = tuple(sorted(row.cells.items())), frozenset(row.cells)
        if told in seen:
            continue
        if len(some) == MOST_ROWS or len(sets | {names}) > MOST_PARCELS:
            yield some
            some, sets = [], set()
        seen.add(told)
        sets.add(names)
        some.append(row)
    if some:
        yield some


def _deliver(
    connection: Connection, mapping: Mapping, rows: list[SentRow], messages: dict[int, Message]
) -> None:
    delivery = Delivery(
        kind=mapping.kind,
        source=connection.source,
        rows=[row.cells for row in rows],
        pipeline=mapping.pipeline,
        pipeline_stages=mapping.pipeline_stages,
        stages=mapping.stages,
        meanings=mapping.meanings,
        disqualified_reasons=mapping.disqualified_reasons,
    )
    about = list({row.message: messages[row.message] for row in rows}.values())
    delivered = _delivered(connection, delivery, about)
    if delivered:
        _point_to(delivered.rejections, lambda each: messages[rows[each.line - 1].message])


def _delivered(
    connection: Connection, delivery: Delivery, messages: Iterable[Message]
) -> Delivered | None:
    """None where nothing could be taken in, which the messages say then."""
    try:
        return deliver(connection.organisation, delivery, sender=connection)
    except (Undeliverable, BadMapping) as error:
        for message in messages:
            _complain(message, Complaint("undeliverable", f"{delivery.kind}: {error}"))
        return None


def _point_to(rejections: list[Rejection], message_of: Callable[[Rejection], Message]) -> None:
    """Say of each rejection in which message its row came, and of that that it is in trouble."""
    for each in rejections:
        each.message = message_of(each)
        each.message.state = Message.State.TROUBLED
    Rejection.objects.bulk_update(rejections, ["message"], batch_size=500)
