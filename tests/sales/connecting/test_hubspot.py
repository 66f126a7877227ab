"""Events of HubSpot's webhooks become facts."""

from datetime import UTC, datetime

from sales.models import Lead, LeadAssignment, LeadDetail, OpportunityDetail, StageEvent
from tests.sales.connecting.sending import payload

MADE = datetime(2024, 3, 1, 11, 0, 0, 123_000, tzinfo=UTC)
CLOSED = datetime(2024, 3, 20, 16, tzinfo=UTC)


def story() -> list[tuple]:
    """(what, stage, when) of every event that is believed."""
    events = StageEvent.objects.in_force().select_related("stage").order_by("at", "seq")
    return [(event.kind, event.stage and event.stage.name, event.at) for event in events]


def test_a_new_deal_is_put_together_from_its_events(hubspot):
    hubspot.send("hubspot_deal_made")

    detail = OpportunityDetail.objects.in_force().get()
    assert detail.opportunity.external_id == "1148450"
    assert (detail.name, detail.amount) == ("Pompa untuk pabrik", 125050)
    assert detail.created_at == MADE
    assert story() == [("open", "Appointment Scheduled", MADE)]


def test_events_that_come_one_by_one_and_in_any_order_say_the_same(hubspot):
    for event in reversed(payload("hubspot_deal_made")):
        hubspot.send([event])

    detail = OpportunityDetail.objects.in_force().get()
    assert (detail.name, detail.amount, detail.created_at) == ("Pompa untuk pabrik", 125050, MADE)
    assert story() == [("open", "Appointment Scheduled", MADE)]


def test_a_change_of_stage_happened_when_hubspot_says(hubspot):
    hubspot.send("hubspot_deal_made", "hubspot_deal_won")

    assert story() == [("open", "Appointment Scheduled", MADE), ("won", None, CLOSED)]


def test_a_stage_that_comes_late_is_not_lost(hubspot):
    hubspot.send("hubspot_deal_won")

    hubspot.send("hubspot_deal_made")

    assert story() == [("open", "Appointment Scheduled", MADE), ("won", None, CLOSED)]


def test_an_older_value_that_comes_late_changes_nothing(hubspot):
    hubspot.send("hubspot_deal_made")
    event = payload("hubspot_deal_made")[1]
    later = event | {"propertyValue": "Pompa baru", "occurredAt": event["occurredAt"] + 2}
    between = event | {"propertyValue": "Pompa lama", "occurredAt": event["occurredAt"] + 1}

    hubspot.send([later], [between])

    assert OpportunityDetail.objects.in_force().get().name == "Pompa baru"


def test_a_contact_is_a_lead_with_its_holder_and_what_it_became(hubspot, ben):
    hubspot.send("hubspot_contact")

    lead = LeadDetail.objects.in_force().get()
    assert (lead.lead.external_id, lead.name) == ("601", "Mara Lindt")
    assert lead.inbound_at == datetime(2024, 3, 1, 9, tzinfo=UTC)
    assert lead.opportunity == "1148450"
    assert lead.closed_at == datetime(2024, 3, 1, 11, 0, 0, 500_000, tzinfo=UTC)
    held = LeadAssignment.objects.in_force().get()
    assert (held.person, held.from_at) == (ben, datetime(2024, 3, 1, 9, 30, tzinfo=UTC))


def test_who_held_a_contact_is_known_though_it_came_first(hubspot, ben):
    events = payload("hubspot_contact")
    hubspot.send([events[3]])
    assert not Lead.objects.exists()

    hubspot.send([events[0]])

    assert LeadAssignment.objects.in_force().get().person == ben


def test_merged_and_deleted_deals_are_in_no_number(hubspot):
    hubspot.send("hubspot_deal_made")
    for number in (1148451, 1148452):
        hubspot.send([event | {"objectId": number} for event in payload("hubspot_deal_made")])

    hubspot.send("hubspot_others")

    details = OpportunityDetail.objects.in_force().order_by("opportunity__external_id")
    assert [(each.merged_into, each.deleted) for each in details] == [
        ("", False),
        ("1148450", False),
        ("", True),
    ]


def test_what_is_no_change_is_said_and_the_rest_is_taken_in(hubspot):
    hubspot.send(payload("hubspot_deal_made") + payload("hubspot_others"))

    message = hubspot.connection.messages.get()
    assert message.state == "troubled"
    assert message.complaints == [["no_instant", "deal 1"], ["no_event", ""]]
    assert OpportunityDetail.objects.in_force().count() == 1


def test_records_of_other_kinds_are_passed_over(hubspot):
    hubspot.send(payload("hubspot_others")[:1])

    assert hubspot.connection.messages.get().state == "taken"
