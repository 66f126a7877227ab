"""A team sees what happened while its owner was there, and what its people own now."""

from sales.models import OpportunityOwner
from teams.tree import move_team
from tests import world

MOVED = world.day("2024-06-01")


def seen(client, team):
    page = client.get(f"/teams/acme/{team}/opportunities/").content.decode()
    return {name for name in ("Before", "After", "Both", "Nobody") if name in page}


def test_each_manager_sees_what_happened_in_their_team(acme, moved, ana, dan, cora, signed_in):
    early, late = ("open", 1, world.day("2024-02-01")), ("open", 1, world.day("2024-07-01"))
    gone = [
        world.deal(acme, moved, early, ("won", world.day("2024-03-01")), name="Before"),
        world.deal(acme, moved, early, ("won", world.day("2024-08-01")), name="Both"),
        world.deal(acme, moved, late, ("won", world.day("2024-08-01")), name="After"),
    ]
    world.deal(acme, None, early, name="Nobody")
    OpportunityOwner.objects.filter(opportunity__in=gone).update(to_at=world.day("2024-09-01"))

    assert seen(signed_in(ana), "north") == {"Before", "Both"}
    assert seen(signed_in(dan), "south") == {"After", "Both"}
    assert seen(signed_in(cora), "acme") == {"Before", "Both", "After", "Nobody"}
    assert seen(signed_in(moved), "south") == {"Before", "Both", "After"}


def test_what_a_person_owns_now_is_their_teams_of_now(acme, moved, dan, ana, signed_in):
    world.deal(acme, moved, name="After")

    assert seen(signed_in(dan), "south") == {"After"}
    assert seen(signed_in(ana), "north") == set()


def test_its_own_page_follows_the_same_rule(acme, moved, ana, dan, signed_in):
    deal = world.deal(acme, moved, ("open", 1, world.day("2024-07-01")), name="After")

    assert signed_in(ana).get(f"/teams/acme/north/opportunities/{deal.pk}/").status_code == 404
    assert signed_in(dan).get(f"/teams/acme/south/opportunities/{deal.pk}/").status_code == 200


def test_a_team_that_moved_takes_only_what_comes_after(acme, north, south, ben, dan, signed_in):
    world.deal(acme, ben, ("won", world.day("2024-03-01")), name="Before")
    OpportunityOwner.objects.update(to_at=world.day("2024-04-01"))
    world.deal(acme, ben, ("won", world.day("2024-08-01")), name="After")
    move_team(north, parent=south, at=MOVED)

    assert seen(signed_in(dan), "south") == {"After"}
