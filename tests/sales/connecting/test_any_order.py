"""In whatever order changes come, and however often: the facts are those of their own instants."""

import random
from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest

from sales.models import Opportunity
from tests.sales.connecting.sending import Sender

STAGES = {
    "appointmentscheduled": "Appointment Scheduled",
    "qualifiedtobuy": "Qualified To Buy",
    "contractsent": "Contract Sent",
    "closedwon": "won",
    "closedlost": "lost",
}
BEGINNING = 1_709_290_800_000


def history(chance: random.Random) -> list[dict[str, Any]]:
    """Changes of three deals, each at an instant of its own."""
    ticks, events = count(BEGINNING, 60_000), []
    for _number in range(40):
        name = chance.choice(["dealstage", "dealname", "amount"])
        value = {
            "dealstage": chance.choice(list(STAGES)),
            "dealname": f"Deal {chance.randrange(5)}",
            "amount": str(chance.randrange(5)),
        }[name]
        events.append(
            {
                "subscriptionType": "deal.propertyChange",
                "objectId": chance.randrange(3),
                "occurredAt": next(ticks),
                "propertyName": name,
                "propertyValue": value,
            }
        )
    return events


def told(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What each deal of which a stage is known must be, by going through its changes in order."""
    deals: dict[str, Any] = {}
    for event in sorted(events, key=lambda event: event["occurredAt"]):
        deal = deals.setdefault(str(event["objectId"]), {"dealname": "", "story": []})
        deal[event["propertyName"]] = event["propertyValue"]
        if event["propertyName"] == "dealstage":
            deal["story"].append((event["occurredAt"], STAGES[event["propertyValue"]]))
    return {
        name: (deal["dealname"], deal.get("amount"), deal["story"])
        for name, deal in deals.items()
        if deal["story"]
    }


def believed(hubspot: Sender) -> dict[str, Any]:
    found = {}
    for deal in Opportunity.objects.filter(organisation=hubspot.connection.organisation):
        detail = deal.details.in_force().get()
        events = deal.events.in_force().select_related("stage").order_by("at")
        story = [
            (round(event.at.timestamp() * 1000), event.stage.name if event.stage else event.kind)
            for event in events
        ]
        amount = None if detail.amount is None else str(detail.amount // 100)
        found[deal.external_id] = (detail.name, amount, story)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_changes_shuffled_and_a_tenth_of_them_twice(hubspot, seed):
    chance = random.Random(seed)
    events = history(chance)
    sent = events + chance.sample(events, 4)
    chance.shuffle(sent)

    for some in _lots(sent, chance):
        hubspot.send(some)

    assert believed(hubspot) == told(events)


def _lots(events: list[dict[str, Any]], chance: random.Random) -> Iterable[list[dict[str, Any]]]:
    size = chance.choice([1, 3, 20])
    return (events[start : start + size] for start in range(0, len(events), size))
