"""What the documentation says of messages, and the receiver it shows, are true."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from metrics.freshening import bring_up_to_date
from sales.importing.committing import commit
from teams.announcing import ping
from teams.models import WebhookMessage
from tests.metrics.editing import tell
from tests.sales.crm import planned
from tests.teams.webhooks.receiving import listener, run_due
from tests.world import day, lost, won

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs/webhooks.md").read_text()
EXAMPLES = {
    said["type"]: said["data"]
    for said in map(json.loads, re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL))
}
(RECEIVER,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)


def told() -> dict:
    said = json.loads(WebhookMessage.objects.latest("pk").body)
    assert said.keys() == {"type", "timestamp", "data"}
    return said["data"]


def test_an_import(acme, settings):
    settings.SITE_URL = "https://daya.example"
    listener(acme, "https://hooks.example.com/", "import.finished")

    rows = ("D1,Pumps,Qualified", "D2,Valves,Nowhere")
    run = planned(acme, "Id,Name,Stage", *rows, valid_only=True)
    commit(run)

    documented = EXAMPLES["import.finished"]
    number = {"id": run.pk, "url": documented["url"].replace("41", str(run.pk))}
    assert told() == documented | number


def test_numbers(acme, north, ben):
    listener(acme, "https://hooks.example.com/", "snapshots.changed")

    tell(won(acme, ben, day("2021-03-05")), lost(acme, ben, day("2021-03-06")))
    bring_up_to_date(acme)

    documented, said = EXAMPLES["snapshots.changed"], told()
    (example,) = documented["snapshots"]
    assert example in said["snapshots"]
    assert said.keys() == documented.keys()


def test_a_test(acme):
    endpoint, _secret = listener(acme, "https://hooks.example.com/")

    ping(endpoint)

    assert told() == EXAMPLES["ping"]


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.usefixtures("to_private")
def test_the_receiver_verifies_what_it_is_sent(acme):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    endpoint, secret = listener(acme, f"http://127.0.0.1:{port}/")
    environment = os.environ | {"WEBHOOK_SECRET": secret, "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-c", RECEIVER], env=environment, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL,
    ) as program:  # fmt: skip
        try:
            until = monotonic() + 20
            while not is_listening(port) and monotonic() < until:
                sleep(0.05)
            ping(endpoint)
            run_due()
            assert program.stdout
            line = program.stdout.readline()
        finally:
            program.kill()

    message = WebhookMessage.objects.get()
    assert (message.state, message.attempts.get().status) == ("delivered", 204)
    assert line == f"{message.message_id} ping {{'organisation': 'acme'}}\n"
