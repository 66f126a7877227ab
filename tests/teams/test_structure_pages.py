"""The tree as a page: who sees which part, and what an admin does to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Team
from tests import world

STRUCTURE = "/teams/acme/acme/structure/"


def test_a_manager_sees_the_tree_from_their_team_down(ana, north, south, signed_in):
    world.team(north, "Kiel")

    page = signed_in(ana).get("/teams/acme/north/structure/").content.decode()

    tree = page.split("<main")[1].partition('class="tree"')[2]
    assert "Kiel" in tree
    assert "South" not in tree
    assert "edit" not in tree


def test_each_team_says_how_many_people_are_in_it(cora, ana, ben, signed_in):
    page = signed_in(cora).get(STRUCTURE).content.decode()

    assert "1 person" in page
    assert "2 people" in page


def test_queries_do_not_grow_with_teams(acme, cora, signed_in):
    client = signed_in(cora)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(STRUCTURE).status_code == 200
        return len(captured)

    client.get(STRUCTURE)
    few = queries()
    for number in range(12):
        world.team(acme.root, f"Team {number}")

    assert queries() == few <= 10


def act(client, slug: str, act: str, **said: object) -> str:
    said |= {"act": act}
    return client.post(f"{STRUCTURE}{slug}/", said, follow=True).content.decode()


def test_an_admin_opens_renames_and_moves(acme, cora, north, south, signed_in):
    client = signed_in(cora)

    assert "“Kiel” is open." in act(client, "north", "add", name="Kiel")
    assert "Renamed to “Kiel Canal”." in act(client, "kiel", "rename", name="Kiel Canal")
    kiel = Team.objects.get(slug="kiel")
    assert "Done." in act(client, "kiel", "move", target=south.pk)
    assert kiel in Team.objects.under(south)


@pytest.mark.parametrize(
    ("doing", "said", "says"),
    [
        ("add", {"name": ""}, "This field is required"),
        ("add", {"name": "Kiel\nSouth"}, "on one line"),
        ("rename", {"name": "south"}, "already has a team called"),
        ("move", {"target": "north"}, "not one of the available choices"),
        ("move", {}, "This field is required"),
        ("explode", {}, "Choose what to do"),
        ("", {}, "Choose what to do"),
    ],
)
def test_what_cannot_be_is_said(cora, north, south, signed_in, doing, said, says):
    before = list(Team.objects.values())

    assert says in act(signed_in(cora), "north", doing, **said)

    assert list(Team.objects.values()) == before


def test_a_team_cannot_be_moved_below_itself_by_the_page(cora, north, signed_in):
    kiel = world.team(north, "Kiel")

    assert "into itself or a team below" in act(signed_in(cora), "north", "move", target=kiel.pk)


def test_another_organisations_team_is_not_a_choice(cora, north, stranger, signed_in):
    target = stranger.organisation.root.pk

    page = act(signed_in(cora), "north", "move", target=target)

    assert "not one of the available choices" in page


def test_the_form_leaves_out_the_team_itself_and_what_is_below(cora, north, south, signed_in):
    kiel = world.team(north, "Kiel")

    page = signed_in(cora).get(f"{STRUCTURE}north/").content.decode()

    assert f'<option value="{south.pk}"' in page
    assert f'<option value="{north.pk}"' not in page
    assert f'<option value="{kiel.pk}"' not in page


@pytest.mark.parametrize("path", [f"{STRUCTURE}north/", "/teams/acme/acme/people/new/"])
def test_no_team_is_chosen_beforehand(cora, north, south, signed_in, path):
    page = signed_in(cora).get(path).content.decode()

    assert '<option value="" selected>Choose a team</option>' in page
