"""Events of Salesforce's Change Data Capture become facts."""

from datetime import UTC, datetime

from sales.models import ActivityDetail, LeadAssignment, LeadDetail, OpportunityDetail, StageEvent
from tests.sales.connecting.sending import payload

CLOSED = datetime(2024, 3, 20, 16, tzinfo=UTC)


def test_a_new_opportunity_is_there_with_its_stage_and_owner(salesforce, ben):
    salesforce.send("salesforce_opportunity_made")

    detail = OpportunityDetail.objects.in_force().get()
    assert detail.opportunity.external_id == "0065g00000AbCdEAAV"
    assert (detail.name, detail.amount) == ("Pumps for the mill", 125050)
    assert detail.opportunity.owners.get().person == ben
    event = StageEvent.objects.get()
    assert (event.stage.name, event.at) == (
        "Prospecting",
        datetime(2024, 3, 1, 11, 0, 1, tzinfo=UTC),
    )


def test_an_update_changes_only_the_fields_it_names(salesforce, ben):
    """Streamed in full, fields that did not change are null there."""
    salesforce.send("salesforce_opportunity_made")

    salesforce.send("salesforce_opportunity_moved")

    detail = OpportunityDetail.objects.in_force().get()
    assert (detail.name, detail.amount) == ("Pumps for the mill", None)
    assert detail.opportunity.owners.get().person == ben
    newest = StageEvent.objects.in_force().latest("at")
    assert (newest.kind, newest.at) == ("won", CLOSED)


def test_a_lead_its_holder_and_what_was_done(salesforce, ben):
    salesforce.send("salesforce_lead")

    lead = LeadDetail.objects.in_force().get()
    assert (lead.name, lead.account, lead.origin) == ("Mara Lindt-Boer", "Mill", "Web")
    assert lead.inbound_at == datetime(2024, 3, 1, 9, tzinfo=UTC)
    holders = LeadAssignment.objects.in_force().order_by("from_at")
    assert [each.person for each in holders] == [None, ben]
    done = ActivityDetail.objects.in_force().get()
    assert (done.kind, done.lead, done.person) == ("call", lead.lead, ben)
    assert done.at == datetime(2024, 3, 1, 9, 40, tzinfo=UTC)


def test_a_task_that_is_done_later_counts_then(salesforce, ben):
    salesforce.send("salesforce_lead")
    header = {
        "entityName": "Task",
        "recordIds": ["00T5g00000TaskBAAV"],
        "changeType": "UPDATE",
        "commitTimestamp": 1_709_290_000_000,
    }

    salesforce.send(
        {"payload": {"ChangeEventHeader": header, "CompletedDateTime": "2024-03-01T10:46:40Z"}}
    )

    assert ActivityDetail.objects.in_force().count() == 2


def test_deleted_records_are_in_no_number_until_they_are_restored(salesforce, ben):
    salesforce.send("salesforce_opportunity_made")
    made = payload("salesforce_opportunity_made")["payload"]["ChangeEventHeader"]

    for what, deleted in (("DELETE", True), ("UNDELETE", False)):
        made = made | {"changeType": what, "commitTimestamp": made["commitTimestamp"] + 1}
        salesforce.send({"ChangeEventHeader": made})

        assert OpportunityDetail.objects.in_force().get().deleted is deleted


def test_what_salesforce_lost_is_said(salesforce):
    salesforce.send("salesforce_gap")

    message = salesforce.connection.messages.get()
    assert message.complaints == [["gap", "Opportunity 0065g00000AbCdEAAV"]]
