"""What an admin decides on a page is done by jobs, which may run more than once."""

import pytest

from jobs.models import Job
from jobs.running import run_now
from metrics.declared import WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.periods import Period
from metrics.reading import Scope, read
from sales.importing.committing import commit
from sales.importing.deciding import NotPossible, accept, confirm, take_back
from sales.importing.mapping import from_toml
from sales.importing.undoing import undo
from sales.models import ImportRun
from tests.sales.crm import believed, counts, imported, planned, received, steps

HEADER = "Id,Stage,Closed"
ROWS = ["A,Won,2024-02-05", "B,Lost,2024-02-06"]


def work(task):
    for pk in Job.objects.waiting().filter(task=task).values_list("pk", flat=True):
        run_now(pk)


def win_rate(organisation, as_of=None):
    bring_up_to_date(organisation)
    return read(Scope(team=organisation.root), WIN_RATE, Period.all_time(), as_of=as_of).value


def stored(run):
    return ImportRun.objects.get(pk=run.pk)


def test_from_the_mapping_to_the_facts_and_back(acme):
    run = received(acme, HEADER, *ROWS)

    confirm(run, from_toml(run.toml))
    work("sales.plan")
    assert (stored(run).state, counts(stored(run))) == ("planned", {"created": 2})

    accept(stored(run))
    work("sales.commit")
    assert (stored(run).state, steps(acme, "A")) == ("committed", ["won"])

    take_back(run)
    work("sales.undo")
    assert (stored(run).state, believed(acme)) == ("undone", [])
    with pytest.raises(NotPossible):
        take_back(run)


def test_a_commit_that_is_promised_twice_happens_once(acme):
    run = planned(acme, HEADER, *ROWS)

    accept(run)
    accept(run)
    work("sales.commit")
    work("sales.commit")

    assert counts(stored(run)) == {"created": 2}


def test_a_job_goes_on_where_the_one_before_was_cut_off(acme):
    run = planned(acme, HEADER, *ROWS)
    accept(run)
    with pytest.raises(PowerCut):
        commit(run, progress=cut, batch=1)

    work("sales.commit")

    assert (counts(stored(run)), stored(run).state) == ({"created": 2}, "committed")


class PowerCut(Exception):
    """What nobody catches."""


def cut(done, total):
    raise PowerCut


def test_an_owner_renamed_after_the_owners_file_was_read_stops_an_import_before_it_begins(acme):
    run = planned(acme, "Id,Stage,Owner", "A,Proposal,Dana", teams="rep,region,team\nDana,West,\n")
    accept(run)
    type(run).objects.filter(pk=run.pk).update(people_placed=True)

    work("sales.commit")

    assert stored(run).state == "failed"
    assert stored(run).reasons == ["“Dana” is nobody any more. Check the file again."]
    assert believed(acme) == []


def test_an_undo_that_cannot_be_says_why_and_leaves_the_import(acme):
    first = imported(acme, HEADER, *ROWS)
    imported(acme, HEADER, "A,Lost,2024-02-05")

    take_back(first)
    work("sales.undo")

    assert stored(first).state == "committed"
    assert "was imported later and changed the same rows" in stored(first).reasons[0]


def test_numbers_follow_an_import_and_its_undo(acme):
    imported(acme, HEADER, *ROWS)
    before = win_rate(acme)
    second = imported(acme, HEADER, "B,Won,2024-02-06")
    between, as_of = win_rate(acme), second.finished_at

    undo(second)

    assert (before, between, win_rate(acme)) == (50, 100, 50)
    assert win_rate(acme, as_of=as_of) == 100
