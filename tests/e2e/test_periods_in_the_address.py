"""The period lives in the address: it can be sent, reloaded and gone back from."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.people import TEAM_MANAGER

WAY = [("Month", r"[?&]period=month"), ("Year", r"[?&]period=year")]


def open_home(browse_as) -> Page:
    page = browse_as(TEAM_MANAGER)
    page.goto("/")
    return page


def test_month_and_year_are_chosen_by_links_and_the_back_button_undoes_it(browse_as):
    page = open_home(browse_as)
    home, quarter = page.url, said(page)

    for grain, address in WAY:
        page.get_by_role("navigation", name="Period").get_by_role("link", name=grain).click()
        expect(page).to_have_url(re.compile(address))
        expect(current(page)).to_have_text(grain)
    year = said(page)
    page.go_back()
    expect(current(page)).to_have_text("Month")
    page.go_back()

    expect(page).to_have_url(home)
    assert year != said(page) == quarter


def test_a_period_of_the_list_is_shown_at_once_and_survives_a_reload(browse_as):
    page = open_home(browse_as)
    picker = page.get_by_label("Period", exact=True).locator("visible=true").last
    label = picker.locator("option").nth(1).inner_text()

    picker.select_option(label=label)

    expect(page).to_have_url(re.compile(r"[?&]period=\d{4}-Q\d"))
    assert said(page).startswith(label)
    page.reload()
    assert said(page).startswith(label)


def test_the_arrows_go_to_the_period_before_and_after(browse_as):
    page = open_home(browse_as)
    now = said(page)

    page.get_by_role("link", name="Earlier").click()
    expect(page).to_have_url(re.compile("period="))
    assert said(page) != now

    page.get_by_role("link", name="Later").click()
    expect(page.locator(".head p").first).to_have_text(now)


def test_a_metric_opened_from_a_period_stays_in_it(browse_as):
    page = open_home(browse_as)
    page.get_by_role("link", name="Earlier").click()
    page.wait_for_url("**period=**")
    period = re.search(r"period=([\w-]+)", page.url)[1]

    page.get_by_role("link", name="Sales cycle length").click()

    expect(page).to_have_url(re.compile(f"metrics/sales-cycle/.*period={period}"))


def test_what_is_no_period_is_refused_with_how_one_is_written(browse_as):
    page = browse_as(TEAM_MANAGER)

    answer = page.goto("/teams/nusantara/jakarta/?period=2026-Q9")

    assert answer.status == 400
    expect(page.get_by_text("Write 2017, 2017-Q1")).to_be_visible()


def said(page: Page) -> str:
    return page.locator(".head p").first.inner_text()


def current(page: Page):
    return page.get_by_role("navigation", name="Period").locator("[aria-current]")
