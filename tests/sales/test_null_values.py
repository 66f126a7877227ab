"""What means “nothing” is the empty cell and what the mapping names; NA is a name like others."""

import pytest

from tests.sales.crm import counts, detail, imported, planned, rejections

HEADER = "Id,Stage,Account,Amount"


@pytest.mark.parametrize("text", ["NA", "null", "None", "N/A", "nan", "-"])
def test_a_word_is_a_value(acme, text):
    imported(acme, HEADER, f"A,Proposal,{text},5")

    assert detail(acme, "A").account == text


def test_a_word_that_the_mapping_names_means_nothing(acme):
    imported(acme, HEADER, "A,Proposal,NA,NA", null_values=("NA",))

    found = detail(acme, "A")
    assert (found.account, found.amount) == ("", None)


def test_na_is_no_amount_unless_the_mapping_says_so(acme):
    run = planned(acme, HEADER, "A,Proposal,Acme,NA")

    assert rejections(run) == [(2, "Amount", "NA", "unparsable_amount")]


def test_the_namibia_of_iso_3166_keeps_its_deals(acme):
    run = imported(acme, "Id,Stage,Product", "NA,Proposal,NA", "NB,Proposal,NB")

    assert counts(run) == {"created": 2}
    assert detail(acme, "NA").product == "NA"


def test_spaces_around_a_cell_say_nothing(acme):
    imported(acme, HEADER, "  A ,  Proposal, ,  5 ")

    found = detail(acme, "A")
    assert (found.account, found.amount) == ("", 500)


def test_a_required_cell_must_say_something(acme):
    run = planned(acme, HEADER, "NA,Proposal,Acme,5", "B,,Acme,5", null_values=("NA",))

    assert rejections(run) == [(2, "Id", "", "missing_value"), (3, "Stage", "", "missing_value")]
