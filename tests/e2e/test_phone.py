"""On a phone nothing is cut off and nothing has to be searched for sideways."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import PHONE
from tests.e2e.people import ADMIN

T = "/teams/nusantara/nusantara"
FULL = [f"{T}/", f"{T}/metrics/win-rate/", f"{T}/people/", f"{T}/opportunities/", f"{T}/imports/"]

STACKED = [
    f"{T}/",
    f"{T}/metrics/win-rate/?period=all",
    f"{T}/metrics/win-rate/?period=all&shown=excluded",
    f"{T}/metrics/stage-conversion/?period=all",
    f"{T}/imports/",
    f"{T}/leads/",
    f"{T}/opportunities/",
]


@pytest.fixture
def page(browse_as) -> Page:
    page = browse_as(ADMIN)
    page.set_viewport_size(PHONE)
    return page


def test_pages_full_of_rows_are_no_wider_than_the_phone(page):
    for address in FULL:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def test_tables_of_numbers_and_opportunities_are_not_moved_sideways(page):
    for address in STACKED:
        page.goto(address)
        tables = page.locator(".table-scroll")
        assert tables.count(), address
        wider = "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
        assert tables.evaluate_all(wider) == 0, address


def test_the_current_section_is_in_view_though_not_all_fit(page):
    page.goto(f"{T}/settings/")

    sections = page.get_by_role("navigation", name="Sections")
    expect(sections.get_by_role("link", name="Settings")).to_be_in_viewport(ratio=1)
    expect(sections.get_by_role("link", name="Team numbers")).not_to_be_in_viewport()


def test_the_menu_opens_inside_the_screen(page):
    page.goto(f"{T}/")

    page.locator("details.menu > summary").click()

    expect(page.locator(".menu-panel")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)


def test_what_changes_a_membership_is_on_the_screen_without_scrolling_sideways(page):
    page.goto(f"{T}/people/")
    page.locator("tbody th a").first.click()

    opener = page.locator("details.more > summary", has_text="Change").first
    opener.scroll_into_view_if_needed()
    opener.click()

    expect(page.get_by_label("From (empty: now)")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    table = page.locator(".table-scroll").first
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
