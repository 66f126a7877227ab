"""An import that was interrupted goes on where it stopped and ends as if nothing had been."""

import pytest

from sales.importing.committing import commit
from sales.models import ImportRun, StagedOpportunity
from tests import world
from tests.sales.crm import believed, counts, imported, planned, steps

HEADER = "Id,Name,Owner,Stage,Contacted,Closed"
ROWS = [
    "A,Alpha,Ben,Won,2024-01-05,2024-02-05",
    "B,Beta,Ben,Proposal,2024-01-06,",
    "C,Gamma,,Lost,2024-01-07,2024-02-07",
    "D,Delta,Ben,Won,2024-01-08,2024-02-08",
    "E,Epsilon,Ben,First contact,2024-01-09,",
]


class PowerCut(Exception):
    """What nobody catches."""


def cut_after(batches):
    """A progress that ends the process's work after so many batches."""
    seen = []

    def progress(done, total):
        seen.append(done)
        if len(seen) == batches:
            raise PowerCut

    return progress


@pytest.fixture
def undisturbed(stranger):
    """What another organisation believes after the same file, imported in one go."""
    organisation = stranger.organisation
    world.person(organisation.root, "Ben")
    imported(organisation, HEADER, *ROWS)
    return organisation


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("batches", [1, 2])
def test_it_ends_with_the_same_facts(acme, ben, undisturbed, size, batches):
    run = planned(acme, HEADER, *ROWS)
    with pytest.raises(PowerCut):
        commit(run, progress=cut_after(batches), batch=size)

    resumed = ImportRun.objects.get(pk=run.pk)
    commit(resumed, batch=size)

    assert counts(resumed) == {"created": 5}
    assert resumed.state == "committed"
    assert len(believed(acme)) == len(believed(undisturbed))
    assert stories(acme) == stories(undisturbed)


def stories(organisation):
    return {each: steps(organisation, each) for each in "ABCDE"}


def test_what_was_written_is_whole_batches(acme, ben):
    run = planned(acme, HEADER, *ROWS)

    with pytest.raises(PowerCut):
        commit(run, progress=cut_after(1), batch=2)

    half = ImportRun.objects.get(pk=run.pk)
    assert (half.state, half.rows_done, half.created) == ("committing", 2, 2)
    assert sorted(acme.opportunities.values_list("external_id", flat=True)) == ["A", "B"]


def test_another_size_of_batches_does_not_matter(acme, ben):
    run = planned(acme, HEADER, *ROWS)
    with pytest.raises(PowerCut):
        commit(run, progress=cut_after(2), batch=1)

    commit(ImportRun.objects.get(pk=run.pk), batch=100)

    assert counts(ImportRun.objects.get(pk=run.pk)) == {"created": 5}


def test_an_interrupted_update_writes_each_change_once(acme, ben):
    imported(acme, HEADER, *ROWS)
    changed = [row.replace("Won", "Lost") for row in ROWS]
    run = planned(acme, HEADER, *changed)
    with pytest.raises(PowerCut):
        commit(run, progress=cut_after(1), batch=2)

    resumed = ImportRun.objects.get(pk=run.pk)
    commit(resumed, batch=2)

    assert counts(resumed) == {"updated": 2, "unchanged": 3}


def test_a_worker_that_was_overtaken_writes_nothing_more(acme, ben):
    slow = planned(acme, HEADER, *ROWS)
    other = []

    def overtake(done, total):
        if not other:
            other.append(ImportRun.objects.get(pk=slow.pk))
            commit(other[0], batch=2)

    commit(slow, progress=overtake, batch=2)

    stored = ImportRun.objects.get(pk=slow.pk)
    assert (counts(stored), stored.state) == ({"created": 5}, "committed")
    assert acme.opportunities.count() == 5


def test_people_of_the_owners_file_are_found_again(acme):
    run = planned(acme, HEADER, *ROWS, teams="rep,region,team\nBen,West,Hunters\n")
    with pytest.raises(PowerCut):
        commit(run, progress=cut_after(1), batch=2)

    commit(ImportRun.objects.get(pk=run.pk), batch=2)

    assert acme.people.get().owned.count() == 4
    assert not StagedOpportunity.objects.exists()
