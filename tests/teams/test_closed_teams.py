"""An admin finds closed teams below the tree: what became of them, and when."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from teams.models import Team
from teams.tree import merge_team
from tests import world
from tests.world import day

STRUCTURE = "/teams/acme/acme/structure/"


def closed(team, on, **fields):
    Team.objects.filter(pk=team.pk).update(closed_at=day(on), **fields)


def test_merged_into_which_and_when_the_last_first(acme, cora, north, south, signed_in):
    west = world.team(acme.root, "West")
    merge_team(north, into=south)
    closed(north, "2026-03-01")
    closed(west, "2026-04-01")

    page = signed_in(cora).get(STRUCTURE).content.decode().split("<main")[1]

    tree, _mark, below = page.partition("2 closed teams")
    assert "North" not in tree
    assert "merged into South on 2026-03-01" in below
    assert below.index("closed on 2026-04-01") < below.index("merged into South")
    assert 'href="/teams/acme/north/"' in below


def test_where_none_is_closed_nothing_is_said_of_them(cora, north, signed_in):
    assert "closed team" not in signed_in(cora).get(STRUCTURE).content.decode()


def test_a_manager_sees_open_teams_only(ana, north, signed_in):
    merge_team(world.team(north, "Kiel"), into=north)

    assert "Kiel" not in signed_in(ana).get("/teams/acme/north/structure/").content.decode()


def test_queries_do_not_grow_with_closed_teams(acme, cora, north, signed_in):
    client = signed_in(cora)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(STRUCTURE)
        return len(captured)

    merge_team(world.team(acme.root, "Team 0"), into=north)
    client.get(STRUCTURE)
    few = queries()
    for number in range(1, 4):
        merge_team(world.team(acme.root, f"Team {number}"), into=world.team(north, f"N{number}"))

    assert queries() == few


def test_an_open_team_was_merged_into_none(north, south):
    with pytest.raises(IntegrityError, match="only_a_closed_team_is_merged_into_another"):
        Team.objects.filter(pk=north.pk).update(merged_into=south)


def test_nor_a_closed_one_into_itself(north):
    with pytest.raises(IntegrityError, match="only_a_closed_team_is_merged_into_another"):
        closed(north, "2026-03-01", merged_into=north)
