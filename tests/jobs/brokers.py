"""Looking into a broker, and brokers that do not work."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery
from kombu.simple import SimpleQueue


def messages(app: Celery) -> list[Any]:
    """What waits in the broker: the whole body of each message. They are taken out."""
    with app.connection_for_read() as connection:
        name = app.conf.task_default_queue
        queue = SimpleQueue(connection, name)
        taken = []
        for _ in range(connection.default_channel.queue_declare(name).message_count):
            message = queue.get(timeout=5)
            message.ack()
            taken.append(message.payload)
        queue.close()
        return taken


def sent_ids(app: Celery) -> list[int]:
    """The jobs whose ids wait in the broker."""
    return [int(args[0]) for args, _kwargs, _embedded in messages(app)]


def fill(app: Celery, number: int) -> None:
    """Leave so many messages in the broker."""
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.rpush(app.conf.task_default_queue, *["{}"] * number)


def forget_messages(app: Celery) -> None:
    with app.connection_for_write(transport_options={"max_retries": 1}) as connection:
        client = connection.default_channel.client
        prefix = app.conf.broker_transport_options["global_keyprefix"]
        for key in list(client.scan_iter(match=f"{prefix}*")):
            client.delete(key.decode().removeprefix(prefix))


@contextmanager
def hung_broker(folder: Path, *, app: Celery) -> Iterator[None]:
    """Celery talks to somebody who listens and never answers."""
    path = folder / "hung.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with broker_at(path, app=app):
            yield


@contextmanager
def broker_at(path: Path, *, app: Celery) -> Iterator[None]:
    """Celery looks for its broker at another socket."""
    usual = app.conf.broker_url
    app.conf.broker_url = f"redis+socket://{path}"
    try:
        yield
    finally:
        app.conf.broker_url = usual
