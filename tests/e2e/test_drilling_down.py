"""From a tile to the rows behind its number, and to one of them."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.people import REGION_MANAGER, REP, TEAM_MANAGER


def test_a_manager_goes_from_a_tile_to_the_rows_to_an_opportunity(browse_as):
    page = browse_as(TEAM_MANAGER)
    page.goto("/")
    tile = page.get_by_role("link", name="Win rate")
    value = tile.locator(".tile-value").inner_text()

    tile.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Win rate")
    expect(page.locator(".figure .tile-value")).to_have_text(value)

    row = page.locator("#rows tbody").get_by_role("link").first
    name = row.inner_text()
    row.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def test_the_rows_of_a_rep_are_those_that_are_counted(browse_as):
    page = browse_as(REP)
    page.goto("/")

    page.get_by_role("link", name="Win rate").click()

    won, decided = counted(page)
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(decided)
    expect(rows.locator(".badge-good")).to_have_count(won)


def test_what_is_left_out_says_why(browse_as):
    page = browse_as(TEAM_MANAGER)
    page.goto("/")
    page.get_by_role("link", name="Win rate").click()

    page.get_by_role("navigation", name="Which rows").get_by_role("link", name="Left out").click()

    expect(page).to_have_url(re.compile("shown=excluded"))
    expect(page.get_by_role("columnheader", name="Why left out")).to_be_visible()
    for reason in page.locator("#rows tbody tr td:last-child").all_inner_texts():
        assert reason != ""


def test_a_region_leads_down_to_its_teams_and_back_by_the_crumbs(browse_as):
    page = browse_as(REGION_MANAGER)
    page.goto("/")

    page.get_by_role("main").get_by_role("link", name="Jakarta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jakarta")

    page.get_by_role("navigation", name="Teams above").get_by_role("link", name="Jawa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawa")


def counted(page: Page) -> tuple[int, int]:
    """The two numbers of “8 of 12” under the headline."""
    said = re.search(r"(\d+) of (\d+)", page.locator(".figure").inner_text())
    assert said is not None
    return int(said[1]), int(said[2])
