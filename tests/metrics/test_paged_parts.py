"""A long table of parts comes a page at a time; sums and scales are of all of them."""

import pytest

from metrics.breakdowns import PAGE
from metrics.recomputing import recompute_all
from metrics.whiskers import WIDTH
from tests import world
from tests.world import day, won

HOME, METRIC = "/teams/acme/north/", "/teams/acme/north/metrics/sales-cycle/"


@pytest.fixture
def many_reps(acme, north):
    """One more rep in North than a page holds, each with a deal that took a day less."""
    for number in range(PAGE + 1):
        rep = world.person(north, f"Rep {number:02}")
        began = ("open", 1, day(f"2024-01-{number + 1:02}"))
        world.deal(acme, rep, began, ("won", day("2024-02-28")))
    recompute_all(acme)


def names(answer, table):
    return [row.get("name") for row in answer.context[table]]


@pytest.mark.parametrize(("path", "table"), [(HOME, "parts"), (METRIC, "reps")])
def test_every_rep_is_on_one_page(path, table, many_reps, ana, signed_in):
    client = signed_in(ana)

    first = names(client.get(path, {"period": "2024-Q1"}), table)
    second = names(client.get(path, {"period": "2024-Q1", "page": "2"}), table)

    assert (len(first), len(second)) == (PAGE, 1)
    assert len({*first, *second}) == PAGE + 1


@pytest.mark.parametrize("asked", ["99", "0", "-1", "x", ""])
def test_what_is_no_page_shows_one_that_is(asked, many_reps, ana, signed_in):
    answer = signed_in(ana).get(METRIC, {"period": "2024-Q1", "page": asked})

    assert answer.context["reps"]


def test_pages_are_drawn_on_one_scale(many_reps, ana, signed_in):
    client = signed_in(ana)

    pages = [client.get(HOME, {"period": "2024-Q1", "page": number}) for number in "12"]

    cycles = [page.context["parts"][0]["shown"][1].whisker for page in pages]
    assert cycles[0].reference == cycles[1].reference < WIDTH


def test_another_period_begins_with_its_first_page(many_reps, ana, signed_in):
    page = signed_in(ana).get(METRIC, {"period": "2024-Q1", "page": "2"}).content.decode()

    assert 'href="?period=month"' in page


def test_what_counts_in_no_team_below_is_not_what_other_pages_hold(acme, north, ana, signed_in):
    for number in range(PAGE + 1):
        rep = world.person(world.team(north, f"Team {number:02}"), f"Rep {number:02}")
        won(acme, rep, day("2024-02-28"))
    recompute_all(acme)

    answer = signed_in(ana).get(HOME, {"period": "2024-Q1"})

    assert len(answer.context["parts"]) == PAGE
    assert answer.context["elsewhere"] == 0


def test_every_page_of_reps_says_what_nobody_owns(many_reps, acme, cora, signed_in):
    won(acme, None, day("2024-02-28"))
    recompute_all(acme)
    client = signed_in(cora)

    for number in "12":
        page = client.get(
            "/teams/acme/acme/metrics/win-rate/", {"period": "2024-Q1", "page": number}
        )
        assert names(page, "reps")[-1:] == [None]


def test_the_way_to_a_reps_own_team_keeps_what_was_asked(acme, north, ben, cora, signed_in):
    world.team(north, "Far North")

    answer = signed_in(cora).get(f"/teams/acme/north/reps/{ben.pk}/", {"period": "2024-Q1"})

    assert answer.status_code == 200
    sam = world.person(north.organisation.teams.get(slug="far-north"), "Sam")
    answer = signed_in(cora).get(f"/teams/acme/north/reps/{sam.pk}/", {"period": "2024-Q1"})
    assert answer.url == f"/teams/acme/far-north/reps/{sam.pk}/?period=2024-Q1"
