"""Without a stated format dates are ISO 8601; nobody guesses what else they may be."""

import pytest

from tests.sales.crm import counts, imported, planned, rejections, story

HEADER = "Id,Stage,Closed"


def test_a_column_that_reads_both_ways_is_refused_by_name(acme):
    run = planned(acme, HEADER, "A,Won,01/02/2024", "B,Won,03/04/2024")

    assert run.state == "failed"
    assert run.reasons == [
        "line 1, column “Closed”: “01/02/2024”: Days and months of this column can be read both "
        "ways. State the date format."
    ]


@pytest.mark.parametrize("other", ["31/01/2024", "1/31/2024", "2024/01/31", "31 Jan 2024"])
def test_a_column_that_reads_one_way_is_not_guessed_either(acme, other):
    run = planned(acme, HEADER, f"A,Won,{other}")

    assert run.state == "failed"
    assert "column “Closed”" in run.reasons[0]
    assert "are not written year-month-day. State the date format." in run.reasons[0]


def test_every_date_column_is_looked_at(acme):
    run = planned(acme, "Id,Stage,Created,Contacted", "A,Proposal,2024-01-05,05/06/2024")

    assert run.state == "failed"
    assert "column “Contacted”" in run.reasons[0]


def test_one_other_date_among_iso_ones_is_that_rows_error(acme):
    run = planned(acme, HEADER, "A,Won,2024-01-05", "B,Won,01/02/2024")

    assert run.state == "planned"
    assert rejections(run) == [(3, "Closed", "01/02/2024", "unparsable_date")]


@pytest.mark.parametrize("text", ["soon", "2024-02-30"])
def test_what_is_no_date_in_any_format_is_that_rows_error(acme, text):
    run = planned(acme, HEADER, f"A,Won,{text}")

    assert rejections(run) == [(2, "Closed", text, "unparsable_date")]


def test_what_means_nothing_does_not_count(acme):
    run = imported(
        acme, HEADER, "A,Won,2024-01-05", "B,Proposal,n/a", "C,Proposal,", null_values=("n/a",)
    )

    assert counts(run) == {"created": 3}


@pytest.mark.parametrize(
    ("stated", "day"), [("dmy", "2024-02-01 00:00"), ("mdy", "2024-01-02 00:00")]
)
def test_a_stated_format_is_obeyed(acme, stated, day):
    imported(acme, HEADER, "A,Won,01/02/2024", date_format=stated)

    assert story(acme, "A") == [("won", day, "")]


def test_a_stated_zone_goes_before_the_organisations(acme):
    imported(acme, HEADER, "A,Won,2024-01-05 20:00", zone="America/New_York")

    assert story(acme, "A") == [("won", "2024-01-06 02:00", "")]
