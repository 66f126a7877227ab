"""Each bad row is reported with line, column, value and reason; the others may be imported."""

import pytest

from sales.importing.committing import NotCommittable, commit
from tests.sales.crm import counts, imported, planned, rejections, steps, written

HEADER = "Id,Name,Amount,Currency,Owner,Stage,Created,Contacted,Closed,Test"
GOOD = "G,Good,5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no"

BAD = {
    "an unparsable date": (
        "A,Alpha,5,EUR,Ben,Won,2024-01-01,2024-01-02,soon,no",
        ("Closed", "soon", "unparsable_date"),
    ),
    "a day that is not": (
        "A,Alpha,5,EUR,Ben,Won,2024-01-01,2024-02-30,2024-03-01,no",
        ("Contacted", "2024-02-30", "unparsable_date"),
    ),
    "a negative amount": (
        "A,Alpha,-5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Amount", "-5", "negative_amount"),
    ),
    "an amount in words": (
        "A,Alpha,five,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Amount", "five", "unparsable_amount"),
    ),
    "an endless amount": (
        f"A,Alpha,{'9' * 30},EUR,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Amount", "9" * 30, "amount_too_large"),
    ),
    "no currency": (
        "A,Alpha,5,euro,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Currency", "EURO", "unknown_currency"),
    ),
    "an unknown stage": (
        "A,Alpha,5,EUR,Ben,Prposal,2024-01-01,2024-01-02,,no",
        ("Stage", "Prposal", "unknown_stage"),
    ),
    "an unknown owner": (
        "A,Alpha,5,EUR,Bne,Proposal,2024-01-01,2024-01-02,,no",
        ("Owner", "Bne", "unknown_owner"),
    ),
    "an event before the creation": (
        "A,Alpha,5,EUR,Ben,Proposal,2024-01-03,2024-01-02,,no",
        ("Contacted", "2024-01-02", "event_before_creation"),
    ),
    "an event in the future": (
        "A,Alpha,5,EUR,Ben,Proposal,2024-01-01,2999-01-02,,no",
        ("Contacted", "2999-01-02", "event_in_future"),
    ),
    "no id": (
        ",Alpha,5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Id", "", "missing_value"),
    ),
    "an endless id": (
        f"{'A' * 201},Alpha,5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Id", "A" * 79 + "…", "too_long"),
    ),
    "an endless name": (
        f"A,{'x' * 301},5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no",
        ("Name", "x" * 79 + "…", "too_long"),
    ),
    "neither yes nor no": (
        "A,Alpha,5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,perhaps",
        ("Test", "perhaps", "not_yes_or_no"),
    ),
    "a cell too many": (
        "A,Alpha,5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no,more",
        ("", "A,Alpha,5,EUR,Ben,Proposal,2024-01-01,2024-01-02,,no,more", "wrong_cell_count"),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_is_named_and_nothing_is_written(acme, ben, case):
    row, (column, value, code) = BAD[case]
    run = planned(acme, HEADER, GOOD, row)

    with pytest.raises(NotCommittable):
        commit(run)

    assert rejections(run) == [(3, column, value, code)]
    assert written(acme) == {}
    assert acme.opportunities.count() == 0


@pytest.mark.parametrize("case", BAD)
def test_the_rest_is_imported_if_the_admin_chose_so(acme, ben, case):
    run = imported(acme, HEADER, GOOD, BAD[case][0], valid_only=True)

    assert counts(run) == {"created": 1, "rejected": 1}
    assert steps(acme, "G") == ["First contact", "Proposal"]
    assert [each.external_id for each in acme.opportunities.all()] == ["G"]


def test_every_fault_of_a_row_is_named(acme, ben):
    run = planned(acme, HEADER, "A,Alpha,-5,EUR,Bne,Prposal,2024-01-01,,,perhaps")

    assert counts(run) == {"rejected": 1}
    assert [column for _line, column, _value, _code in rejections(run)] == [
        "Test",
        "Amount",
        "Owner",
        "Stage",
    ]


def test_of_an_id_that_stands_twice_the_first_row_is_taken(acme, ben):
    run = imported(
        acme,
        "Id,Name,Stage",
        "A,First,Proposal",
        "B,,Proposal",
        "A,Second,Qualified",
        valid_only=True,
    )

    assert rejections(run) == [(4, "Id", "A", "duplicate_id")]
    assert counts(run) == {"created": 2, "rejected": 1}
    assert steps(acme, "A") == ["Proposal"]


def test_a_column_the_file_does_not_have_refuses_it_by_name(acme):
    run = planned(acme, "Id,Stage", "A,Proposal", columns={"id": "Id", "stage": "Deal stage"})

    assert (run.state, run.reasons) == (
        "failed",
        ["line 1, column “Deal stage”: The file has no column of this name."],
    )


@pytest.mark.parametrize(
    "said", [{"only": {"Pipeline": ("Sales",)}}, {"entered": {"Proposal": "X"}}]
)
def test_a_column_that_is_only_asked_for_elsewhere_counts_too(acme, said):
    assert planned(acme, "Id,Stage", "A,Proposal", **said).state == "failed"


def test_a_row_that_is_left_out_has_no_faults(acme):
    run = imported(acme, HEADER, "A,Alpha,-5,euro,Bne,Template,soon,,,perhaps")

    assert counts(run) == {"ignored": 1}


def test_an_unreadable_row_far_down_leaves_nothing_staged(acme):
    run = planned(acme, "Id,Stage", *(f"{n},Proposal" for n in range(50)), '"never closed,Won')

    assert run.state == "failed"
    assert run.reasons[0].startswith("line 52: ")
    assert not run.rejections.exists()
    assert written(acme) == {}
