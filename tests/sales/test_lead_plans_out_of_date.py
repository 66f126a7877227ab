"""A plan about leads that another import came between is made again, whatever its kind."""

import pytest

from jobs.models import Job
from jobs.running import run_now
from sales.importing.committing import NotCommittable
from sales.importing.deciding import accept
from sales.importing.undoing import undo
from sales.models import ImportRun
from tests.sales.crm import counts, rejections
from tests.sales.lead_files import ACTIVITIES, ASSIGNMENTS, LEADS, imported, planned

FILES = {
    "leads": (LEADS, "L1,Mira,2024-03-04,,"),
    "assignments": (ASSIGNMENTS, "L1,Ben,2024-03-05"),
    "activities": (ACTIVITIES, "A,call,2024-03-05,L1,,Ben"),
}


@pytest.fixture(autouse=True)
def known(acme, ana, ben):
    return imported(acme, LEADS, "L1,Mara,2024-03-04,,", "L2,Ole,2024-03-04,,")


def checked_again(run):
    """Accept it; it must be refused and checked again."""
    with pytest.raises(NotCommittable, match="came between"):
        accept(run)
    for pk in Job.objects.waiting().filter(task="sales.plan").values_list("pk", flat=True):
        run_now(pk)
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.parametrize("kind", FILES)
def test_after_another_import_of_the_same_it_says_what_would_change_now(acme, kind):
    header, row = FILES[kind]
    run = planned(acme, header, row)
    imported(acme, header, row)

    again = checked_again(run)

    assert (again.state, counts(again)) == ("planned", {"unchanged": 1})


def test_an_answer_that_is_older_than_its_lead_by_now_is_refused(acme):
    run = planned(acme, *FILES["activities"])
    imported(acme, LEADS, "L1,Mara,2024-03-06,,")

    again = checked_again(run)

    assert [row[3] for row in rejections(again)] == ["activity_before_lead"]


@pytest.mark.parametrize("kind", ["assignments", "activities"])
def test_of_a_lead_that_was_taken_back_nothing_is_taken(acme, known, kind):
    run = planned(acme, *FILES[kind])
    undo(known)

    again = checked_again(run)

    assert [row[3] for row in rejections(again)] == ["unknown_lead"]


@pytest.mark.parametrize("kind", FILES)
def test_what_came_between_about_other_leads_is_no_matter(acme, kind):
    run = planned(acme, *FILES[kind])
    imported(acme, LEADS, "L2,Olaf,2024-03-04,,")
    imported(acme, ASSIGNMENTS, "L2,Ana,2024-03-05")

    accept(run)

    assert ImportRun.objects.get(pk=run.pk).state == "committing"
