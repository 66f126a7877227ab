"""Which import came later is decided by what was recorded of each opportunity, not by when an
import ended: imports write batch by batch and may run at the same time."""

import pytest

from sales.importing.committing import commit
from sales.importing.undoing import NotUndoable, undo
from sales.models import ImportRun
from tests.sales.crm import believed, imported, planned, steps

HEADER = "Id,Name,Stage,Closed"
LOG = "Id,Stage,At,Event"


def imported_around(organisation, rows, *, then):
    """An import in batches of one row; after its first, ``then`` is done."""
    run = planned(organisation, HEADER, *rows)
    others = []

    def progress(done, total):
        if not others:
            others.append(then())

    commit(run, progress=progress, batch=1)
    return run, others[0]


def test_who_wrote_an_opportunity_first_is_not_undone_before_who_wrote_it_then(acme):
    first, second = imported_around(
        acme,
        ["A,Alpha,Proposal,", "B,Beta,Proposal,"],
        then=lambda: imported(acme, HEADER, "A,Omega,Won,2024-02-05"),
    )

    with pytest.raises(NotUndoable, match="imported later"):
        undo(first)

    undo(second)
    undo(first)
    assert believed(acme) == []


def test_who_wrote_it_last_can_be_undone_whoever_ended_last(acme):
    before = imported(acme, HEADER, "B,Beta,Proposal,")
    first, second = imported_around(
        acme,
        ["A,Alpha,Proposal,", "B,Better,Proposal,"],
        then=lambda: imported(acme, HEADER, "B,Best,Won,2024-02-05"),
    )

    undo(first)

    assert (name_of(acme, "B"), steps(acme, "B")) == ("Best", ["won"])
    undo(second)
    undo(before)
    assert believed(acme) == []


def name_of(organisation, external_id):
    return organisation.opportunities.get(external_id=external_id).details.in_force().get().name


def test_of_two_that_each_wrote_after_the_other_neither_is_torn_out(acme):
    first, second = imported_around(
        acme,
        ["A,Alpha,Proposal,", "B,Beta,Proposal,"],
        then=lambda: imported(acme, HEADER, "A,Omega,Proposal,", "B,Better,Proposal,"),
    )
    before = believed(acme)

    for run in (first, second):
        with pytest.raises(NotUndoable):
            undo(run)

    assert believed(acme) == before


def test_what_an_undoing_brought_back_is_not_later_than_it_was(acme):
    first = imported(acme, LOG, "A,First contact,2024-01-05,e1")
    second = imported(acme, LOG, "A,Proposal,2024-01-09,e2")
    third = imported(acme, LOG, "A,First contact,2024-01-06,e1")
    undo(third)

    undo(second)
    undo(first)

    assert believed(acme) == []


def test_an_import_under_way_is_an_obstacle_only_where_it_wrote(acme):
    first = imported(acme, HEADER, "A,Alpha,Proposal,")
    other = planned(acme, HEADER, "B,Beta,Proposal,", "A,Omega,Proposal,")

    def progress(done, total):
        if first.state == "committed":
            undo(first)
            first.refresh_from_db()

    commit(other, progress=progress, batch=1)

    assert ImportRun.objects.get(pk=first.pk).state == "undone"
    assert name_of(acme, "A") == "Omega"
