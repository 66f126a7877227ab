"""Undoing an import makes the facts what they were, and lets nothing be lost that built on it."""

import pytest
from django.utils import timezone

from sales.importing.undoing import NotUndoable, undo
from sales.models import ImportRun
from sales.signals import opportunities_changed
from tests.sales.crm import (
    believed,
    counts,
    imported,
    opportunities_of,
    planned,
    steps,
    written,
)

HEADER = "Id,Name,Amount,Owner,Stage,Contacted,Closed"
FIRST = ["A,Alpha,5,Ben,Won,2024-01-05,2024-02-05", "B,Beta,6,Ben,First contact,2024-01-06,"]
SECOND = ["A,Omega,7,Ana,Proposal,,", "B,Beta,6,Ben,Lost,2024-01-06,2024-02-06", "C,,,,Proposal,,"]
LOG = "Id,Stage,At"


@pytest.fixture
def first(acme, ana, ben):
    return imported(acme, HEADER, *FIRST)


def test_what_was_there_before_is_believed_again(acme, first):
    before = believed(acme)
    second = imported(acme, HEADER, *SECOND)

    undo(second)

    assert believed(acme) == before
    assert believed(acme, timezone.now()) == before


def test_what_was_believed_in_between_can_still_be_read(acme, first):
    before = believed(acme)
    start = timezone.now()
    second = imported(acme, HEADER, *SECOND)
    between, meanwhile = timezone.now(), believed(acme)

    undo(second)

    assert believed(acme, start) == before
    assert believed(acme, between) == meanwhile != before


def test_at_every_instant_the_import_is_undone_wholly_or_not_at_all(acme, first):
    before = believed(acme)
    second = imported(acme, HEADER, *SECOND)
    meanwhile = believed(acme)
    undo(second)

    second.refresh_from_db()

    instants = {row["recorded_at"] for row in written(acme).values()}
    instants |= {row["voided_at"] for row in written(acme).values()} - {None}
    since = [instant for instant in instants if instant > first.finished_at]
    assert len(since) == 2
    assert [believed(acme, instant) for instant in sorted(since)] == [meanwhile, before]


def test_no_fact_is_deleted_or_edited(acme, first):
    second = imported(acme, HEADER, *SECOND)
    facts = written(acme)

    undo(second)

    after = written(acme)
    for key, row in facts.items():
        changed = {name for name, value in row.items() if after[key][name] != value}
        assert changed <= {"voided_at", "voided_by_id"}


def test_everything_of_a_first_import_is_taken_back(acme, first):
    undo(first)

    assert believed(acme) == []
    assert opportunities_of(acme) == ["A", "B"]


def test_the_file_can_be_imported_again(acme, first):
    before = believed(acme)
    undo(first)

    again = imported(acme, HEADER, *FIRST)

    assert counts(again) == {"created": 2}
    assert believed(acme) == before


def test_import_and_undo_can_go_on_for_ever(acme, first):
    before = believed(acme)

    for _time in range(3):
        undo(imported(acme, HEADER, *SECOND))

    assert believed(acme) == before


def test_a_later_import_of_the_same_opportunities_must_be_undone_first(acme, first):
    second = imported(acme, HEADER, *SECOND)

    with pytest.raises(NotUndoable, match=r"“export\.csv” was imported later"):
        undo(first)

    undo(second)
    undo(first)
    assert believed(acme) == []


def test_a_later_event_after_its_own_is_built_on_it(acme):
    first = imported(acme, LOG, "A,Proposal,2024-01-05")
    imported(acme, LOG, "A,Won,2024-02-05")

    with pytest.raises(NotUndoable):
        undo(first)

    assert steps(acme, "A") == ["Proposal", "won"]


def test_a_later_import_of_other_opportunities_is_no_obstacle(acme, first):
    imported(acme, HEADER, "C,Gamma,7,Ben,Proposal,2024-01-07,")

    undo(first)

    assert {row[1] for row in believed(acme) if row[0] == "StageEvent"} == {acme.pk}
    assert steps(acme, "A") == steps(acme, "B") == []
    assert steps(acme, "C")[0] == "First contact"


def test_a_later_import_that_changed_nothing_is_no_obstacle(acme, first):
    imported(acme, HEADER, *FIRST)

    undo(first)

    assert believed(acme) == []


def test_imports_can_be_undone_from_the_newest_to_the_oldest(acme, first):
    states = [believed(acme)]
    runs = [first]
    for rows in (SECOND, FIRST, SECOND):
        runs.append(imported(acme, HEADER, *rows))
        states.append(believed(acme))

    for run, state in zip(reversed(runs), reversed(states), strict=True):
        assert believed(acme) == state
        undo(run)

    assert believed(acme) == []


def test_only_a_finished_import_can_be_undone(acme, first):
    undo(first)
    waiting = planned(acme, HEADER, *SECOND)

    for run in (first, waiting):
        with pytest.raises(NotUndoable, match="Only a finished import can be undone"):
            undo(run)


def test_whoever_derives_from_the_facts_is_told(acme, first):
    told = []
    second = imported(acme, HEADER, *SECOND)

    def listen(sender, *, opportunities, **kwargs):
        told.extend(opportunities)

    opportunities_changed.connect(listen)
    try:
        undo(second)
    finally:
        opportunities_changed.disconnect(listen)

    assert sorted(told) == sorted(acme.opportunities.values_list("pk", flat=True))
    assert ImportRun.objects.get(pk=second.pk).state == "undone"
