"""The list of imports: found by file, by state, in either order, and as CSV."""

import re

import pytest

from sales.importing.discarding import discard
from sales.models import ImportRun
from tests.sales.crm import planned


@pytest.fixture
def runs(acme, cora):
    return [
        ImportRun.objects.create(
            organisation=acme, kind="opportunities", file_name=name, state=state, started_by=cora
        )
        for name, state in (
            ("january.csv", ImportRun.State.COMMITTED),
            ("=cmd.csv", ImportRun.State.FAILED),
        )
    ]


@pytest.mark.parametrize(
    ("asked", "found", "not_found"),
    [
        ("?q=JAN", "january.csv", "=cmd.csv"),
        ("?state=failed", "=cmd.csv", "january.csv"),
        ("?q=nothing", "No import fits", "january.csv"),
    ],
)
def test_imports_are_found(asked, found, not_found, runs, cora, signed_in):
    page = signed_in(cora).get(f"/teams/acme/acme/imports/{asked}").content.decode()

    assert found in page
    assert not_found not in page


def test_the_oldest_first_if_asked(runs, cora, signed_in):
    page = signed_in(cora).get("/teams/acme/acme/imports/?sort=oldest").content.decode()

    assert page.index("january.csv") < page.index("=cmd.csv")


def test_as_csv_no_cell_is_a_formula(runs, cora, signed_in):
    response = signed_in(cora).get("/teams/acme/acme/imports/imports.csv")

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("file,kind,state,created")
    assert [line.split(",")[0] for line in lines[1:]] == ["'=cmd.csv", "january.csv"]


def test_of_a_discarded_one_no_counts_are_shown(acme, cora, signed_in):
    run = planned(acme, "Id,Stage", "A,Proposal", "B,Proposal")
    counted = r'data-label="Created">(.*?)<'
    browser = signed_in(cora)
    assert re.findall(counted, browser.get("/teams/acme/acme/imports/").text) == ["2"]

    discard(run)

    assert re.findall(counted, browser.get("/teams/acme/acme/imports/").text) == [""]
