"""Undoing a whole import: what it wrote is taken back, what it replaced comes back."""

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.running import run_now
from metrics.declared import WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.periods import Period
from metrics.reading import Scope, read
from sales.importing.deciding import NotPossible, take_back
from sales.importing.undoing import NotUndoable, undo
from sales.models import ImportRun
from tests.sales.runs import counts, deals, facts, imported

WON = "D1,Deal,100,Ben,Won,2024-01-01,2024-01-02,2024-02-01"
LOST = "D1,Deal,100,Ben,Lost,2024-01-01,2024-01-02,2024-02-01"
SECOND = "D2,Deal,100,Ben,Lost,2024-01-01,2024-01-02,2024-02-01"


def win_rate(organisation, as_of=None):
    bring_up_to_date(organisation)
    return read(Scope(team=organisation.root), WIN_RATE, Period.all_time(), as_of=as_of).value


def test_facts_and_numbers_are_as_before(acme, ben):
    imported(acme, deals(WON))
    before, number = facts(acme), win_rate(acme)
    run = imported(acme, deals(LOST, SECOND))

    undo(run)

    assert facts(acme) == before
    assert win_rate(acme) == number == 100.0


def test_what_was_known_in_between_can_still_be_read(acme, ben):
    imported(acme, deals(WON))
    run = imported(acme, deals(LOST, SECOND))
    between = timezone.now()

    undo(run)

    assert win_rate(acme, as_of=between) == 0.0
    assert win_rate(acme, as_of=timezone.now()) == 100.0


def test_an_import_that_a_later_one_built_on_is_not_undone(acme, ben):
    first = imported(acme, deals(WON))
    imported(acme, deals(LOST))
    before = facts(acme)

    with pytest.raises(NotUndoable, match=r"deals\.csv"):
        undo(first)

    assert facts(acme) == before


def test_after_undoing_the_later_one_the_first_can_be_undone(acme, ben):
    first = imported(acme, deals(WON))
    later = imported(acme, deals(LOST))
    undo(later)

    undo(first)

    assert facts(acme) == set()


def test_undone_and_imported_again(acme, ben):
    run = imported(acme, deals(WON))
    before = facts(acme)
    undo(run)

    again = imported(acme, deals(WON))

    assert facts(acme) == before
    assert again.rejected == 0
    assert sum(counts(again)) == 1


def test_by_the_page_a_job_does_it(acme, ben):
    run = imported(acme, deals(WON))

    take_back(run)
    run_now(Job.objects.get(task="sales.undo").pk)

    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    assert facts(acme) == set()
    with pytest.raises(NotPossible):
        take_back(run)
