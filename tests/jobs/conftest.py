"""Handlers and a broker that last as long as a test."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from celery import Celery
from django.conf import settings

from config import celery_app
from jobs.running import HANDLERS, Handler, durable
from tests.jobs.brokers import forget_messages

Register = Callable[..., str]


@pytest.fixture
def task() -> Iterator[Register]:
    """``task(handler)`` registers a handler and says its name."""
    names: list[str] = []

    def register(handler: Handler, **how: int) -> str:
        names.append(f"tests.{handler.__name__}")
        durable(names[-1], **how)(handler)
        return names[-1]

    yield register
    for name in names:
        HANDLERS.pop(name, None)


@pytest.fixture
def app() -> Iterator[Celery]:
    """Celery as it is set, on the real Redis, in a corner of its own there."""
    made = Celery("tests", set_as_current=False)
    made.config_from_object("django.conf:settings", namespace="CELERY")
    made.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {
        "global_keyprefix": f"{uuid4()}:"
    }
    yield made
    forget_messages(made)
    celery_app.set_current()
    celery_app.set_default()
