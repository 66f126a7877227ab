"""Signed and yet nonsense: said on the page, and never in the way of what comes after."""

import pytest

from sales.models import Opportunity
from tests.sales.connecting.sending import payload

EVENT = payload("hubspot_deal_made")[2]
HEADER = payload("salesforce_gap")["payload"]["ChangeEventHeader"]
UPDATE = HEADER | {"changeType": "UPDATE"}
EVENTS = [
    EVENT | {"objectId": 10**300},
    EVENT | {"objectId": "x" * 201},
    EVENT | {"objectId": ""},
    EVENT | {"objectId": ["a"]},
    EVENT | {"objectId": "a\0b"},
    EVENT | {"occurredAt": 10**18},
    EVENT | {"occurredAt": -1},
    EVENT | {"occurredAt": 253_402_300_799_999},
    EVENT | {"occurredAt": True},
    EVENT | {"occurredAt": "²"},
    EVENT | {"subscriptionType": ["deal"]},
    EVENT | {"subscriptionType": "deal."},
    EVENT | {"propertyName": "a\0\ud800"},
    EVENT | {"propertyName": {"a": 1}},
    EVENT | {"propertyValue": {"a": [1]}},
    EVENT | {"propertyValue": "x" * 100_000},
    EVENT | {"propertyName": "deleted", "propertyValue": "true", "objectId": 1148450},
    EVENT | {"propertyName": "id", "propertyValue": "7", "objectId": 1148450},
    EVENT | {"propertyName": "createdate", "propertyValue": "99999999999999999999"},
    EVENT | {"subscriptionType": "deal.merge", "mergedObjectIds": [None, [], "a\0"]},
    EVENT | {"subscriptionType": "deal.merge", "mergedObjectIds": "all"},
    EVENT | {"subscriptionType": "contact.associationChange", "associationType": "CONTACT_TO_DEAL"},
    None,
    7,
    [],
    [[]],
]
PAYLOADS = [
    {"ChangeEventHeader": UPDATE | {"recordIds": []}, "StageName": "Prospecting"},
    {"ChangeEventHeader": UPDATE | {"recordIds": [None, {}, "x" * 201, "a\0"]}, "Amount": 1},
    {"ChangeEventHeader": UPDATE | {"changedFields": [[], {"a": 1}]}, "Amount": 1},
    {"ChangeEventHeader": UPDATE | {"entityName": None}},
    {"ChangeEventHeader": UPDATE | {"nulledFields": ["a\0", "StageName"]}},
    {
        "ChangeEventHeader": HEADER | {"changeType": "CREATE"},
        "a\0\ud800": "b",
        "Name": {"\0": "\0"},
    },
    {"detail": {"data": {"payload": {"detail": []}}}},
    {"ChangeEventHeader": []},
]


@pytest.mark.parametrize("number", range(len(EVENTS)))
def test_an_event_of_hubspot_harms_nothing(hubspot, number):
    hubspot.send([EVENTS[number]])

    hubspot.send("hubspot_deal_made")

    assert not hubspot.connection.messages.waiting().exists()
    assert Opportunity.objects.filter(external_id="1148450").exists()


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_payload_of_salesforce_harms_nothing(salesforce, ben, number):
    salesforce.send(PAYLOADS[number])

    salesforce.send("salesforce_opportunity_made")

    assert not salesforce.connection.messages.waiting().exists()
    assert Opportunity.objects.filter(external_id="0065g00000AbCdEAAV").exists()


def test_what_waits_for_another_lot_is_taken_in_too(hubspot):
    for _number in range(3):
        events = [EVENT | {"objectId": f"D{n}", "portalId": "x" * 4_000} for n in range(100)]
        assert hubspot.post(events).status_code == 202

    hubspot.take_in()

    assert hubspot.connection.messages.filter(state="taken").count() == 3
