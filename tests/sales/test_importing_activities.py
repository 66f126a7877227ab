"""Activities come in from a file: what was done, when, by whom, on a lead or an opportunity."""

import pytest

from tests import world
from tests.sales.crm import counts, written
from tests.sales.lead_files import ACTIVITIES, LEADS, activity, imported

MEANINGS = {
    "Outgoing mail": "email",
    "Incoming mail": "email/inbound",
    "Sequence": "email/automated",
    "WhatsApp": "message",
    "Demo booked": "meeting",
    "Stage moved": "status",
    "Task": "ignore",
}


@pytest.fixture(autouse=True)
def known(acme, ben):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,", "L2,Ole,2024-03-04,,")


def test_the_mapping_says_what_each_value_means(acme):
    rows = [f"{n},{value},2024-03-05,L1,," for n, value in enumerate([*MEANINGS, "Call"])]

    run = imported(acme, ACTIVITIES, *rows, meanings=MEANINGS)

    found = [activity(acme, str(n)) for n in (0, 1, 2, 3, 4, 5, 7)]
    assert counts(run) == {"created": 7, "ignored": 1}
    assert [(each.kind, each.direction, each.automated) for each in found] == [
        ("email", "outbound", False),
        ("email", "inbound", False),
        ("email", "outbound", True),
        ("message", "outbound", False),
        ("meeting", "outbound", False),
        ("status", "outbound", False),
        ("call", "outbound", False),
    ]


def test_columns_say_direction_and_automation_too(acme):
    header = f"{ACTIVITIES},Direction,Automated"

    imported(
        acme, header,
        "A,call,2024-03-05,L1,,,Inbound,", "B,email,2024-03-05,L1,,,OUT,yes",
        "C,email/inbound,2024-03-05,L1,,,,no",
    )  # fmt: skip

    found = [activity(acme, each) for each in "ABC"]
    assert [(each.direction, each.automated) for each in found] == [
        ("inbound", False), ("outbound", True), ("inbound", False),
    ]  # fmt: skip


def test_who_did_it_is_kept_as_told_and_as_a_person_if_known(acme, ben):
    imported(
        acme, ACTIVITIES, "A,call,2024-03-05,L1,,Ben", "B,call,2024-03-05,L1,,Robot",
        "C,call,2024-03-05,L1,,",
    )  # fmt: skip

    found = [activity(acme, each) for each in "ABC"]
    assert [(each.actor, each.person) for each in found] == [
        ("Ben", ben), ("Robot", None), ("", None),
    ]  # fmt: skip


def test_it_is_on_a_lead_or_on_an_opportunity(acme, ben):
    deal = world.deal(acme, ben)

    imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,", f"B,call,2024-03-05,,{deal.external_id},")

    on_lead, on_deal = activity(acme, "A"), activity(acme, "B")
    assert (on_lead.lead.external_id, on_lead.opportunity) == ("L1", None)
    assert (on_deal.lead, on_deal.opportunity) == (None, deal)


@pytest.mark.parametrize("what", ["email/inbound", "email/automated", "note", "status"])
def test_what_is_no_answer_may_be_older_than_the_lead(acme, what):
    run = imported(acme, ACTIVITIES, f"A,{what},2024-03-01,L1,,")

    assert counts(run) == {"created": 1}


def test_the_same_file_again_appends_nothing(acme):
    rows = ["A,call,2024-03-05,L1,,Ben", "B,note,2024-03-05,L2,,"]
    imported(acme, ACTIVITIES, *rows)
    before = written(acme)

    again = imported(acme, ACTIVITIES, *rows)

    assert counts(again) == {"unchanged": 2}
    assert written(acme) == before


@pytest.mark.parametrize(
    "row",
    [
        "A,email,2024-03-05,L1,,Ben",
        "A,call,2024-03-06,L1,,Ben",
        "A,call,2024-03-05,L2,,Ben",
        "A,call,2024-03-05,L1,,",
    ],
)
def test_a_correction_voids_and_appends(acme, row):
    imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,Ben")
    before = written(acme)

    run = imported(acme, ACTIVITIES, row)

    after = written(acme)
    assert counts(run) == {"updated": 1}
    assert len(after) == len(before) + 1
    assert sum(each["voided_by_id"] == run.pk for each in after.values()) == 1


def test_a_deleted_activity_stays_and_says_so(acme):
    header = f"{ACTIVITIES},Deleted"
    imported(acme, header, "A,call,2024-03-05,L1,,,no")

    imported(acme, header, "A,call,2024-03-05,L1,,,yes")

    assert activity(acme, "A").deleted
