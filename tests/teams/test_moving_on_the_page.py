"""A move says first what it changes, and is done only when sent from there."""

import pytest
from django.utils import timezone

from teams.models import Role, Team
from tests import world

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
    answer = signed_in(cora).post(MOVE, {"target": south.pk}, follow=True)

    assert "Done." in answer.content.decode()
    assert parent_of(north) == "South"


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
