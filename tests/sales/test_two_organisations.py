"""Two organisations that import the same ids never touch each other."""

import pytest

from sales.importing.undoing import undo
from sales.models import Opportunity
from tests import world
from tests.sales.crm import believed, counts, imported, planned, rejections, written

HEADER = "Id,Name,Amount,Owner,Stage,Closed"
OURS, THEIRS = "A,Ours,5,Ben,Won,2024-02-05", "A,Theirs,9,Zoe,Lost,2024-03-05"


@pytest.fixture
def globex(stranger):
    zoe = world.person(stranger.organisation.root, "Zoe")
    return zoe.organisation


@pytest.fixture
def both(acme, ben, globex):
    return imported(acme, HEADER, OURS), imported(globex, HEADER, THEIRS)


def test_the_same_id_is_another_opportunity(acme, globex, both):
    assert [counts(run) for run in both] == [{"created": 1}] * 2
    assert Opportunity.objects.filter(external_id="A").count() == 2


def test_an_import_changes_nothing_of_the_other(acme, globex, both):
    before = written(globex)

    imported(acme, HEADER, "A,Ours,6,Ben,Lost,2024-02-06")

    assert written(globex) == before


def test_an_undo_changes_nothing_of_the_other(acme, globex, both):
    before = written(globex)

    undo(both[0])

    assert written(globex) == before
    assert believed(acme) == []


@pytest.mark.parametrize("named", ["Zoe", "zoe@globex.example"])
def test_owners_of_the_other_are_nobody(acme, ben, globex, named):
    run = planned(acme, HEADER, THEIRS.replace("Zoe", named))

    assert rejections(run) == [(2, "Owner", named, "unknown_owner")]


def test_every_fact_belongs_to_the_organisation_of_its_opportunity(acme, globex, both):
    for organisation in (acme, globex):
        mine = set(organisation.opportunities.values_list("pk", flat=True))

        assert {row["opportunity_id"] for row in written(organisation).values()} == mine


def test_their_pipelines_are_their_own(acme, globex, both):
    used = {each.pipeline.organisation for each in Opportunity.objects.filter(organisation=acme)}

    assert used == {acme}


def test_the_same_id_from_another_source_is_another_opportunity(acme, ben):
    imported(acme, HEADER, OURS)

    run = imported(acme, HEADER, OURS, source="other-crm")

    assert counts(run) == {"created": 1}
    assert acme.opportunities.count() == 2
