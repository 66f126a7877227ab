"""The tree as a page: who sees which part, and what an admin does to it."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams import tree
from teams.models import Team
from tests import world
from tests.teams.meanwhile import meanwhile

STRUCTURE = "/teams/acme/acme/structure/"
NEW = "/teams/acme/acme/structure/acme/new/"


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


def test_an_admin_adds_and_renames(cora, north, signed_in):
    client = signed_in(cora)

    added = client.post(NEW, {"name": "Kiel", "parent": north.pk}, follow=True)
    renamed = client.post(f"{STRUCTURE}kiel/", {"name": "Kiel Canal"}, follow=True)

    assert "“Kiel” is open." in added.content.decode()
    assert "Renamed to “Kiel Canal”." in renamed.content.decode()
    assert Team.objects.get(slug="kiel") in Team.objects.under(north)


def test_below_a_team_that_team_is_proposed(cora, north, signed_in):
    client = signed_in(cora)
    below = f"{STRUCTURE}north/new/"
    assert f'href="{below}"' in client.get(f"{STRUCTURE}north/").content.decode()

    page = client.get(below).content.decode()

    assert f'<option value="{north.pk}" selected>' in page


@pytest.mark.parametrize(
    ("path", "said", "says"),
    [
        (NEW, {"name": "", "parent": "@acme"}, "This field is required"),
        (NEW, {"name": "Kiel"}, "This field is required"),
        (NEW, {"name": "Kiel", "parent": "north"}, "not one of the available choices"),
        (NEW, {"name": "Kiel\nSouth", "parent": "@acme"}, "on one line"),
        (NEW, {"name": "south", "parent": "@acme"}, "already has a team called"),
        (f"{STRUCTURE}north/", {"name": ""}, "This field is required"),
        (f"{STRUCTURE}north/", {"name": "south"}, "already has a team called"),
    ],
)
def test_what_cannot_be_is_said(acme, cora, north, south, signed_in, path, said, says):
    before = list(Team.objects.values())
    named = {key: acme.root.pk if value == "@acme" else value for key, value in said.items()}

    answer = signed_in(cora).post(path, named)

    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert list(Team.objects.values()) == before


def test_a_parent_that_closes_in_the_last_moment_is_what_is_wrong(cora, north, south, signed_in):
    client = signed_in(cora)

    with meanwhile(partial(tree.merge_team, north, into=south)):
        answer = client.post(NEW, {"name": "Kiel", "parent": north.pk})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "parent": ["Choose an open team of the same organisation."]
    }


def test_a_stale_page_that_asks_for_something_else_renames_nothing(cora, north, signed_in):
    said = {"act": "add", "name": "Kiel"}

    answer = signed_in(cora).post(f"{STRUCTURE}north/", said, follow=True)

    assert "That page was out of date, and nothing was done." in answer.content.decode()
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Acme", "North"]


def test_another_organisations_team_takes_none(cora, stranger, signed_in):
    parent = stranger.organisation.root.pk

    page = signed_in(cora).post(NEW, {"name": "Kiel", "parent": parent}).content.decode()

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
