"""The report of errors holds each row whole, so that it can be mended in a sheet."""

import csv

import pytest

from sales.models import ImportRun
from tests.sales.crm import planned

HEADER = "Id,Name,Amount,Stage,Closed"


@pytest.fixture
def report(acme, cora, signed_in):
    """The rows of the report on a file."""

    def download(run):
        answer = signed_in(cora).get(f"/teams/acme/acme/imports/{run.pk}/errors.csv")
        text = b"".join(answer.streaming_content).decode()
        return list(csv.reader(text.splitlines(keepends=True)))

    return download


def test_after_the_reason_stands_the_row_under_the_names_of_its_columns(acme, report):
    run = planned(acme, HEADER, "A,Alpha,5,Proposal,", "B,Beta,6,Won,", "C,Gamma,-7,Proposal,")

    header, *rows = report(run)

    assert header == ["line", "column", "value", "reason", *HEADER.split(",")]
    assert [[*row[:3], *row[4:]] for row in rows] == [
        ["3", "Closed", "", "B", "Beta", "6", "Won", ""],
        ["4", "Amount", "-7", "C", "Gamma", "-7", "Proposal", ""],
    ]


def test_each_error_of_a_row_shows_it(acme, report):
    run = planned(acme, HEADER, "A,Alpha,-5,Won,")

    assert [row[4] for row in report(run)[1:]] == ["A", "A"]


def test_a_row_is_named_by_its_first_line(acme, report):
    run = planned(acme, HEADER, 'A,"Al\npha",5,Proposal,', 'B,"Be\nta",-6,Proposal,')

    (row,) = report(run)[1:]
    assert (row[0], row[4], row[5]) == ("4", "B", "Be\nta")


def test_cells_that_are_too_many_or_too_few_are_shown_as_they_are(acme, report):
    run = planned(acme, HEADER, "A,Alpha", "B,Beta,6,Proposal,,,extra")

    assert [row[4:] for row in report(run)[1:]] == [
        ["A", "Alpha"],
        ["B", "Beta", "6", "Proposal", "", "", "extra"],
    ]


def test_no_cell_and_no_name_of_a_column_is_a_formula(acme, report):
    run = planned(acme, f"{HEADER},=cmd", "A,=HYPERLINK(1),-5,Proposal,,@x")

    header, row = report(run)

    assert header[-1] == "'=cmd"
    assert (row[5], row[-1]) == ("'=HYPERLINK(1)", "'@x")


def test_where_the_file_is_gone_the_errors_are_there_alone(acme, report):
    run = planned(acme, HEADER, "A,Alpha,-5,Proposal,")
    ImportRun.objects.filter(pk=run.pk).update(file="imports/gone")

    assert [len(row) for row in report(run)] == [4, 4]
