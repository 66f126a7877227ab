"""An opportunity that the CRM merged into another is said so, and counts no more."""

import pytest

from metrics.declared import WIN_RATE
from metrics.recomputing import recompute_all
from sales.importing.mapping import guess
from sales.models import OpportunityDetail
from tests.metrics.asking import read
from tests.sales.crm import counts, imported, planned, steps

HEADER = "Id,Stage,Closed,Merged into"
KEPT, MERGED = "A,Won,2024-02-05,", "B,Lost,2024-02-06,A"


def survivor_of(name):
    return OpportunityDetail.objects.in_force().get(opportunity__external_id=name).merged_into


def test_a_merged_one_is_in_no_number(acme):
    imported(acme, HEADER, KEPT, MERGED)
    recompute_all(acme)

    reading = read(acme.root, WIN_RATE, "2024")

    assert (reading.n, reading.statistics.excluded) == (1, 1)


def test_the_survivor_need_not_be_known(acme):
    imported(acme, HEADER, "B,Lost,2024-02-06,Z")

    assert survivor_of("B") == "Z"


def test_again_it_changes_nothing(acme):
    imported(acme, HEADER, KEPT, MERGED)

    assert counts(imported(acme, HEADER, KEPT, MERGED)) == {"unchanged": 2}


def test_merged_later_it_is_an_update(acme):
    imported(acme, HEADER, KEPT, "B,Lost,2024-02-06,")

    run = imported(acme, HEADER, KEPT, MERGED)

    assert counts(run) == {"updated": 1, "unchanged": 1}
    assert (survivor_of("B"), steps(acme, "B")) == ("A", ["lost"])


def test_not_into_itself(acme):
    run = planned(acme, HEADER, "A,Won,2024-02-05,A")

    problem = run.rejections.get()

    assert (problem.column, problem.value, problem.code) == (
        "Merged into",
        "A",
        "merged_into_itself",
    )


@pytest.mark.parametrize("column", ["Merged into", "MasterRecordId", "merged_into_id"])
def test_its_column_is_guessed(column):
    assert guess("opportunities", [column]).columns.get("merged_into") == column


def test_its_page_says_so(acme, cora, signed_in):
    imported(acme, HEADER, KEPT, MERGED)
    pk = acme.opportunities.get(external_id="B").pk

    page = signed_in(cora).get(f"/teams/acme/acme/opportunities/{pk}/")

    assert "Merged into A: never counted" in page.text
