"""A move says first what it changes, and is done only when sent from there."""

from functools import partial

import pytest
from django.utils import timezone

from teams import tree
from teams.models import Role, Team
from tests import world
from tests.teams.browsing import as_shown
from tests.teams.meanwhile import meanwhile

MOVE = "/teams/acme/acme/structure/north/move/"


def parent_of(team: Team) -> str:
    return Team.objects.above(team).reverse()[1].name


def asked(client, target: Team) -> str:
    return client.get(f"{MOVE}?target={target.pk}").content.decode()


def test_it_says_whose_numbers_it_joins_from_which_day(cora, north, south, ben, signed_in):
    world.team(north, "Kiel")

    page = asked(signed_in(cora), south)

    today = timezone.localdate(timezone=south.organisation.zone).isoformat()
    assert "Move North under South?" in page
    assert f"What happens in North from now on, {today}, counts to South too." in page
    assert "it no longer counts to" not in page
    assert "1 person goes along." in page
    assert "1 team below goes along." in page
    assert parent_of(north) == "Acme"


def test_and_whose_it_leaves(acme, cora, north, south, signed_in):
    kiel = world.team(north, "Kiel")

    page = signed_in(cora).get(f"{MOVE.replace('north', 'kiel')}?target={south.pk}")

    text = page.content.decode()
    assert "it no longer counts to North. What happened until now stays there." in text
    assert parent_of(kiel) == "North"


def test_it_says_who_begins_and_who_ceases_to_see_the_team(acme, cora, north, ana, signed_in):
    west = world.team(acme.root, "West")
    world.team(west, "Kiel")
    for name, role in (("Wes", Role.MANAGER), ("Wim", Role.REP)):
        world.person(west, name, role=role)

    page = signed_in(cora).get(f"{MOVE.replace('north', 'kiel')}?target={north.pk}")

    text = page.content.decode().split("<main")[1]
    assert "Ana will see Kiel, also what happened in it before." in text
    assert "Wes will no longer see Kiel." in text
    assert "Wim" not in text
    assert "Cora" not in text


def test_who_sees_it_already_is_not_named(cora, north, south, ana, signed_in):
    assert "Nobody will see North who does not see it now." in asked(signed_in(cora), south)


def test_sent_from_there_it_is_done(cora, north, south, signed_in):
    client = signed_in(cora)

    answer = client.post(MOVE, as_shown(asked(client, south)), follow=True)

    assert "Done." in answer.content.decode()
    assert parent_of(north) == "South"


def test_if_somebody_else_would_see_it_by_now_it_is_shown_again(
    acme, cora, north, south, signed_in
):
    east = world.team(acme.root, "East")
    world.person(east, "Eli", role=Role.MANAGER)
    client = signed_in(cora)
    said = as_shown(asked(client, south))
    tree.move_team(south, parent=east)

    again = client.post(MOVE, said)

    text = again.content.decode()
    assert again.status_code == 422
    assert "This changed meanwhile." in text
    assert "Eli will see North, also what happened in it before." in text
    assert parent_of(north) == "Acme"
    assert "Done." in client.post(MOVE, as_shown(text), follow=True).content.decode()


def test_also_where_that_changes_in_the_last_moment(acme, cora, north, south, signed_in):
    east = world.team(acme.root, "East")
    client = signed_in(cora)
    said = as_shown(asked(client, south))

    with meanwhile(partial(tree.move_team, south, parent=east)):
        again = client.post(MOVE, said)

    assert (again.status_code, parent_of(north)) == (422, "Acme")


def test_what_was_not_shown_is_not_done(cora, north, south, signed_in):
    answer = signed_in(cora).post(MOVE, {"target": south.pk})

    assert (answer.status_code, parent_of(north)) == (422, "Acme")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("kiel", "into itself or a team below"),
        ("acme", "North is under Acme already."),
        ("globex", "not one of the available choices"),
        ("", "This field is required"),
    ],
)
def test_a_move_that_cannot_be_is_refused_at_either_step(
    acme, cora, north, stranger, signed_in, method, target, says
):
    world.team(north, "Kiel")
    chosen = Team.objects.filter(slug=target).values_list("pk", flat=True).first() or ""

    answer = getattr(signed_in(cora), method)(MOVE, {"target": chosen}, follow=True)

    assert says in answer.content.decode()
    assert parent_of(north) == "Acme"
