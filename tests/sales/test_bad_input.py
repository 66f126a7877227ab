"""What cannot be taken is named with line, column, value and reason; nothing is half-written."""

import pytest

from sales.importing.committing import NotCommittable, commit
from sales.importing.problems import REASONS, UnreadableFile
from sales.models import ImportRun, Opportunity
from tests import world
from tests.sales.runs import DEALS, deals, imported, log, opportunities, planned

GOOD = "D1,Deal,100,Ben,Won,2024-01-01,2024-01-02,2024-02-01"
BAD_ROWS = {
    "unparsable_date": ("D2,,1,Ben,Won,2024-01-01,2024-01-02,soon", "closed", "soon"),
    "negative_amount": ("D2,,-5,Ben,Won,2024-01-01,2024-01-02,2024-02-01", "amount", "-5"),
    "unparsable_amount": ("D2,,lots,Ben,Won,2024-01-01,2024-01-02,2024-02-01", "amount", "lots"),
    "unknown_stage": ("D2,,1,Ben,Nirvana,2024-01-01,2024-01-02,", "stage", "Nirvana"),
    "unknown_owner": ("D2,,1,Nobody,Won,2024-01-01,2024-01-02,2024-02-01", "owner", "Nobody"),
    "owner_without_team": ("D2,,1,Loner,Won,2024-01-01,2024-01-02,2024-02-01", "owner", "Loner"),
    "duplicate_id": ("D1,,1,Ben,Won,2024-01-01,2024-01-02,2024-02-01", "id", "D1"),
    "event_before_creation": (
        "D2,,1,Ben,Won,2024-03-01,2024-03-02,2024-02-01",
        "closed",
        "2024-02-01",
    ),
    "event_in_future": ("D2,,1,Ben,Won,2024-01-01,2024-01-02,2094-02-01", "closed", "2094-02-01"),
    "closed_without_date": ("D2,,1,Ben,Won,2024-01-01,2024-01-02,", "closed", ""),
    "missing_value": (",,1,Ben,Won,2024-01-01,2024-01-02,2024-02-01", "id", ""),
    "wrong_cell_count": ("D2,too,few", "", "D2,too,few"),
}


@pytest.fixture
def people(acme, north, ben):
    world.person(None, "Loner", organisation=acme)
    return acme


@pytest.mark.parametrize("code", BAD_ROWS)
def test_a_bad_row_is_named_and_nothing_is_written(code, people):
    row, column, value = BAD_ROWS[code]

    run = planned(people, deals(GOOD, row))

    found = run.rejections.get()
    assert (found.line, found.column, found.value, found.code) == (3, column, value, code)
    assert found.reason
    with pytest.raises(NotCommittable):
        commit(run)
    assert not Opportunity.objects.exists()


@pytest.mark.parametrize("code", BAD_ROWS)
def test_the_rest_is_imported_where_an_admin_says_so(code, people):
    row, _column, _value = BAD_ROWS[code]

    run = imported(people, deals(GOOD, row), valid_only=True)

    assert (run.state, run.created, run.rejected) == (ImportRun.State.COMMITTED, 1, 1)
    assert opportunities(people) == ["D1"]


def test_every_problem_of_a_row_is_named(people):
    run = planned(people, deals("D2,,-5,Nobody,Won,2024-01-01,2024-01-02,soon"))

    assert set(run.rejections.values_list("code", flat=True)) == {
        "negative_amount",
        "unknown_owner",
        "unparsable_date",
    }
    assert run.rejected == 1


def test_an_ambiguous_day_and_month_is_asked_about_never_guessed(people):
    mapping = DEALS.replace('[dates]\nformat = "iso"\n', "")

    run = planned(people, deals("D1,,1,Ben,Won,01/02/2024,02/02/2024,03/04/2024"), mapping)

    assert run.state == ImportRun.State.FAILED
    assert "created" in run.failure
    assert not run.rejections.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 40, "not_text"),
        (("c" + ",c" * 1_000_000).encode(), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_whole(content, code, people):
    if code == "empty_file":
        with pytest.raises(UnreadableFile, match="empty"):
            planned(people, content)
        return

    run = planned(people, content)

    assert run.state == ImportRun.State.FAILED
    assert str(REASONS[code]) in run.failure
    assert not Opportunity.objects.exists()


def test_an_unknown_column_is_named(people):
    run = planned(people, log("D1,First contact,2024-01-01"))

    assert run.state == ImportRun.State.FAILED
    assert "“id”" in run.failure


def test_an_owner_of_another_organisation_is_nobody_here(people, stranger):
    run = planned(people, deals(f"D1,,1,{stranger.email},Won,2024-01-01,2024-01-02,2024-02-01"))

    assert run.rejections.get().code == "unknown_owner"
