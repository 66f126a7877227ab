"""A program that listens on this machine, and a way there."""

from collections.abc import Iterator

import pytest

from tests.teams.webhooks.receiving import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def to_private(settings) -> None:
    """What an operator may allow on a machine for development."""
    settings.WEBHOOKS_TO_PRIVATE = True
