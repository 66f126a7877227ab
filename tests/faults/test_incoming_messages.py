"""F1 for what CRMs send: a worker is killed after it wrote facts, before it marked the messages."""

import json
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.faults.holding import locked, stuck
from tests.faults.installation import Installation
from tests.faults.processes import kill_group
from tests.sales.connecting.sending import hubspot_signature, payload, standard_signature

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]

MESSAGES = 30
HELD = "SELECT id FROM sales_message ORDER BY id LIMIT 1 FOR UPDATE"
MARKING = 'UPDATE "sales_message"%'
STATES = "SELECT DISTINCT state FROM sales_message"
DEALS = "SELECT external_id, count(*) FROM sales_opportunity WHERE source = %s GROUP BY 1"
PER_DEAL = """SELECT (SELECT count(*) FROM sales_opportunitydetail d WHERE d.opportunity_id = o.id),
    (SELECT count(*) FROM sales_stageevent e WHERE e.opportunity_id = o.id)
    FROM sales_opportunity o WHERE source = %s"""
RUNS = "SELECT state, sum(created) FROM sales_importrun WHERE source = %s GROUP BY state"
ONCE = (1, 1)
"""Details and events of each."""


@dataclass(frozen=True)
class Crm:
    """What is at the other end of a connection; each message of it tells of a new deal."""

    installation: Installation
    sends: str
    path: str
    secret: str

    def post(self, number: int) -> int:
        text = json.dumps(self.body(number))
        request = urllib.request.Request(  # noqa: S310
            self.installation.site + self.path,
            text.encode(),
            {"Content-Type": "application/json", **self.signature(number, text)},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)

    def body(self, number: int) -> Any:
        if self.sends == "hubspot":
            return [
                event | {"objectId": number, "eventId": 100 * number + place}
                for place, event in enumerate(payload("hubspot_deal_made"))
            ]
        row = {"id": str(number), "stage": "Qualified", "at": "2024-03-01T09:00:00Z"}
        return {"kind": "stage_events", "rows": [row]}

    def signature(self, number: int, text: str) -> dict[str, str]:
        if self.sends == "hubspot":
            return hubspot_signature(self.secret, self.path, text, time.time_ns() // 1_000_000)
        return standard_signature(self.secret, f"msg_{number}", text, datetime.now(UTC))


@pytest.fixture(params=["hubspot", "daya"])
def crm(request: pytest.FixtureRequest, installation: Installation) -> Crm:
    for line in installation.manage("connect_faults").splitlines():
        sends, address, secret = line.split()
        if sends == request.param:
            return Crm(installation, sends, f"/api/v1/hooks/{address}/", secret)
    raise LookupError(request.param)


def test_what_a_killed_worker_was_taking_in_is_taken_in_once(installation, crm):
    for number in range(MESSAGES):
        assert crm.post(number) == 202

    with locked(installation, HELD):
        worker = installation.start_worker()
        stuck(installation, MARKING)
        kill_group(worker.pid)
        assert installation.query(STATES) == [("waiting",)]
        assert not installation.query(DEALS, crm.sends)
    installation.start_worker()

    installation.settle()
    taken_in_once(installation, crm)
    for number in range(MESSAGES):
        assert crm.post(number) == 202
    installation.settle()
    taken_in_once(installation, crm)
    installation.manage("verify_faults")


def taken_in_once(installation: Installation, crm: Crm) -> None:
    assert installation.query(STATES) == [("taken",)]
    every = {str(number): 1 for number in range(MESSAGES)}
    assert dict(installation.query(DEALS, crm.sends)) == every
    assert set(installation.query(PER_DEAL, crm.sends)) == {ONCE}
    assert installation.query(RUNS, crm.sends) == [("committed", MESSAGES)]
