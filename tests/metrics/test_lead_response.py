"""Lead response time (D3): what counts as an answer, by which clock, and whose it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from metrics.declared import (
    LEAD_ASSIGNMENT_LEG,
    LEAD_REP_LEG,
    LEAD_RESPONSE_MEDIAN,
    LEAD_RESPONSE_SLA,
)
from metrics.recomputing import recompute_all
from metrics.rows import EXCLUDED, PENDING
from teams import keeping_hours
from tests import world
from tests.metrics.asking import behind, counts, names, read
from tests.world import activity, lead

BERLIN = ZoneInfo("Europe/Berlin")
MARCH = "2021-03"


def berlin(text):
    return datetime.fromisoformat(f"2021-03-{text}").replace(tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def office_hours(acme):
    """Monday to Friday from nine to five, in Berlin."""
    hours = acme.root.calendar
    keeping_hours.change_calendar(
        hours, name=hours.name, zone="Europe/Berlin", weekly=keeping_hours.OFFICE_HOURS
    )
    keeping_hours.ensure_stretches(acme)


def answered(organisation, person, inbound, answer, **detail):
    made = lead(organisation, berlin(inbound), (person, berlin(inbound)), **detail)
    activity(made, berlin(answer), person=person)
    return made


@pytest.fixture
def example(acme, ben):
    answered(acme, ben, "04 10:00", "04 10:20", name="L1")
    answered(acme, ben, "05 16:30", "08 09:30", name="L2")
    answered(acme, ben, "06 11:00", "06 15:00", name="L3")
    lead(
        acme, berlin("08 12:00"), (ben, berlin("08 12:00")), closed_at=berlin("10 12:00"), name="L4"
    )
    answered(acme, ben, "10 10:00", "10 13:00", name="L5")


def test_the_worked_example(acme, example, ask):
    reading = ask(acme.root, LEAD_RESPONSE_SLA, MARCH)

    assert counts(reading) == (3, 5)
    assert (reading.low, reading.high) == pytest.approx((23.1, 88.2), abs=0.05)


def test_the_worked_examples_median_counts_those_who_were_never_answered(acme, example, ask):
    reading = ask(acme.root, LEAD_RESPONSE_MEDIAN, MARCH)

    assert reading.value == 60
    assert (reading.statistics.numerator, reading.n) == (4, 5)


def test_it_was_so_as_of_friday_evening(acme, example):
    friday = berlin("12 17:00")

    assert counts(read(acme.root, LEAD_RESPONSE_SLA, MARCH, as_of=friday)) == (3, 5)
    assert read(acme.root, LEAD_RESPONSE_MEDIAN, MARCH, as_of=friday).value == 60


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "note"},
        {"kind": "status"},
        {"automated": True},
        {"direction": "inbound"},
        {"deleted": True},
        {"at": berlin("08 11:59")},
    ],
    ids=str,
)
def test_what_is_no_answer(acme, ben, ask, said):
    made = lead(acme, berlin("08 12:00"), (ben, berlin("08 12:00")))
    activity(made, **{"at": berlin("08 12:10")} | said)

    assert counts(ask(acme.root, LEAD_RESPONSE_SLA, MARCH)) == (0, 1)


@pytest.mark.parametrize("kind", ["call", "email", "message", "meeting"])
def test_what_is_an_answer(acme, ben, ask, kind):
    made = lead(acme, berlin("08 12:00"), (ben, berlin("08 12:00")))
    activity(made, berlin("08 12:10"), kind=kind)

    assert counts(ask(acme.root, LEAD_RESPONSE_SLA, MARCH)) == (1, 1)


def test_the_target_itself_is_in_time(acme, ben, ask):
    answered(acme, ben, "08 12:00", "08 13:00")
    answered(acme, ben, "08 12:00", "08 13:00:01")

    assert counts(ask(acme.root, LEAD_RESPONSE_SLA, MARCH)) == (1, 2)


def test_an_organisations_own_target(acme, ben, ask):
    answered(acme, ben, "08 12:00", "08 12:20")
    acme.response_minutes = 15
    acme.save()

    assert counts(ask(acme.root, LEAD_RESPONSE_SLA, MARCH)) == (0, 1)


def test_a_lead_is_pending_until_its_target_has_run_out_also_if_it_was_answered(acme, ben):
    answered(acme, ben, "12 16:30", "12 16:40", name="Late on Friday")
    monday = berlin("15 09:29:59")

    reading = read(acme.root, LEAD_RESPONSE_SLA, MARCH, as_of=monday)

    assert counts(reading) == (0, 0)
    assert reading.statistics.pending == 1
    rows = behind(acme.root, LEAD_RESPONSE_SLA, MARCH, shown=PENDING, as_of=monday)
    assert names(rows) == {"Late on Friday"}
    assert counts(read(acme.root, LEAD_RESPONSE_SLA, MARCH, as_of=berlin("15 09:30"))) == (1, 1)


def test_waiting_leads_count_as_running_in_the_median(acme, ben):
    answered(acme, ben, "08 10:00", "08 10:10")
    lead(acme, berlin("08 10:00"), (ben, berlin("08 10:00")))

    soon = read(acme.root, LEAD_RESPONSE_MEDIAN, MARCH, as_of=berlin("08 10:11"))
    later = read(acme.root, LEAD_RESPONSE_MEDIAN, MARCH, as_of=berlin("08 12:00"))

    assert soon.value == later.value == 10
    assert soon.p90 is None


def test_where_half_are_never_answered_there_is_no_median(acme, ben, ask):
    answered(acme, ben, "08 10:00", "08 10:10")
    for _number in range(2):
        lead(acme, berlin("08 10:00"), (ben, berlin("08 10:00")), closed_at=berlin("08 10:05"))
        lead(acme, berlin("08 10:00"), (ben, berlin("08 10:00")))

    reading = ask(acme.root, LEAD_RESPONSE_MEDIAN, MARCH)

    assert (reading.value, reading.n) == (None, 5)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"left_out": "spam"}, "marked as spam"),
        ({"left_out": "test"}, "test record"),
        ({"left_out": "duplicate"}, "merged into another"),
        ({"merged_into": "other"}, "merged into another"),
        ({"deleted": True}, "deleted in the CRM"),
        ({"needs_response": False}, "wants no answer"),
    ],
    ids=str,
)
def test_leads_left_out_are_listed_with_their_reason(acme, ben, ask, said, why):
    answered(acme, ben, "08 12:00", "08 12:20", **said)

    reading = ask(acme.root, LEAD_RESPONSE_SLA, MARCH)

    assert (reading.n, reading.statistics.excluded) == (0, 1)
    recompute_all(acme)
    (row,) = behind(acme.root, LEAD_RESPONSE_SLA, MARCH, shown=EXCLUDED)
    assert row.why == why


def test_the_clock_is_that_of_whom_it_was_given_to_first(acme, north, ben):
    dan = world.person(north, "Dan")
    hours = keeping_hours.add_calendar(
        acme, name="Evenings", zone="Europe/Berlin", weekly=[[(18 * 60, 22 * 60)]] * 7
    )
    keeping_hours.work_by(dan, calendar=hours)
    keeping_hours.ensure_stretches(acme)
    made = lead(acme, berlin("08 12:00"), (dan, berlin("08 12:00")), (ben, berlin("08 14:00")))
    activity(made, berlin("08 18:30"), person=ben)

    now = berlin("12 17:00")
    assert counts(read(acme.root, LEAD_RESPONSE_SLA, MARCH, as_of=now)) == (1, 1)
    assert read(acme.root, LEAD_RESPONSE_MEDIAN, MARCH, as_of=now).value == 30


def test_a_team_without_hours_of_its_own_works_by_those_of_the_team_above(acme, north, ben):
    hours = keeping_hours.add_calendar(
        acme, name="Evenings", zone="Europe/Berlin", weekly=[[(18 * 60, 22 * 60)]] * 7
    )
    keeping_hours.work_by(north, calendar=hours)
    keeping_hours.ensure_stretches(acme)
    below = world.team(north, "Below")
    world.person(below, "Eve")
    eve = below.memberships.get().person
    answered(acme, eve, "08 12:00", "08 18:30")

    assert read(acme.root, LEAD_RESPONSE_MEDIAN, MARCH, as_of=berlin("12 17:00")).value == 30


def test_legs_add_up(acme, north, ben, ask):
    made = lead(acme, berlin("08 10:00"), (ben, berlin("08 10:40")))
    activity(made, berlin("08 11:30"))
    answered_before = lead(acme, berlin("08 10:00"), (ben, berlin("08 12:00")))
    activity(answered_before, berlin("08 10:20"))

    given = ask(acme.root, LEAD_ASSIGNMENT_LEG, MARCH)
    rest = ask(acme.root, LEAD_REP_LEG, MARCH)

    assert given.mean == (40 + 20) / 2
    assert rest.mean == (50 + 0) / 2


def test_legs_leave_out_what_was_never_answered_or_given_to_anybody(acme, ben, ask):
    lead(acme, berlin("08 10:00"), (ben, berlin("08 10:40")), name="Waits")
    activity(lead(acme, berlin("08 10:00"), name="Nobody’s"), berlin("08 10:20"))

    assert ask(acme.root, LEAD_REP_LEG, MARCH).n == 0
    recompute_all(acme)
    rows = behind(acme.root, LEAD_REP_LEG, MARCH, shown=EXCLUDED)
    assert {row.name: row.why for row in rows} == {
        "Waits": "not answered", "Nobody’s": "given to nobody",
    }  # fmt: skip


def test_a_lead_counts_for_who_had_it_when_it_was_answered(acme, north, south, ben, ask):
    sam = world.person(south, "Sam")
    made = lead(acme, berlin("08 10:00"), (ben, berlin("08 10:00")), (sam, berlin("08 10:30")))
    activity(made, berlin("08 10:40"), person=ben)

    assert counts(ask(south, LEAD_RESPONSE_SLA, MARCH)) == (1, 1)
    assert counts(ask(north, LEAD_RESPONSE_SLA, MARCH)) == (0, 0)


def test_an_unanswered_lead_counts_for_who_has_it_now(acme, north, south, ben, ask):
    sam = world.person(south, "Sam")
    lead(acme, berlin("08 10:00"), (ben, berlin("08 10:00")), (sam, berlin("10 10:30")))

    assert counts(ask(south, LEAD_RESPONSE_SLA, MARCH, rep=sam)) == (0, 1)
    assert counts(ask(north, LEAD_RESPONSE_SLA, MARCH)) == (0, 0)


def test_an_organisation_that_has_only_leads_has_numbers_to_look_at(acme, cora, example, signed_in):
    recompute_all(acme)

    page = signed_in(cora).get("/teams/acme/acme/", {"period": MARCH})

    assert "60.0" in page.content.decode()
    assert page.context["choices"]
