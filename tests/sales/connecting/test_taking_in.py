"""What a connection sent is taken in once, what is wrong with it is said and can be mended."""

from dataclasses import replace

from sales.connecting.connecting import map_records, set_aside, take_in_again
from sales.importing.mapping import from_toml
from sales.models import (
    ImportRun,
    Lead,
    LeadAssignment,
    Opportunity,
    OpportunityDetail,
    Rejection,
    StageEvent,
)
from tests.sales.connecting.sending import payload, sender

LEAD = {"id": "L1", "inbound_at": "2024-03-01T09:00:00Z"}
MOVED = payload("hubspot_deal_won")


def deal(number: int, **changed) -> list[dict]:
    return [event | {"objectId": number, **changed} for event in payload("hubspot_deal_made")]


def test_another_programs_batch_goes_the_way_of_the_api(program):
    program.send({"kind": "leads", "rows": [LEAD]})
    program.send({"kind": "leads", "rows": [LEAD, LEAD | {"id": "L2", "name": "Mara"}]})

    runs = program.connection.import_runs.order_by("pk")
    assert [(run.created, run.unchanged) for run in runs] == [(1, 0), (1, 1)]
    assert {run.channel for run in runs} == {ImportRun.Channel.WEBHOOK}
    assert {(run.source, run.file_name) for run in runs} == {("crm", "Our daya")}


def test_many_messages_are_taken_in_together(hubspot):
    for number in range(30):
        assert hubspot.post(deal(number)).status_code == 202

    hubspot.take_in()

    assert Opportunity.objects.count() == 30
    assert hubspot.connection.import_runs.get().created == 30
    assert not hubspot.connection.messages.waiting().exists()


def test_a_rejected_row_says_in_which_message_it_came(hubspot):
    hubspot.send(deal(1), [event | {"propertyValue": "a third"} for event in MOVED])

    rejection = Rejection.objects.get()
    assert (rejection.column, rejection.value, rejection.code) == (
        "stage",
        "a third",
        "unknown_stage",
    )
    assert '"stage": "a third"' in rejection.row
    assert rejection.message == hubspot.connection.messages.first()
    assert [message.state for message in hubspot.connection.messages.all()] == ["troubled", "taken"]


def test_once_the_mapping_knows_a_stage_what_was_rejected_comes_in(hubspot):
    hubspot.send([event | {"propertyValue": "a third"} for event in MOVED])
    mapping = from_toml(hubspot.connection.mappings.get(kind="stage_events").toml)

    map_records(
        hubspot.connection,
        replace(mapping, stages={**mapping.stages, "a third": "Contract Sent"}),
    )
    hubspot.take_in()

    assert StageEvent.objects.get().stage.name == "Contract Sent"
    assert not hubspot.connection.messages.troubled().exists()


def test_taken_in_again_everything_else_stays_as_it_was(hubspot, ben):
    hubspot.send(deal(1), deal(2))
    owner = deal(3)[1] | {"propertyName": "hubspot_owner_id", "propertyValue": "77"}
    hubspot.send([*deal(3), owner])
    assert Opportunity.objects.count() == 2

    ben.external_id = "77"
    ben.save()
    assert take_in_again(hubspot.connection) == 1
    hubspot.take_in()

    assert Opportunity.objects.count() == 3
    assert Opportunity.objects.get(external_id="3").owners.get().person == ben
    assert StageEvent.objects.count() == 3


def test_what_nobody_can_mend_is_set_aside(salesforce):
    salesforce.send("salesforce_gap")

    assert set_aside(salesforce.connection) == 1

    assert take_in_again(salesforce.connection) == 0
    assert salesforce.connection.messages.get().state == "aside"


def test_a_change_of_what_a_file_brought_needs_no_more_than_itself(acme, program):
    program.send(
        {
            "kind": "stage_events",
            "pipeline": {"name": "Sales"},
            "rows": [
                {"id": "1148450", "stage": "Qualified", "at": "2024-03-01T09:00:00Z", "name": "A"}
            ],
        },
        {"kind": "leads", "rows": [LEAD | {"id": "601"}]},
    )
    hubspot = sender(acme, "hubspot", source="crm")
    named = payload("hubspot_deal_made")[1]
    contact = payload("hubspot_contact")[1]

    hubspot.send([named], [contact])

    assert OpportunityDetail.objects.in_force().get().name == "Pompa untuk pabrik"
    assert StageEvent.objects.in_force().get().stage.name == "Qualified"
    assert Lead.objects.get().details.in_force().get().name == "Mara"


def test_what_says_too_little_waits_for_more(hubspot):
    hubspot.send([payload("hubspot_deal_made")[1]])

    assert hubspot.connection.messages.get().state == "taken"
    assert hubspot.connection.records.filter(complete=False).count() == 1
    assert not Opportunity.objects.exists()


def test_what_was_deleted_before_it_was_ever_known_waits_for_nothing(hubspot):
    hubspot.send(payload("hubspot_others")[2:3])

    assert not hubspot.connection.records.filter(complete=False).exists()


def test_a_mapping_that_no_longer_fits_its_pipeline_is_said_and_nothing_is_lost(hubspot):
    hubspot.send(deal(1))
    mapping = from_toml(hubspot.connection.mappings.get(kind="stage_events").toml)
    map_records(
        hubspot.connection,
        replace(mapping, pipeline_stages=("Other",), stages={"appointmentscheduled": "Other"}),
    )

    hubspot.send(deal(2))

    message = hubspot.connection.messages.first()
    assert message.state == "troubled"
    assert [code for code, _about in message.complaints] == ["undeliverable"]

    map_records(hubspot.connection, mapping)
    hubspot.take_in()
    assert Opportunity.objects.count() == 2


def test_two_organisations_send_the_same_ids_and_neither_changes_the_other(hubspot, stranger):
    theirs = sender(stranger.organisation, "hubspot")
    hubspot.send("hubspot_deal_made")

    theirs.send([event | {"propertyValue": "closedlost"} for event in MOVED])
    theirs.send(payload("hubspot_others")[1:])

    mine = Opportunity.objects.get(organisation=hubspot.connection.organisation)
    assert mine.events.in_force().get().kind == "open"
    assert not mine.details.in_force().get().merged_into


def test_values_that_no_text_can_hold_are_shown_and_harm_nothing(hubspot):
    events = deal(1)
    events[1]["propertyValue"] = "a\0b\ud800"

    hubspot.send(events)

    assert OpportunityDetail.objects.in_force().get().name == "a�b�"


def test_beside_the_pipeline_of_another_crm_a_connection_has_its_own(acme, program):
    program.send(
        {
            "kind": "stage_events",
            "pipeline": {"name": "Sales"},
            "rows": [{"id": "D1", "stage": "Qualified", "at": "2024-03-01T09:00:00Z"}],
        }
    )

    hubspot = sender(acme, "hubspot", source="hubspot")
    hubspot.send(deal(1))

    assert Opportunity.objects.get(external_id="1").pipeline.name == "HubSpot"
    assert not hubspot.connection.messages.troubled().exists()


def test_a_connection_begins_with_the_stages_that_files_of_its_source_brought(acme, program):
    stages = ["First contact", "Qualified", "Proposal"]
    program.send(
        {
            "kind": "stage_events",
            "pipeline": {"name": "Sales", "stages": stages},
            "stages": {"Deal done": "won"},
            "rows": [{"id": "D1", "stage": "Deal done", "at": "2024-03-01T09:00:00Z"}],
        }
    )

    made = sender(acme, "salesforce", source="crm").connection

    mapping = from_toml(made.mappings.get(kind="stage_events").toml)
    assert list(mapping.pipeline_stages) == stages
    assert mapping.stages["Deal done"] == mapping.stages["Closed Won"] == "won"


def contact(name: str, value: str, at: int) -> list[dict]:
    event = payload("hubspot_contact")[0] | {"propertyName": name, "propertyValue": value}
    return [event | {"occurredAt": 1_709_283_600_000 + at * 1000}]


def test_a_holder_who_is_nobody_is_said_until_somebody_is(hubspot, ben):
    hubspot.send(contact("hubspot_owner_id", "9", 60), contact("createdate", "1709283600000", 90))

    for _attempt in range(2):
        rejection = Rejection.objects.latest("pk")
        assert (rejection.code, rejection.message.state) == ("unknown_owner", "troubled")
        take_in_again(hubspot.connection)
        hubspot.take_in()

    ben.external_id = "9"
    ben.save()
    take_in_again(hubspot.connection)
    hubspot.take_in()
    assert LeadAssignment.objects.in_force().get().person == ben
    assert not hubspot.connection.messages.troubled().exists()


def test_every_holder_is_known_who_held_it_before_the_lead_was(hubspot, ana, ben):
    hubspot.send(contact("hubspot_owner_id", ana.email, 60))
    hubspot.send(contact("hubspot_owner_id", ben.email, 120))

    hubspot.send(contact("createdate", "1709283600000", 0))

    holders = LeadAssignment.objects.in_force().order_by("from_at")
    assert [each.person for each in holders] == [ana, ben]


def test_numbers_for_names_are_texts(program):
    rows = [{"id": "D1", "stage": "A", "at": "2024-03-01T09:00:00Z"}]
    pipeline = {"name": 5, "stages": ["A", 2]}

    program.send({"kind": "stage_events", "rows": rows, "pipeline": pipeline})

    assert Opportunity.objects.get().pipeline.name == "5"
