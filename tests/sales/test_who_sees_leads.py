"""A team sees the leads that its people held while they were in it; a rep those once their own."""

from teams.tree import move_team
from tests import world
from tests.world import day

MOVED = day("2024-06-01")
CAME_IN = day("2024-02-01")


def seen(client, team):
    page = client.get(f"/teams/acme/{team}/leads/").content.decode()
    return {name for name in ("Before", "After", "Both", "Nobody") if name in page}


def test_each_manager_sees_what_was_held_in_their_team(acme, moved, ana, dan, cora, signed_in):
    early, late, over = day("2024-02-02"), day("2024-07-01"), day("2024-04-01")
    world.lead(acme, CAME_IN, (moved, early), (None, over), name="Before")
    world.lead(acme, CAME_IN, (moved, early), name="Both")
    world.lead(acme, CAME_IN, (moved, late), name="After")
    world.lead(acme, CAME_IN, name="Nobody")

    assert seen(signed_in(ana), "north") == {"Before", "Both"}
    assert seen(signed_in(dan), "south") == {"After", "Both"}
    assert seen(signed_in(cora), "acme") == {"Before", "Both", "After", "Nobody"}
    assert seen(signed_in(moved), "south") == {"Before", "Both", "After"}


def test_a_rep_sees_what_they_hold_or_held_and_nothing_else(acme, north, ben, signed_in):
    ned = world.person(north, "Ned")
    world.lead(acme, CAME_IN, (ben, day("2024-02-02")), (ned, day("2024-02-03")), name="Before")
    world.lead(acme, CAME_IN, (ned, day("2024-02-02")), name="After")

    assert seen(signed_in(ben), "north") == {"Before"}


def test_its_own_page_follows_the_same_rule(acme, moved, ana, dan, signed_in):
    lead = world.lead(acme, CAME_IN, (moved, day("2024-07-01")))

    assert signed_in(ana).get(f"/teams/acme/north/leads/{lead.pk}/").status_code == 404
    assert signed_in(dan).get(f"/teams/acme/south/leads/{lead.pk}/").status_code == 200


def test_a_team_that_moved_takes_only_what_comes_after(acme, north, south, ben, dan, signed_in):
    world.lead(acme, CAME_IN, (ben, day("2024-02-02")), (None, day("2024-04-01")), name="Before")
    world.lead(acme, CAME_IN, (ben, day("2024-08-01")), name="After")
    move_team(north, parent=south, at=MOVED)

    assert seen(signed_in(dan), "south") == {"After"}


def test_another_organisation_sees_none(acme, ben, stranger, signed_in):
    lead = world.lead(acme, CAME_IN, (ben, day("2024-02-02")), name="Both")
    browser = signed_in(stranger)

    assert browser.get(f"/teams/acme/acme/leads/{lead.pk}/").status_code == 404
    assert browser.get(f"/teams/globex/globex/leads/{lead.pk}/").status_code == 404
    assert "Both" not in browser.get("/teams/globex/globex/leads/").content.decode()
