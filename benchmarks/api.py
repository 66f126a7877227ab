"""Batches of 200 rows over the API, by one client and by two at once."""

import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.data import STAGES, Size
from benchmarks.measuring import RUNS, step, table
from benchmarks.organisation import found
from benchmarks.serving import serving
from teams.keys import make_key
from teams.models import Person

BATCH, BATCHES = 200, 10
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
NUMBERS = count(1)
Row = dict[str, Any]


def run(size: Size, folder: Path) -> None:
    """The same for every size: what a batch costs depends on its rows."""
    organisation, people, _stages = found(replace(size, name="api"), STAGES)
    reps = Person.objects.filter(pk__in=people[:50].tolist())
    names = list(reps.values_list("name", flat=True))
    _key, text = make_key(organisation, name="Benchmark", scopes=["sales:write"])
    os.environ["DAYA_API_REQUESTS_PER_MINUTE"] = "1000000"
    with serving() as port:
        program = Program(port, text)
        rows = [_measured(program, *kind, names) for kind in KINDS]
    table(
        f"Rows a second over the API in batches of {BATCH}; medians of {RUNS} times "
        f"{BATCH * BATCHES:,} rows",
        ["address", "new, one client", "new, two clients", "unchanged, one client"],
        rows,
    )


@dataclass(frozen=True, slots=True)
class Program:
    port: int
    key: str

    def send(self, path: str, rows: list[Row]) -> None:
        """Every row must be taken in."""
        said: dict[str, Any] = {"source": "api", "rows": rows}
        if path in {"opportunities", "stage-events"}:
            said["pipeline"] = {"name": "Sales", "stages": list(STAGES)}
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("POST", f"/api/v1/{path}/", json.dumps(said), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
        assert answer.status == 200, body
        assert not body["rejected"], body["rows"][0]


def _measured(
    program: Program, path: str, make: Callable[[int, list[str]], Row], names: list[str]
) -> list[object]:
    def batches() -> list[list[Row]]:
        return [[make(next(NUMBERS), names) for _row in range(BATCH)] for _batch in range(BATCHES)]

    rates: list[list[float]] = [[], [], []]
    for number in range(RUNS):
        with step(f"{path}, run {number + 1} of {RUNS}"):
            one = batches()
            for place, clients, some in ((0, 1, one), (1, 2, batches()), (2, 1, one)):
                _before(program, path, some)
                rates[place].append(_rate(program, path, some, clients))
    return [path, *(round(median(each)) for each in rates)]


def _before(program: Program, path: str, batches: list[list[Row]]) -> None:
    """The leads that activities are on."""
    if path == "activities":
        for rows in batches:
            program.send("leads", [lead(int(row["lead"][1:]), []) for row in rows])


def _rate(program: Program, path: str, batches: list[list[Row]], clients: int) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda rows: program.send(path, rows), batches))
    return BATCH * BATCHES / (time.perf_counter() - begun)


def _instants(number: int) -> Iterator[str]:
    at = BEGAN + timedelta(minutes=number % 500_000)
    while True:
        yield at.isoformat()
        at += timedelta(days=3)


def opportunity(number: int, names: list[str]) -> Row:
    """Won, through every stage, with an owner: the most that a row says."""
    at = _instants(number)
    return {
        "id": f"D{number}",
        "name": f"Deal {number}",
        "account": f"Account {number % 997}",
        "amount": f"{number % 10_000}.50",
        "owner": names[number % len(names)],
        "stage": "won",
        "entered": {stage: next(at) for stage in STAGES},
        "closed_at": next(at),
    }


def stage_event(number: int, names: list[str]) -> Row:
    return {
        "id": f"E{number}",
        "stage": STAGES[0],
        "at": next(_instants(number)),
        "owner": names[number % len(names)],
    }


def lead(number: int, names: list[str]) -> Row:
    return {"id": f"L{number}", "inbound_at": next(_instants(number)), "origin": "web form"}


def activity(number: int, names: list[str]) -> Row:
    at = BEGAN + timedelta(minutes=number % 500_000 + 20)
    return {"id": f"A{number}", "activity": "call", "lead": f"L{number}", "at": at.isoformat()}


KINDS = (
    ("opportunities", opportunity),
    ("stage-events", stage_event),
    ("leads", lead),
    ("activities", activity),
)
