"""A merge says first what it moves, and is done only when sent from there."""

from functools import partial

import pytest

from teams import tree
from teams.models import Team
from tests import world
from tests.teams.browsing import as_shown
from tests.teams.meanwhile import meanwhile

MERGE = "/teams/acme/acme/structure/north/merge/"


def is_open(team: Team) -> bool:
    return Team.objects.open().filter(pk=team.pk).exists()


def asked(client, target: Team) -> str:
    return client.get(f"{MERGE}?target={target.pk}").content.decode()


def test_what_moves_is_said_and_nothing_is_done(cora, north, south, ana, ben, signed_in):
    world.team(north, "Kiel")

    page = asked(signed_in(cora), south)

    assert "Merge North into South?" in page
    assert "2 people go on in South" in page
    assert "1 team moves under South" in page
    assert "Kiel" in page
    assert "What happened until now stays with North" in page
    assert is_open(north)


def test_sent_from_there_it_is_done(cora, north, south, ben, signed_in):
    client = signed_in(cora)

    answer = client.post(MERGE, as_shown(asked(client, south)), follow=True)

    assert "Done." in answer.content.decode()
    assert not is_open(north)
    assert ben.memberships.in_force().get(to_at=None).team == south


def test_if_something_else_would_move_by_now_it_is_shown_again(cora, north, south, signed_in):
    client = signed_in(cora)
    said = as_shown(asked(client, south))
    world.team(north, "Kiel")

    again = client.post(MERGE, said)

    text = again.content.decode()
    assert again.status_code == 422
    assert "This changed meanwhile." in text
    assert "1 team moves under South" in text
    assert is_open(north)
    assert "Done." in client.post(MERGE, as_shown(text), follow=True).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_merge_that_cannot_be_is_refused_at_either_step(cora, north, signed_in, method):
    kiel = world.team(north, "Kiel")

    answer = getattr(signed_in(cora), method)(MERGE, {"target": kiel.pk}, follow=True)

    assert "into itself or a team below" in answer.content.decode()
    assert is_open(north)


@pytest.mark.parametrize("said", [{}, {"target": ""}, {"target": "x"}])
def test_without_a_choice_nothing_is_chosen(cora, north, south, signed_in, said):
    answer = signed_in(cora).post(MERGE, said, follow=True)

    assert "message-error" in answer.content.decode()
    assert is_open(north)


def test_another_organisations_team_is_not_a_choice(cora, north, stranger, signed_in):
    target = stranger.organisation.root.pk

    page = signed_in(cora).post(MERGE, {"target": target}, follow=True).content.decode()

    assert "not one of the available choices" in page


def test_also_where_that_changes_in_the_last_moment(cora, north, south, signed_in):
    client = signed_in(cora)
    said = as_shown(asked(client, south))

    with meanwhile(partial(tree.add_team, north, name="Kiel")):
        again = client.post(MERGE, said)

    assert (again.status_code, is_open(north)) == (422, True)
