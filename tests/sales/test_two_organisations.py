"""Two organisations import the same ids and names; neither changes the other."""

from sales.importing.undoing import undo
from tests import world
from tests.sales.runs import counts, deals, every_row, facts, imported

WON = "D1,Deal,100,Ben,Won,2024-01-01,2024-01-02,2024-02-01"
LOST = "D1,Same id,7,Ben,Lost,2024-01-01,2024-01-02,2024-03-01"


def test_the_same_id_is_another_opportunity_elsewhere(acme, ben, stranger):
    globex = stranger.organisation
    world.person(globex.root, "Ben")
    imported(acme, deals(WON))
    before, rows = facts(acme), every_row()

    run = imported(globex, deals(LOST))

    assert counts(run) == (1, 0, 0)
    assert facts(acme) == before
    assert rows.items() <= every_row().items()
    assert {owner.person.organisation for owner in globex.opportunities.get().owners.all()} == {
        globex
    }


def test_undoing_in_one_leaves_the_other(acme, ben, stranger):
    globex = stranger.organisation
    world.person(globex.root, "Ben")
    imported(acme, deals(WON))
    run = imported(globex, deals(LOST))
    before = facts(acme)

    undo(run)

    assert facts(acme) == before
    assert facts(globex) == set()
