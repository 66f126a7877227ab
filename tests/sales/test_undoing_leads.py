"""Undoing an import about leads takes it back wholly, unless something later was built on it."""

import pytest

from sales.importing.undoing import NotUndoable, undo
from sales.models import ActivityDetail
from sales.signals import leads_changed, opportunities_changed
from tests import world
from tests.sales import crm
from tests.sales.crm import believed, counts
from tests.sales.lead_files import ACTIVITIES, ASSIGNMENTS, LEADS, holders, imported, lead

FILES = {
    "leads": (LEADS, ["L1,Mira,2024-03-05,,", "L3,Ida,2024-03-05,,"]),
    "assignments": (ASSIGNMENTS, ["L1,Ana,2024-03-06", "L1,Ana,2024-03-04", "L2,Ben,2024-03-05"]),
    "activities": (ACTIVITIES, ["A,note,2024-03-06,L2,,Ana", "B,call,2024-03-06,L1,,Ana"]),
}


@pytest.fixture(autouse=True)
def first(acme, ana, ben):
    return imported(acme, LEADS, "L1,Mara,2024-03-04,,", "L2,Ole,2024-03-04,,")


@pytest.fixture
def worked_on(acme, first):
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04")
    imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,Ben")


@pytest.mark.parametrize("kind", FILES)
def test_what_was_there_before_is_believed_again_and_the_file_can_come_again(acme, worked_on, kind):
    header, rows = FILES[kind]
    before = believed(acme)
    run = imported(acme, header, *rows)
    meanwhile = believed(acme)

    undo(run)
    assert believed(acme) == before

    again = imported(acme, header, *rows)
    assert counts(again) == counts(run)
    assert believed(acme) == meanwhile


@pytest.mark.parametrize("kind", ["assignments", "activities"])
def test_leads_that_something_later_hangs_on_stay(acme, first, kind):
    header, rows = FILES[kind]
    later = imported(acme, header, *rows)

    with pytest.raises(NotUndoable, match="was imported later"):
        undo(first)

    undo(later)
    undo(first)
    assert believed(acme) == []


def test_opportunities_that_something_later_hangs_on_stay(acme, ben):
    deals = crm.imported(acme, "Id,Stage", "O1,Proposal")
    later = imported(acme, ACTIVITIES, "A,call,2024-03-05,,O1,Ben")

    with pytest.raises(NotUndoable, match="was imported later"):
        undo(deals)

    undo(later)
    undo(deals)
    assert not ActivityDetail.objects.in_force().exists()


def test_activities_can_be_undone_though_the_lead_changed_later(acme):
    activities = imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,Ben")
    imported(acme, LEADS, "L1,Mira,2024-03-04,,")

    undo(activities)

    assert lead(acme, "L1").name == "Mira"
    assert not ActivityDetail.objects.in_force().exists()


def test_who_held_a_lead_before_holds_it_without_an_end_again(acme, worked_on):
    run = imported(acme, ASSIGNMENTS, "L1,Ana,2024-03-06")

    undo(run)

    assert holders(acme, "L1") == [("Ben", "2024-03-04 00:00", "")]


@pytest.fixture
def told():
    """What whoever derives from the facts is told of: ids by the signal's argument."""
    heard = {"leads": set(), "opportunities": set()}

    def leads(sender, *, leads, **rest):
        heard["leads"] |= set(leads)

    def opportunities(sender, *, opportunities, **rest):
        heard["opportunities"] |= set(opportunities)

    leads_changed.connect(leads)
    opportunities_changed.connect(opportunities)
    yield heard
    leads_changed.disconnect(leads)
    opportunities_changed.disconnect(opportunities)


@pytest.mark.parametrize(
    ("kind", "changed"),
    [("leads", {"L1", "L3"}), ("assignments", {"L1", "L2"}), ("activities", {"L1", "L2"})],
)
def test_whoever_derives_from_leads_is_told_of_import_and_undoing(
    acme, worked_on, told, kind, changed
):
    """Of an activity that moves from one lead to another, both."""
    header, rows = FILES[kind]

    run = imported(acme, header, *rows)
    by_import = set(told["leads"])
    told["leads"].clear()
    undo(run)

    named = dict(acme.leads.values_list("pk", "external_id"))
    assert {named[pk] for pk in by_import} == {named[pk] for pk in told["leads"]} == changed


def test_whoever_derives_from_opportunities_is_told_of_their_activities(acme, ben, told):
    deal = world.deal(acme, ben)

    imported(acme, ACTIVITIES, f"A,call,2024-03-05,,{deal.external_id},")

    assert told == {"leads": set(), "opportunities": {deal.pk}}


def test_an_import_that_changes_nothing_tells_nobody(acme, told):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,")

    assert told == {"leads": set(), "opportunities": set()}
