"""A batch of rows is checked, compared and written as a file's rows are."""

import pytest

from sales.importing.undoing import undo
from sales.models import ImportRun, Opportunity, OpportunityDetail, StageEvent
from tests.api.asking import faults, outcomes

WON = {"id": "D1", "stage": "won", "closed_at": "2024-03-20T16:30:00+01:00"}


def test_each_row_is_answered_with_what_became_of_it(crm):
    crm.send("opportunities/", WON, {"id": "D2", "stage": "Proposal"})

    answer = crm.send(
        "opportunities/",
        WON,
        {"id": "D2", "stage": "Qualified"},
        {"id": "D3", "stage": "Qualified"},
        {"id": "D4", "stage": "Nowhere"},
        {"id": "D5", "stage": "ignore"},
    )

    assert outcomes(answer) == ["unchanged", "updated", "created", "rejected", "ignored"]
    assert faults(answer, 3) == [("stage", "unknown_stage")]
    counts = ("created", "updated", "unchanged", "ignored", "rejected")
    assert [answer[name] for name in counts] == [1] * 5


def test_the_good_half_of_a_batch_is_taken_in(crm):
    bad = [{"id": f"B{n}", "stage": "won"} for n in range(5)]
    good = [WON | {"id": f"G{n}"} for n in range(5)]

    answer = crm.send("opportunities/", *bad, *good)

    assert outcomes(answer) == ["rejected"] * 5 + ["created"] * 5
    assert set(Opportunity.objects.values_list("external_id", flat=True)) == {
        f"G{n}" for n in range(5)
    }


def test_a_field_that_is_left_out_keeps_its_value_and_null_empties_it(crm):
    crm.send("opportunities/", WON | {"name": "Pumps", "account": "Mill", "amount": "10.50"})

    answer = crm.send("opportunities/", WON | {"account": None})

    assert outcomes(answer) == ["updated"]
    detail = OpportunityDetail.objects.in_force().get()
    assert (detail.name, detail.account, detail.amount) == ("Pumps", "", 1050)


def test_rows_of_one_batch_may_name_different_fields(crm):
    crm.send("leads/", *({"id": f"L{n}", "inbound_at": AT, "name": "Mara"} for n in range(2)))

    answer = crm.send(
        "leads/",
        {"id": "L0", "inbound_at": AT, "origin": "web"},
        {"id": "L1", "inbound_at": AT, "name": "Mira"},
    )

    assert outcomes(answer) == ["updated", "updated"]
    names = {row["id"]: (row["name"], row["origin"]) for row in listed(crm, "leads/")}
    assert names == {"L0": ("Mara", "web"), "L1": ("Mira", "")}


def test_when_stages_were_entered_is_an_object(crm):
    crm.send("opportunities/", WON | {"entered": {"First contact": "2024-03-01T09:00:00Z"}})

    (first, _won) = StageEvent.objects.in_force().order_by("at")
    assert (first.to_pos, first.at.isoformat()) == (1, "2024-03-01T09:00:00+00:00")


def test_rows_of_one_batch_may_name_different_stages(crm):
    both = {"First contact": "2024-03-01T09:00:00Z", "Qualified": "2024-03-02T09:00:00Z"}
    later = {"Qualified": "2024-03-04T09:00:00Z"}
    crm.send("opportunities/", *(WON | {"id": name, "entered": both} for name in "ABC"))

    answer = crm.send(
        "opportunities/",
        WON | {"id": "A", "entered": {"First contact": None}},
        WON | {"id": "B", "entered": later},
        WON | {"id": "C"},
    )

    assert outcomes(answer) == ["updated", "updated", "unchanged"]
    assert {name: entered(name) for name in "ABC"} == {
        "A": {"Qualified": both["Qualified"]},
        "B": both | later,
        "C": both,
    }


@pytest.mark.parametrize("amount", ["1250.50", 1250.5])
def test_an_amount_is_a_text_or_a_number(crm, amount):
    crm.send("opportunities/", WON | {"amount": amount})

    assert OpportunityDetail.objects.in_force().get().amount == 125_050


def test_leads_their_owners_and_what_was_done_with_them(crm, ben):
    crm.send("leads/", {"id": "L1", "inbound_at": AT})
    given = {"lead": "L1", "owner": ben.email, "at": "2024-03-01T09:05:00Z"}
    called = {"id": "A1", "activity": "call", "lead": "L1", "at": "2024-03-01T09:20:00Z"}

    assert outcomes(crm.send("lead-assignments/", given, given | {"lead": "L2"})) == [
        "created",
        "rejected",
    ]
    assert outcomes(crm.send("activities/", called, called | {"id": "A2", "lead": None})) == [
        "created",
        "rejected",
    ]
    assert outcomes(crm.send("lead-assignments/", given)) == ["unchanged"]
    assert outcomes(crm.send("activities/", called | {"activity": "email"})) == ["updated"]


def test_every_line_of_a_log_has_its_outcome(crm):
    first = {"id": "D1", "stage": "First contact", "at": "2024-03-01T09:00:00Z", "event_id": "E1"}
    lost = {"id": "D1", "stage": "lost", "at": "2024-03-05T09:00:00Z", "event_id": "E2"}
    crm.send("stage-events/", first)

    answer = crm.send(
        "stage-events/", first, lost | {"loss_reason": "price"}, first | {"at": "tomorrow"}
    )

    assert outcomes(answer) == ["unchanged", "created", "rejected"]
    assert outcomes(crm.send("stage-events/", lost | {"loss_reason": "time"})) == ["updated"]


def test_a_batch_is_an_import_that_can_be_undone(crm):
    crm.send("opportunities/", WON | {"name": "Pumps"})
    number = crm.send("opportunities/", WON | {"name": "Valves"})["import"]

    run = ImportRun.objects.get(pk=number)
    undo(run)

    assert (run.channel, run.api_key) == (ImportRun.Channel.API, crm.key)
    assert OpportunityDetail.objects.in_force().get().name == "Pumps"


AT = "2024-03-01T09:00:00Z"


def entered(name: str) -> dict[str, str]:
    """When the opportunity entered each stage, by what is believed."""
    events = StageEvent.objects.in_force().filter(opportunity__external_id=name, kind="open")
    return {
        event.stage.name: event.at.isoformat().replace("+00:00", "Z")
        for event in events.select_related("stage")
    }


def listed(crm, path: str, **query: object) -> list[dict]:
    answer = crm.get(path, **query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]
