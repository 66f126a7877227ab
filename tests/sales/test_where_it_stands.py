"""A row for each opportunity says where it stands now; the newest file has the last word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sales.models import StageEvent
from tests.sales.crm import counts, imported, local, planned, rejections, steps, story

HEADER = "Id,Stage,Contacted,Proposed,Closed"
DATES = "Id,Stage,Created,Contacted,Closed"


def test_a_stage_without_its_date_is_seen_at_the_import(acme):
    before = timezone.now()

    imported(acme, "Id,Stage", "A,Qualified")

    event = StageEvent.objects.get()
    assert before <= event.at <= timezone.now()
    assert (event.kind, event.to_pos, event.stage.name) == ("open", 2, "Qualified")


def test_a_stage_with_its_date_was_entered_then(acme):
    imported(acme, HEADER, "A,Proposal,2024-01-05,2024-01-08,")

    assert story(acme, "A") == [
        ("First contact", "2024-01-05 00:00", ""),
        ("Proposal", "2024-01-08 00:00", ""),
    ]


def test_a_stage_it_went_back_to_is_where_it_stands(acme):
    imported(acme, HEADER, "A,First contact,2024-01-05,2024-01-08,")

    assert steps(acme, "A") == ["First contact", "Proposal", "First contact"]


def test_before_first_contact_nothing_has_happened(acme):
    run = imported(acme, HEADER, "A,Backlog,,,")

    assert counts(run) == {"created": 1}
    assert story(acme, "A") == []


def test_a_close_on_the_day_of_an_import_that_saw_it_open_ends_it(acme):
    today = local(acme, timezone.now())[:10]
    imported(acme, HEADER, "A,Qualified,2024-01-05,,")

    imported(acme, HEADER, f"A,Won,2024-01-05,,{today}")

    assert steps(acme, "A") == ["First contact", "won"]


def test_open_after_its_close_it_was_opened_again(acme):
    imported(acme, HEADER, "A,Won,2024-01-05,,2024-02-01")

    imported(acme, HEADER, "A,Proposal,2024-01-05,,")

    assert steps(acme, "A") == ["First contact", "won", "Proposal"]


def test_closed_again_after_that_both_closes_are_history(acme):
    tomorrow = timezone.now() + timedelta(days=1)
    imported(acme, HEADER, "A,Won,2024-01-05,,2024-02-01")
    imported(acme, HEADER, "A,Proposal,2024-01-05,,")
    StageEvent.objects.filter(external_id="seen").update(at=tomorrow - timedelta(days=90))
    lately = local(acme, tomorrow - timedelta(days=30))

    imported(acme, HEADER, f"A,Lost,2024-01-05,,{lately}")

    assert steps(acme, "A") == ["First contact", "won", "Proposal", "lost"]


def test_a_corrected_close_date_replaces_the_close(acme):
    imported(acme, HEADER, "A,Won,2024-01-05,,2024-02-01")

    imported(acme, HEADER, "A,Won,2024-01-05,,2024-02-02")

    assert story(acme, "A")[1:] == [("won", "2024-02-02 00:00", "")]


@pytest.mark.parametrize("stage", ["Won", "Lost", "Unfit"])
def test_a_closed_opportunity_needs_its_close_date(acme, stage):
    run = planned(acme, HEADER, f"A,{stage},2024-01-05,,")

    assert rejections(run) == [(2, "Closed", "", "closed_without_date")]


def test_disqualified_by_its_stage_or_by_a_reason_the_mapping_names(acme):
    imported(
        acme,
        "Id,Stage,Closed,Reason",
        "A,Unfit,2024-02-01,budget",
        "B,Lost,2024-02-01,Duplicate",
        "C,Lost,2024-02-01,budget",
        disqualified_reasons=("Duplicate",),
    )

    reasons = [story(acme, each)[0][2] for each in "ABC"]
    assert reasons == ["disqualified", "disqualified", "budget"]


@pytest.mark.parametrize(
    "row",
    [
        "A,Won,2024-01-05 10:15,2024-01-05,2024-01-05",
        "A,Won,2024-01-05,2024-01-05 10:15,2024-01-05",
        "A,Won,2024-01-05,2024-01-05,2024-01-05",
    ],
)
def test_a_deal_of_one_day_is_closed_at_its_end_whatever_has_a_time(acme, row):
    imported(acme, DATES, row)

    assert steps(acme, "A") == ["First contact", "won"]
    assert len({at[:10] for _name, at, _reason in story(acme, "A")}) == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "A,Won,2024-01-05,2024-01-04,2024-02-01",
            (2, "Contacted", "2024-01-04", "event_before_creation"),
        ),
        (
            "A,Won,2024-01-05,,2024-01-04",
            (2, "Closed", "2024-01-04", "event_before_creation"),
        ),
        (
            "A,Won,2024-01-05 10:00,,2024-01-05 09:59",
            (2, "Closed", "2024-01-05 09:59", "event_before_creation"),
        ),
        (
            "A,Won,2024-01-05,2024-02-01,2024-01-31",
            (2, "Closed", "2024-01-31", "closed_before_stage"),
        ),
        (
            "A,Won,2024-01-05,2024-02-01,2999-01-01",
            (2, "Closed", "2999-01-01", "event_in_future"),
        ),
    ],
)
def test_dates_that_contradict_each_other_are_named(acme, row, problem):
    assert rejections(planned(acme, DATES, row)) == [problem]


def test_an_open_deal_may_expect_its_close_in_the_future(acme):
    assert counts(imported(acme, DATES, "A,Proposal,2024-01-05,,2999-01-01")) == {"created": 1}


def test_rows_of_other_pipelines_are_left_out(acme):
    run = imported(
        acme,
        "Id,Stage,Pipeline",
        "A,Proposal,Sales",
        "B,Ticket,Support",
        "C,Proposal,Renewals",
        only={"Pipeline": ("Sales", "Renewals")},
    )

    assert counts(run) == {"created": 2, "ignored": 1}
