"""Facts are voided and appended, never edited; the same file again appends nothing."""

import pytest

from sales.importing.committing import NotCommittable, commit
from tests.sales.crm import counts, detail, imported, planned, steps, story, written

HEADER = "Id,Name,Account,Amount,Owner,Stage,Contacted,Closed,Reason"
ROW = "A,Alpha,Acme,5,Ben,Lost,2024-01-05,2024-02-05,price"
VOIDED = ("voided_at", "voided_by_id")

CHANGES = {
    "name": "A,Omega,Acme,5,Ben,Lost,2024-01-05,2024-02-05,price",
    "amount": "A,Alpha,Acme,6,Ben,Lost,2024-01-05,2024-02-05,price",
    "no amount": "A,Alpha,Acme,,Ben,Lost,2024-01-05,2024-02-05,price",
    "owner": "A,Alpha,Acme,5,Ana,Lost,2024-01-05,2024-02-05,price",
    "no owner": "A,Alpha,Acme,5,,Lost,2024-01-05,2024-02-05,price",
    "close date": "A,Alpha,Acme,5,Ben,Lost,2024-01-05,2024-02-06,price",
    "first contact": "A,Alpha,Acme,5,Ben,Lost,2024-01-06,2024-02-05,price",
    "no first contact": "A,Alpha,Acme,5,Ben,Lost,,2024-02-05,price",
    "reason": "A,Alpha,Acme,5,Ben,Lost,2024-01-05,2024-02-05,timing",
    "outcome": "A,Alpha,Acme,5,Ben,Won,2024-01-05,2024-02-05,",
    "open again": "A,Alpha,Acme,5,Ben,Proposal,2024-01-05,,",
    "not begun": "A,Alpha,Acme,5,Ben,Backlog,,,",
}


@pytest.fixture
def first(acme, ana, ben):
    return imported(acme, HEADER, ROW)


def test_what_was_created_is_counted(first):
    assert counts(first) == {"created": 1}


def test_facts_say_which_import_wrote_them(acme, first):
    assert {row["recorded_by_id"] for row in written(acme).values()} == {first.pk}


def test_the_same_file_again_appends_nothing(acme, first):
    before = written(acme)

    again = imported(acme, HEADER, ROW)

    assert counts(again) == {"unchanged": 1}
    assert written(acme) == before


@pytest.mark.parametrize("change", CHANGES)
def test_an_edited_row_edits_no_fact(acme, first, change):
    before = written(acme)

    run = imported(acme, HEADER, CHANGES[change])

    after = written(acme)
    assert counts(run) == {"updated": 1}
    assert before.keys() <= after.keys()
    for key, row in before.items():
        kept = {name: value for name, value in after[key].items() if name not in VOIDED}
        assert kept == {name: value for name, value in row.items() if name not in VOIDED}
    assert any(after[key]["voided_by_id"] == run.pk for key in before) or change == "open again"


@pytest.mark.parametrize("change", CHANGES)
def test_the_edited_row_again_appends_nothing(acme, first, change):
    imported(acme, HEADER, CHANGES[change])
    before = written(acme)

    again = imported(acme, HEADER, CHANGES[change])

    assert counts(again) == {"unchanged": 1}
    assert written(acme) == before


@pytest.mark.parametrize("change", CHANGES)
def test_and_back_again(acme, first, change):
    imported(acme, HEADER, CHANGES[change])

    run = imported(acme, HEADER, ROW)

    assert counts(run) == {"updated": 1}
    assert detail(acme, "A").amount == 500
    assert story(acme, "A")[-1] == ("lost", "2024-02-05 00:00", "price")
    assert steps(acme, "A") == ["First contact", "lost"]


def test_what_a_change_voids_and_appends_is_of_one_instant(acme, first):
    run = imported(acme, HEADER, CHANGES["amount"])

    instants = {
        instant
        for row in written(acme).values()
        for instant, by in (
            (row["recorded_at"], row["recorded_by_id"]),
            (row["voided_at"], row["voided_by_id"]),
        )
        if by == run.pk
    }
    assert len(instants) == 1


def test_a_column_that_is_not_mapped_keeps_what_it_was(acme, first):
    run = imported(acme, "Id,Amount,Stage,Closed,Reason", "A,9,Lost,2024-02-05,price")

    found = detail(acme, "A")
    assert counts(run) == {"updated": 1}
    assert (found.name, found.account, found.amount) == ("Alpha", "Acme", 900)
    assert steps(acme, "A") == ["First contact", "lost"]


def test_a_currency_alone_changes_no_amount(acme, first):
    run = imported(acme, "Id,Currency,Stage,Closed,Reason", "A,USD,Lost,2024-02-05,price")

    assert counts(run) == {"unchanged": 1}
    assert (detail(acme, "A").amount, detail(acme, "A").currency) == (500, "EUR")


def test_rows_with_errors_are_not_committed_unasked(acme, first):
    before = written(acme)
    run = planned(acme, HEADER, CHANGES["amount"], "B,Beta,Acme,-1,Ben,Proposal,,,")

    with pytest.raises(NotCommittable, match=r"^1 row has errors"):
        commit(run)

    assert written(acme) == before
