"""Two organisations whose CRMs use the same ids never touch each other's leads."""

import pytest

from sales.importing.undoing import undo
from sales.models import ActivityDetail, LeadAssignment, LeadDetail
from tests import world
from tests.sales.crm import believed, counts, rejections
from tests.sales.lead_files import ACTIVITIES, ASSIGNMENTS, LEADS, imported, planned

OURS = [
    (LEADS, "L1,Mara,2024-03-04,,"),
    (ASSIGNMENTS, "L1,Ben,2024-03-05"),
    (ACTIVITIES, "A,call,2024-03-06,L1,,Ben"),
]


@pytest.fixture
def globex(stranger):
    return stranger.organisation


@pytest.fixture
def theirs(globex):
    world.person(globex.root, "Ben")
    return [imported(globex, *file) for file in OURS]


@pytest.fixture
def ours(acme, ben, theirs):
    return [imported(acme, *file) for file in OURS]


def test_the_same_id_is_another_lead_and_another_activity(acme, globex, ours, theirs):
    assert [counts(run) for run in (*ours, *theirs)] == [{"created": 1}] * 6
    assert acme.leads.get() != globex.leads.get()
    assert acme.activities.get() != globex.activities.get()


def test_every_fact_is_about_the_own_lead(acme, globex, ours):
    for organisation in (acme, globex):
        for model in (LeadDetail, LeadAssignment, ActivityDetail):
            fact = model.objects.get(organisation=organisation)
            assert fact.lead.organisation == organisation


def test_importing_and_undoing_changes_nothing_of_the_other(acme, globex, ours):
    before = believed(globex)

    imported(acme, LEADS, "L1,Mira,2024-03-01,,")
    imported(acme, ACTIVITIES, "A,email,2024-03-07,L1,,Ben")
    for run in acme.import_runs.all():
        undo(run)

    assert believed(globex) == before
    assert believed(acme) == []


@pytest.mark.parametrize("file", OURS[1:])
def test_a_lead_of_the_other_is_unknown(acme, ben, theirs, file):
    run = planned(acme, *file)

    assert [row[3] for row in rejections(run)] == ["unknown_lead"]
