"""F1 for outgoing webhooks: a worker is killed as it sends, or before it wrote down how it went."""

from collections.abc import Iterator
from threading import Event

import pytest

from tests.faults.files import SMALL
from tests.faults.holding import locked, stuck
from tests.faults.installation import Installation
from tests.faults.processes import eventually, kill_group
from tests.teams.webhooks.receiving import Receiver, receiving

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]

NAME = next(iter(SMALL))
ALLOWED = {"DAYA_WEBHOOKS_TO_PRIVATE": "1"}
ENDPOINT = "SELECT id FROM teams_webhookendpoint FOR NO KEY UPDATE"
RECORDING = '%FROM "teams_webhookendpoint"%FOR NO KEY UPDATE%'
MESSAGES = "SELECT message_id, state, turn FROM teams_webhookmessage"
ATTEMPTS = "SELECT status, error FROM teams_webhookattempt"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def secret(installation: Installation, receiver: Receiver) -> str:
    return installation.manage("listen_faults", receiver.url).strip()


def test_what_a_killed_worker_was_sending_is_sent_again(installation, ledger, receiver, secret):
    never = Event()
    receiver.answers = [lambda handler: never.wait(300), 204]
    worker = installation.start_worker(**ALLOWED)
    ledger.commit([NAME])
    eventually(lambda: receiver.heard)

    kill_group(worker.pid)
    installation.start_worker(**ALLOWED)

    installation.settle()
    never.set()
    delivered(installation, receiver, secret, times=2)


def test_what_was_answered_but_not_written_down_is_sent_again(
    installation, ledger, receiver, secret
):
    worker = installation.start_worker(**ALLOWED)

    with locked(installation, ENDPOINT):
        ledger.commit([NAME])
        stuck(installation, RECORDING)
        kill_group(worker.pid)
    installation.start_worker(**ALLOWED)

    installation.settle()
    delivered(installation, receiver, secret, times=2)


def delivered(installation: Installation, receiver: Receiver, secret: str, *, times: int) -> None:
    """The one message was heard so many times, the same each time, and is over."""
    assert len(receiver.heard) == times
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
    assert len({heard.body for heard in receiver.heard}) == 1
    for heard in receiver.heard:
        said = heard.verified(secret)
        assert (said["data"]["state"], said["data"]["created"]) == ("committed", SMALL[NAME])
    number = receiver.heard[0].headers["webhook-id"]
    assert installation.query(MESSAGES) == [(number, "delivered", 1)]
    assert len(installation.query(ATTEMPTS)) == 1
