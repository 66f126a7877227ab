"""A program that sends batches until each is acknowledged, and what must be true of them after."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPException

from tests.faults.installation import Installation

ROWS = 20
SENDERS = 4
WITHIN = 90
TEXT = "daya_faultsfault_secret"
KEY = """INSERT INTO teams_apikey
    (organisation_id, name, prefix, digest, scopes, created_at, requests)
    SELECT id, 'CRM', 'faultsfault', %s, ARRAY['sales:write'], now(), 0 FROM teams_organisation"""
STORED = "SELECT external_id, count(*) FROM sales_opportunity WHERE source = 'api' GROUP BY 1"
TAKEN = """SELECT count(*), coalesce(sum(created), 0) FROM sales_importrun
    WHERE channel = 'api' AND state = 'committed'"""
OTHERWISE = "SELECT count(*) FROM sales_importrun WHERE channel = 'api' AND state <> 'committed'"
DETAILS = """SELECT count(*) FROM sales_opportunitydetail d
    JOIN sales_opportunity o ON o.id = d.opportunity_id WHERE o.source = 'api'"""
EVENTS = """SELECT count(*) FROM sales_stageevent e
    JOIN sales_opportunity o ON o.id = e.opportunity_id WHERE o.source = 'api'"""


def ids_of(batch: int) -> list[str]:
    return [f"B{batch}-{number}" for number in range(ROWS)]


class Sender:
    """``named``: each batch is sent with an ``Idempotency-Key``."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.named = installation, True
        self.acknowledged: dict[int, bytes] = {}
        self.failed = 0
        installation.query(KEY, sha256(TEXT.rpartition("_")[2].encode()).hexdigest())

    def send(self, batch: int) -> bytes | None:
        """The answer if it was acknowledged."""
        rows = [
            {
                "id": each,
                "stage": "won",
                "entered": {"First contact": "2024-01-01T09:00:00Z"},
                "closed_at": "2024-03-01T09:00:00Z",
            }
            for each in ids_of(batch)
        ]
        request = urllib.request.Request(  # noqa: S310
            f"{self.installation.site}/api/v1/opportunities/",
            json.dumps({"source": "api", "rows": rows}).encode(),
            {
                "Authorization": f"Bearer {TEXT}",
                "Content-Type": "application/json",
                **({"Idempotency-Key": f"batch-{batch}"} if self.named else {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.read()
        except (urllib.error.URLError, HTTPException, OSError):
            return None

    def send_until_acknowledged(self, batch: int) -> None:
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            answer = self.send(batch)
            if answer is not None:
                self.acknowledged[batch] = answer
                return
            self.failed += 1

    def send_all(self, batches: Iterable[int]) -> ThreadPoolExecutor:
        """In the background, several at a time; leave the pool to wait for them."""
        pool = ThreadPoolExecutor(SENDERS)
        for batch in batches:
            pool.submit(self.send_until_acknowledged, batch)
        return pool

    def verify(self, batches: Iterable[int]) -> None:
        """All were acknowledged; each was taken in once, whole; sent again, nothing is done."""
        known = list(batches)
        assert sorted(self.acknowledged) == known
        self._is_stored(known)
        for batch in known:
            again = self.send(batch)
            if self.named:
                assert again == self.acknowledged[batch]
            else:
                assert again
                assert json.loads(again)["unchanged"] == ROWS
        self._is_stored(known)
        self.installation.settle()
        assert int(self.installation.manage("verify_faults")) > 0

    def _is_stored(self, batches: list[int]) -> None:
        rows = len(batches) * ROWS
        every = {each: 1 for batch in batches for each in ids_of(batch)}
        assert dict(self.installation.query(STORED)) == every
        runs, created = self.installation.query(TAKEN)[0]
        assert created == rows
        assert runs == len(batches) or not self.named
        assert self.installation.number(OTHERWISE) == 0
        assert self.installation.number(DETAILS) == rows
        assert self.installation.number(EVENTS) == 2 * rows
