"""A worker that lost its lease without noticing overwrites nothing of whoever took over."""

import pytest

from sales.importing.committing import commit
from sales.importing.deciding import accept
from sales.importing.fencing import Overtaken
from sales.importing.planning import fail, plan
from sales.models import ImportRun, StagedOpportunity
from tests.sales.crm import counts, imported, planned, received, steps

HEADER = "Id,Stage,Closed"
ROWS = ["A,Won,2024-02-05", "B,Lost,2024-02-06", "C,Won,2024-02-07"]


def again(run):
    return ImportRun.objects.get(pk=run.pk)


def once(deed):
    """A progress at whose first call something else happens."""
    done = []

    def progress(rows, total):
        if not done:
            done.append(True)
            deed()

    return progress


def test_a_check_that_was_overtaken_leaves_the_newer_plan(acme):
    slow = received(acme, HEADER, *ROWS)

    plan(slow, progress=once(lambda: plan(again(slow))), batch=1)

    assert (again(slow).state, counts(again(slow))) == ("planned", {"created": 3})
    assert StagedOpportunity.objects.filter(run=slow).count() == 3


def test_a_check_that_ends_after_the_import_began_does_not_stop_it(acme):
    slow = received(acme, HEADER, *ROWS)

    def check_and_accept():
        plan(again(slow))
        accept(again(slow))

    plan(slow, progress=once(check_and_accept), batch=1)

    assert again(slow).state == "committing"
    commit(again(slow))
    assert counts(again(slow)) == {"created": 3}


def test_a_check_that_fails_late_does_not_fail_the_import(acme):
    stale = planned(acme, HEADER, *ROWS)
    commit(again(stale))

    with pytest.raises(Overtaken):
        fail(stale, "The file cannot be read.")

    assert again(stale).state == "committed"
    assert steps(acme, "A") == ["won"]


def test_a_second_worker_writes_and_the_first_stops(acme):
    slow = planned(acme, HEADER, *ROWS)

    commit(slow, progress=once(lambda: commit(again(slow), batch=1)), batch=1)

    assert (again(slow).state, counts(again(slow))) == ("committed", {"created": 3})


def test_a_worker_that_ends_late_does_not_bring_back_what_was_undone(acme):
    slow = planned(acme, HEADER, *ROWS)

    def finish_and_undo():
        commit(again(slow))
        ImportRun.objects.filter(pk=slow.pk).update(state=ImportRun.State.UNDONE)

    commit(slow, progress=once(finish_and_undo))

    assert again(slow).state == "undone"


def test_a_finished_import_is_not_written_again(acme):
    stale = planned(acme, HEADER, *ROWS)
    commit(again(stale))
    stale.state = ImportRun.State.COMMITTING

    commit(stale)

    assert counts(again(stale)) == {"created": 3}
    assert counts(imported(acme, HEADER, *ROWS)) == {"unchanged": 3}
