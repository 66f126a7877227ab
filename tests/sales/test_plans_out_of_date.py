"""A plan that no longer says what would happen is not imported: it is made again."""

import pytest

from jobs.models import Job
from jobs.running import run_now
from sales.importing.committing import NotCommittable
from sales.importing.deciding import accept
from sales.importing.undoing import undo
from sales.models import ImportRun
from tests import world
from tests.sales.crm import counts, imported, planned, steps

HEADER = "Id,Stage,Closed"
WON, LOST = "A,Won,2024-02-05", "A,Lost,2024-02-05"
TEAMS = "rep,region,team\nDana,West,\n"
IMPORTS = "/teams/acme/acme/imports"
CAME_BETWEEN = "came between"


def work(task):
    for pk in Job.objects.waiting().filter(task=task).values_list("pk", flat=True):
        run_now(pk)


def stored(run):
    return ImportRun.objects.get(pk=run.pk)


def refused(run):
    """Accept it; it must be refused and checked again."""
    with pytest.raises(NotCommittable, match=CAME_BETWEEN):
        accept(run)
    work("sales.plan")
    return stored(run)


def test_the_button_of_the_page_as_it_stands_imports(acme, cora, signed_in):
    run = planned(acme, HEADER, WON)
    client = signed_in(cora)
    assert f'name="attempt" value="{run.attempt}"' in (
        client.get(f"{IMPORTS}/{run.pk}/").content.decode()
    )

    client.post(f"{IMPORTS}/{run.pk}/do/commit/", {"attempt": run.attempt})

    work("sales.commit")
    assert steps(acme, "A") == ["won"]


def test_after_another_import_of_the_same_opportunities_it_is_planned_again(acme):
    run = planned(acme, HEADER, WON)
    imported(acme, HEADER, LOST)

    again = refused(run)

    assert (again.state, again.planned_again, counts(again)) == ("planned", True, {"updated": 1})
    accept(again)
    work("sales.commit")
    assert steps(acme, "A") == ["won"]


def test_after_the_undoing_of_another_import_it_is_planned_again(acme):
    before = imported(acme, HEADER, LOST)
    run = planned(acme, HEADER, WON)
    assert counts(run) == {"updated": 1}
    undo(before)

    again = refused(run)

    assert (again.state, counts(again)) == ("planned", {"created": 1})


def test_an_import_of_other_opportunities_takes_nothing_from_the_plan(acme):
    run = planned(acme, HEADER, WON)
    imported(acme, HEADER, "B,Won,2024-02-05")

    accept(run)

    work("sales.commit")
    assert steps(acme, "A") == ["won"]


def test_after_somebody_joined_a_team_it_is_planned_again(acme, north):
    run = planned(acme, "Id,Stage,Owner", "A,Proposal,Dana", teams=TEAMS)
    world.person(north, "Dana")

    again = refused(run)

    assert again.arrivals == {"people": [], "teams": [], "staying": 1}


def test_what_came_after_the_button_but_before_the_worker_counts_too(acme):
    run = planned(acme, HEADER, WON)
    accept(run)
    imported(acme, HEADER, LOST)

    work("sales.commit")

    assert stored(run).state == "planning"
    assert steps(acme, "A") == ["lost"]


def test_the_page_says_that_it_was_planned_again(acme, cora, signed_in):
    run = planned(acme, HEADER, WON)
    imported(acme, HEADER, LOST)
    refused(run)

    page = signed_in(cora).get(f"{IMPORTS}/{run.pk}/").content.decode()

    assert "this is what would change now" in page


def test_stages_that_changed_since_the_plan_are_not_replaced_unseen(acme):
    imported(acme, HEADER, "B,Won,2024-02-05")
    run = planned(acme, HEADER, WON, pipeline_stages=("First contact", "Proposal", "Qualified"))
    imported(acme, HEADER, "C,Won,2024-02-05", pipeline_stages=("First contact", "Qualified"))

    with pytest.raises(NotCommittable, match="stages of pipeline “Sales” changed"):
        accept(run)

    assert steps(acme, "A") == []
