"""Of many batches at once, a tenth of them sent three times, every fact is there once."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.db.models import Count

from sales.models import (
    Activity,
    ActivityDetail,
    ImportRun,
    Lead,
    LeadAssignment,
    LeadDetail,
    Opportunity,
    OpportunityDetail,
    StageEvent,
)
from tests import world
from tests.api.asking import Program, program

BATCHES, ROWS, SENDERS = 20, 5, 4
AT = "2024-03-01T09:00:00Z"
LEADS = [{"id": f"L{number}", "inbound_at": AT} for number in range(BATCHES * ROWS)]
MADE: dict[str, Callable[[int], dict[str, Any]]] = {
    "opportunities": lambda number: {
        "id": f"D{number}",
        "stage": "won",
        "entered": {"First contact": "2024-01-01T09:00:00Z"},
        "closed_at": AT,
    },
    "stage-events": lambda number: {"id": f"D{number}", "stage": "Qualified", "at": AT},
    "leads": lambda number: LEADS[number],
    "lead-assignments": lambda number: {"lead": f"L{number}", "owner": "Ben", "at": AT},
    "activities": lambda number: {
        "id": f"A{number}",
        "activity": "call",
        "lead": f"L{number}",
        "at": AT,
    },
}
FACTS: dict[str, list[tuple[Any, str, int]]] = {
    "opportunities": [
        (Opportunity, "external_id", 1),
        (OpportunityDetail, "opportunity__external_id", 1),
        (StageEvent, "opportunity__external_id", 2),
    ],
    "stage-events": [
        (Opportunity, "external_id", 1),
        (OpportunityDetail, "opportunity__external_id", 1),
        (StageEvent, "opportunity__external_id", 1),
    ],
    "leads": [(Lead, "external_id", 1), (LeadDetail, "lead__external_id", 1)],
    "lead-assignments": [(LeadAssignment, "lead__external_id", 1)],
    "activities": [(Activity, "external_id", 1), (ActivityDetail, "activity__external_id", 1)],
}
"""What a row of a kind becomes: of each model so many, by the id that the row is about."""


@pytest.fixture
def key(transactional_db) -> str:
    """Of an organisation where the leads are known that the other kinds are about."""
    acme = world.found("acme")
    world.person(acme.root, "Ben")
    return program(acme, "sales:write").text


@pytest.mark.parametrize("named", [True, False], ids=["with a key", "without"])
@pytest.mark.parametrize("kind", MADE)
def test_no_fact_is_there_twice(key, kind, named):
    if kind in {"lead-assignments", "activities"}:
        Program(key).send("leads/", *LEADS)
    rows = [MADE[kind](number) for number in range(BATCHES * ROWS)]
    batches = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]

    def send(number: int) -> int:
        headers = {"Idempotency_Key": f"{kind}-{number}"} if named else {}
        batch = {"source": "crm", "rows": batches[number]}
        try:
            return Program(key).post(f"{kind}/", batch, **headers).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        assert set(pool.map(send, replayed())) == {200}

    ids = {row.get("id") or row["lead"] for row in rows}
    for model, about, times in FACTS[kind]:
        found = model.objects.filter(**{f"{about}__in": ids}).order_by().values_list(about)
        assert dict(found.annotate(Count("pk"))) == dict.fromkeys(ids, times)
        assert model.objects.count() == times * len(ids)
    runs = ImportRun.objects.filter(kind=kind.replace("-", "_"))
    assert sum(runs.values_list("created", flat=True)) == len(rows)
    assert not runs.exclude(updated=0, rejected=0).exists()


def replayed() -> list[int]:
    """Each batch, a tenth of them three times, those in a row so that they meet."""
    chosen = random.sample(range(BATCHES), BATCHES // 10)
    return [each for number in range(BATCHES) for each in [number] * (3 if number in chosen else 1)]
