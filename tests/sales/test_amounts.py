"""Amounts are whole minor units, read in the notation that was stated."""

import pytest

from sales.importing.amounts import UnparsableAmount, to_major, to_minor
from tests.sales.crm import detail, imported

POINT, COMMA, UNSTATED = ".", ",", ""


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "minor"),
    [
        ("1234", "EUR", UNSTATED, 123_400),
        ("1234.5", "EUR", UNSTATED, 123_450),
        ("1,234.50", "EUR", UNSTATED, 123_450),
        ("1,234", "EUR", POINT, 123_400),
        ("1.234,50", "EUR", COMMA, 123_450),
        ("1.234.567", "IDR", COMMA, 123_456_700),
        ("1 234,50", "EUR", COMMA, 123_450),
        ("1\u202f234,50", "EUR", COMMA, 123_450),
        ("1'234.50", "CHF", POINT, 123_450),
        (".5", "EUR", POINT, 50),
        ("0", "EUR", UNSTATED, 0),
        ("€ 1,234.50", "EUR", POINT, 123_450),
        ("1.234,50 €", "EUR", COMMA, 123_450),
        ("EUR 5", "EUR", UNSTATED, 500),
        ("Rp 1.000.000", "IDR", COMMA, 100_000_000),
        ("Rp.1.000", "IDR", COMMA, 100_000),
        ("US$12", "USD", UNSTATED, 1_200),
        ("1234", "JPY", UNSTATED, 1_234),
        ("1,234", "JPY", POINT, 1_234),
        ("1234.5", "JPY", POINT, 1_235),
        ("1.234", "KWD", UNSTATED, 1_234),
        ("1.2345", "KWD", POINT, 1_235),
        ("1.005", "EUR", POINT, 101),
        ("(1,234.50)", "EUR", POINT, -123_450),
        ("-5", "EUR", UNSTATED, -500),
        ("−5", "EUR", UNSTATED, -500),
        ("5-", "EUR", UNSTATED, -500),
        ("-€5", "EUR", UNSTATED, -500),
        ("€-5", "EUR", UNSTATED, -500),
    ],
)
def test_as_written(text, currency, decimal, minor):
    assert to_minor(text, currency, decimal) == minor


@pytest.mark.parametrize(
    ("text", "decimal", "code"),
    [
        ("", POINT, "unparsable_amount"),
        ("tbd", POINT, "unparsable_amount"),
        ("NaN", POINT, "unparsable_amount"),
        ("1e5", POINT, "unparsable_amount"),
        ("5.", POINT, "unparsable_amount"),
        ("1,2345", POINT, "unparsable_amount"),
        ("1.234,50", POINT, "unparsable_amount"),
        ("1,234.50", COMMA, "unparsable_amount"),
        ("--5", POINT, "unparsable_amount"),
        ("(-5)", POINT, "unparsable_amount"),
        ("(5", POINT, "unparsable_amount"),
        ("1.234", UNSTATED, "ambiguous_amount"),
        ("1,234", UNSTATED, "ambiguous_amount"),
        ("12 USD", POINT, "other_currency"),
        ("9" * 40, POINT, "amount_too_large"),
        ("1000000000000000.01", POINT, "amount_too_large"),
        ("9" * 1_000 + ".5", POINT, "amount_too_large"),
    ],
)
def test_what_is_no_amount_says_why(text, decimal, code):
    with pytest.raises(UnparsableAmount) as caught:
        to_minor(text, "EUR", decimal)

    assert caught.value.code == code


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_minor_units_go_back_to_what_was_written(currency):
    assert to_minor(str(to_major(123_456, currency)), currency, POINT) == 123_456


@pytest.mark.parametrize(
    ("row", "said", "expected"),
    [
        ("A,Proposal,5,", {}, (500, "EUR")),
        ("A,Proposal,5,", {"currency": "JPY"}, (5, "JPY")),
        ("A,Proposal,5,usd", {"currency": "JPY"}, (500, "USD")),
        ("A,Proposal,,USD", {}, (None, "")),
    ],
)
def test_the_rows_currency_goes_before_the_files_before_the_organisations(
    acme, row, said, expected
):
    imported(acme, "Id,Stage,Amount,Currency", row, **said)

    found = detail(acme, "A")
    assert (found.amount, found.currency) == expected
