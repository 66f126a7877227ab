"""From one team to another, on the same page of the same period."""

import pytest

from teams.switching import Place


@pytest.mark.parametrize(
    ("left", "reached"),
    [
        ("/teams/acme/north/metrics/win-rate/?period=2024-Q1", "metrics/win-rate/?period=2024-Q1"),
        ("/teams/acme/north/opportunities/?state=won", "opportunities/?state=won"),
        ("/teams/acme/north/opportunities/7/", ""),
        ("/teams/acme/acme/settings/", ""),
        ("/account/", ""),
        ("https://elsewhere.example/", ""),
        ("//[", ""),
        ("", ""),
    ],
)
def test_a_page_that_other_teams_have_is_kept(left, reached, south):
    assert Place(left).of(south) == f"/teams/acme/south/{reached}"


def test_the_switcher_links_to_the_same_page(cora, north, signed_in):
    page = signed_in(cora).get("/teams/?from=/teams/acme/acme/metrics/win-rate/%3Fperiod=2024")

    assert 'href="/teams/acme/north/metrics/win-rate/?period=2024"' in page.content.decode()


def test_a_rep_is_led_to_their_own_numbers(ben, signed_in):
    page = signed_in(ben).get("/teams/?from=/teams/acme/north/metrics/win-rate/")

    assert 'href="/teams/acme/north/me/"' in page.content.decode()


def test_teams_are_found_by_name(cora, north, south, signed_in):
    page = signed_in(cora).get("/teams/?q=NOR").content.decode()

    assert "/teams/acme/north/" in page
    assert "/teams/acme/south/" not in page
