"""Connecting a CRM, and what is changed of the connection later."""

from django.db import transaction
from django.utils import timezone

from sales.connecting.readers import READERS, drafts
from sales.connecting.receiving import promise_to_take_in
from sales.importing.locking import one_writer
from sales.importing.mapping import Mapping
from sales.models import Connection, ConnectionMapping, Message
from teams.models import Organisation, Person
from teams.sealing import seal, signing_secret


@transaction.atomic
def connect(
    organisation: Organisation, *, name: str, sender: str, source: str, by: Person | None = None
) -> Connection:
    """The connection, with the mappings it begins with. It has no secret yet."""
    made: Connection = organisation.connections.create(
        name=name, format=sender, source=source, created_by=by
    )
    if sender in READERS:
        ConnectionMapping.objects.bulk_create(
            ConnectionMapping(connection=made, kind=mapping.kind, toml=mapping.to_toml())
            for mapping in drafts(organisation, sender, source)
        )
    return made


def give_secret(connection: Connection) -> str:
    """A new secret, to be shown once. The one before signs nothing any more."""
    text = signing_secret()
    take_secret(connection, text)
    return text


def take_secret(connection: Connection, text: str) -> None:
    """The secret that the CRM chose."""
    connection.secret = seal(text)
    connection.save(update_fields=["secret"])


@transaction.atomic
def map_records(connection: Connection, mapping: Mapping) -> None:
    """How its records become facts of the mapping's kind from now on; what was in trouble is taken
    in again."""
    one_writer(connection.organisation)
    connection.mappings.update_or_create(kind=mapping.kind, defaults={"toml": mapping.to_toml()})
    take_in_again(connection)


@transaction.atomic
def take_in_again(connection: Connection) -> int:
    """Everything of which not all was taken in; how many messages. Waits for what is being taken
    in, which may be in trouble a moment later."""
    one_writer(connection.organisation)
    count = connection.messages.troubled().update(state=Message.State.WAITING)
    if count:
        promise_to_take_in(connection)
    return int(count)


def set_aside(connection: Connection) -> int:
    """Leave what is in trouble as it is; how many messages."""
    return int(connection.messages.troubled().update(state=Message.State.SET_ASIDE))


def disconnect(connection: Connection) -> None:
    """Nothing is taken from it any more. What came in stays. A second time changes nothing."""
    Connection.objects.open().filter(pk=connection.pk).update(closed_at=timezone.now(), secret="")
    connection.records.all().delete()
