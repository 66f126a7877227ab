"""Leads come in from a file: when each arrived, whether it counts, what became of it."""

import pytest

from tests.sales.crm import counts, local, written
from tests.sales.lead_files import LEADS, imported, lead, planned

HEADER = (
    "Id,Name,Company,Lead Source,Inbound At,Needs Response,Left Out,Merged Into,Deleted,Closed At,"
    "Closing Reason,Opportunity Id"
)
FULL = (
    "L1,Mara,Harbour,web form,2024-03-04T09:00+01:00,no,spam,L0,yes,2024-03-06T10:00+01:00,"
    "not a fit,O7"
)


def test_everything_a_row_says(acme):
    run = imported(acme, HEADER, FULL)

    found = lead(acme, "L1")
    assert counts(run) == {"created": 1}
    assert (found.name, found.account, found.origin) == ("Mara", "Harbour", "web form")
    assert local(acme, found.inbound_at) == "2024-03-04 09:00"
    assert local(acme, found.closed_at) == "2024-03-06 10:00"
    assert (found.needs_response, found.deleted) == (False, True)
    assert (found.left_out, found.merged_into) == ("spam", "L0")
    assert (found.closing_reason, found.opportunity) == ("not a fit", "O7")


def test_what_a_row_does_not_say(acme):
    imported(acme, HEADER, "L1,,,,2024-03-04T09:00+01:00,,,,,,,")

    found = lead(acme, "L1")
    assert found.needs_response
    assert (found.left_out, found.deleted, found.closed_at) == ("", False, None)


def test_the_same_file_again_appends_nothing(acme):
    imported(acme, HEADER, FULL)
    before = written(acme)

    again = imported(acme, HEADER, FULL)

    assert counts(again) == {"unchanged": 1}
    assert written(acme) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("Mara", "Mira"), ("no,spam", "yes,spam"), ("spam", ""), ("09:00", "09:01"), ("O7", "")],
)
def test_a_change_voids_and_appends(acme, old, new):
    first = imported(acme, HEADER, FULL)
    before = written(acme)

    run = imported(acme, HEADER, FULL.replace(old, new))

    voided = {key for key, row in written(acme).items() if row["voided_by_id"] == run.pk}
    assert counts(run) == {"updated": 1}
    assert voided == before.keys()
    assert before[next(iter(before))]["recorded_by_id"] == first.pk


def test_a_column_that_is_not_mapped_keeps_what_it_was(acme):
    imported(acme, HEADER, FULL)

    run = imported(acme, "Id,Inbound At", "L1,2024-03-04T09:00+01:00")

    assert counts(run) == {"unchanged": 1}
    assert lead(acme, "L1").left_out == "spam"


def test_the_mapping_says_which_values_leave_a_lead_out(acme):
    meanings = {"Junk": "spam", "Open": "counted", "Partner": "ignore"}
    rows = [f"L{n},2024-03-04,{value}" for n, value in enumerate([*meanings, "Duplicate", ""])]

    run = imported(acme, "Id,Inbound At,Left Out", *rows, meanings=meanings)

    assert counts(run) == {"created": 4, "ignored": 1}
    assert [lead(acme, each).left_out for each in ("L0", "L1", "L3", "L4")] == [
        "spam", "", "duplicate", "",
    ]  # fmt: skip


def test_closed_on_the_very_day_is_not_before_it_came_in(acme):
    imported(acme, LEADS, "L1,Mara,2024-03-04T09:00+01:00,2024-03-04,")

    assert lead(acme, "L1").closed_at == lead(acme, "L1").inbound_at


def test_a_plan_shows_what_would_come_and_writes_nothing(acme):
    run = planned(acme, LEADS, "L1,Mara,2024-03-04T09:00+01:00,,", "L2,Ole,2024-03-05,,")

    assert counts(run) == {"created": 2}
    assert [(row["id"], row["outcome"]) for row in run.sample] == [
        ("L1", "created"), ("L2", "created"),
    ]  # fmt: skip
    assert run.sample[0]["shown"]["name"] == "Mara"
    assert written(acme) == {}


def test_an_id_belongs_to_its_source_and_organisation(acme, stranger):
    row = "L1,Mara,2024-03-04,,"
    other = stranger.organisation
    imported(acme, LEADS, row)

    runs = [imported(acme, LEADS, row, source="other"), imported(other, LEADS, row)]
    imported(other, LEADS, "L1,Ole,2024-03-04,,")

    assert [counts(run) for run in runs] == [{"created": 1}] * 2
    assert acme.leads.count() == 2
    assert set(acme.leads.values_list("details__name", flat=True)) == {"Mara"}
