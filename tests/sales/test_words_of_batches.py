"""What is wrong with a row that a program sent is said in words of rows and fields, not files."""

import pytest

from teams.models import ApiKey
from tests.api.asking import program

GOOD = {"id": "D1", "stage": "Qualified"}
FILES = ("file", "column", "cell", "stated", "header")


@pytest.fixture
def reasons(acme):
    """Why the API does not take these rows."""
    key = program(acme, *ApiKey.Scope.values)

    def reasons(*rows: dict) -> list[str]:
        answered = key.send("opportunities/", *rows)["rows"]
        return [error["reason"] for row in answered for error in row["errors"]]

    return reasons


@pytest.mark.parametrize(
    "row",
    [
        {"created_at": "yesterday"},
        {"amount": "much", "currency": "EUR"},
        {"stage": None},
        {"stage": "Nowhere"},
        {"is_test": "perhaps"},
        {"name": "a\0b"},
    ],
    ids=lambda row: next(iter(row)) + " " + str(next(iter(row.values()))).replace("\0", "0"),
)
def test_an_error_of_a_row_speaks_of_no_file(reasons, row):
    (reason,) = reasons(GOOD | row)

    assert not [word for word in FILES if word in reason]


def test_an_id_that_stands_twice_stands_in_the_batch(reasons):
    assert reasons(GOOD, GOOD | {"stage": "Proposal"}) == [
        "This id stands in an earlier row of the batch already."
    ]


def test_the_page_of_a_batch_says_the_same(acme, reasons, cora, signed_in):
    (reason,) = reasons(GOOD | {"created_at": "yesterday"})

    page = signed_in(cora).get(f"/teams/acme/acme/imports/{acme.import_runs.get().pk}/")

    said = page.content.decode()
    assert reason in said
    assert ["First row" in said, "Field" in said, "Column" in said] == [True, True, False]
