"""Each bad row about leads is named with line, column, value and reason; the others may come in."""

import pytest

from tests.sales.crm import counts, rejections, written
from tests.sales.lead_files import (
    ACTIVITIES,
    ASSIGNMENTS,
    LEADS,
    activity,
    holders,
    imported,
    lead,
    planned,
)

BAD_LEADS = {
    "no id": (",,2024-03-04,,", ("Id", "", "missing_value")),
    "no arrival": ("A,,,,", ("Inbound At", "", "missing_value")),
    "an unparsable date": ("A,,soon,,", ("Inbound At", "soon", "unparsable_date")),
    "an arrival to come": ("A,,2999-01-01,,", ("Inbound At", "2999-01-01", "event_in_future")),
    "a close to come": (
        "A,,2024-03-04,2999-01-01,", ("Closed At", "2999-01-01", "event_in_future"),
    ),
    "closed before it came": (
        "A,,2024-03-04,2024-03-03,", ("Closed At", "2024-03-03", "closed_before_inbound"),
    ),
    "an id that stands twice": ("G,,2024-03-04,,", ("Id", "G", "duplicate_id")),
    "an endless reason": (
        f"A,,2024-03-04,2024-03-05,{'x' * 201}", ("Closing Reason", "x" * 79 + "…", "too_long"),
    ),
}  # fmt: skip
BAD_ASSIGNMENTS = {
    "an unknown lead": ("L9,Ben,2024-03-05", ("Lead", "L9", "unknown_lead")),
    "no lead": (",Ben,2024-03-05", ("Lead", "", "missing_value")),
    "an unknown owner": ("L1,Bne,2024-03-05", ("Owner", "Bne", "unknown_owner")),
    "no instant": ("L1,Ben,", ("At", "", "missing_value")),
    "an instant to come": ("L1,Ben,2999-01-01", ("At", "2999-01-01", "event_in_future")),
    "two at once": ("L1,Ana,2024-03-04", ("Lead", "L1", "assigned_twice")),
}
BAD_ACTIVITIES = {
    "an unknown lead": ("A,call,2024-03-05,L9,,", ("Lead", "L9", "unknown_lead")),
    "an unknown opportunity": (
        "A,call,2024-03-05,,O9,", ("Opportunity", "O9", "unknown_opportunity"),
    ),
    "on both": ("A,call,2024-03-05,L1,O1,", ("Opportunity", "O1", "lead_and_opportunity")),
    "on neither": ("A,call,2024-03-05,,,", ("Lead", "", "neither_lead_nor_opportunity")),
    "an unknown kind": ("A,fax,2024-03-05,L1,,", ("Activity", "fax", "unknown_activity")),
    "an unparsable date": ("A,call,soon,L1,,", ("At", "soon", "unparsable_date")),
    "an instant to come": ("A,call,2999-01-01,L1,,", ("At", "2999-01-01", "event_in_future")),
    "an answer before the question": (
        "A,call,2024-03-03T12:00Z,L1,,", ("At", "2024-03-03T12:00Z", "activity_before_lead"),
    ),
    "an id that stands twice": ("G,call,2024-03-05,L1,,", ("Id", "G", "duplicate_id")),
    "no id": (",call,2024-03-05,L1,,", ("Id", "", "missing_value")),
}  # fmt: skip


@pytest.fixture
def known(acme, ana, ben):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,")


def check(acme, header, good, bad):
    row, (column, value, code) = bad
    before = written(acme)
    run = planned(acme, header, good, row)

    assert counts(run) == {"created": 1, "rejected": 1}
    assert rejections(run) == [(3, column, value, code)]
    assert written(acme) == before

    run = imported(acme, header, good, row, valid_only=True)

    assert counts(run) == {"created": 1, "rejected": 1}


@pytest.mark.parametrize("case", BAD_LEADS)
def test_of_leads(acme, case):
    check(acme, LEADS, "G,Good,2024-03-04,,", BAD_LEADS[case])

    assert lead(acme, "G").name == "Good"


@pytest.mark.parametrize("case", BAD_ASSIGNMENTS)
def test_of_assignments(acme, known, case):
    check(acme, ASSIGNMENTS, "L1,Ben,2024-03-04", BAD_ASSIGNMENTS[case])

    assert holders(acme, "L1") == [("Ben", "2024-03-04 00:00", "")]


@pytest.mark.parametrize("case", BAD_ACTIVITIES)
def test_of_activities(acme, known, case):
    check(acme, ACTIVITIES, "G,note,2024-03-04,L1,,", BAD_ACTIVITIES[case])

    assert activity(acme, "G").kind == "note"


def test_a_direction_that_is_none(acme, known):
    run = planned(acme, f"{ACTIVITIES},Direction", "A,call,2024-03-05,L1,,,sideways")

    assert rejections(run) == [(2, "Direction", "sideways", "unknown_direction")]


def test_a_reason_to_leave_out_that_the_mapping_does_not_say(acme):
    run = planned(acme, "Id,Inbound At,Left Out", "A,2024-03-04,Junk")

    assert rejections(run) == [(2, "Left Out", "Junk", "unknown_left_out")]


def test_a_lead_merged_into_itself(acme):
    run = planned(acme, "Id,Inbound At,Merged Into", "A,2024-03-04,A")

    assert rejections(run) == [(2, "Merged Into", "A", "merged_into_itself")]


def test_a_lead_of_another_source_is_unknown(acme, ben, known):
    run = planned(acme, ASSIGNMENTS, "L1,Ben,2024-03-05", source="other")

    assert rejections(run) == [(2, "Lead", "L1", "unknown_lead")]
