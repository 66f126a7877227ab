"""Without JavaScript everything works, with a button more."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import sign_in
from tests.e2e.files import EXPORT, written
from tests.e2e.people import TEAM_MANAGER
from tests.e2e.waiting import reload_until


@pytest.fixture
def page(browse) -> Page:
    return browse(java_script_enabled=False)


def test_a_period_is_chosen_with_a_button(page):
    sign_in(page, TEAM_MANAGER)
    picker = page.locator("#choose-period")
    chosen = picker.locator("option").nth(1).get_attribute("value")

    picker.select_option(chosen)
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile(f"period={chosen}"))
    expect(picker).to_have_value(chosen)


def test_the_language_is_chosen_with_a_button(page):
    page.goto("/accounts/login/")

    page.locator("details.menu > summary").click()
    page.locator("#choose-language").select_option("id")
    page.get_by_role("button", name="Apply").click()

    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_a_file_is_taken_in_up_to_its_preview(page):
    sign_in(page, "ada@plain.example")

    page.get_by_role("link", name="Imports").click()
    page.get_by_role("link", name="Import a file").first.click()
    file = {"name": "deals.csv", "mimeType": "text/csv", "buffer": written(*EXPORT)}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_label("Dates are written").select_option("dmy")
    page.get_by_role("button", name="Go on to the stages").click()
    page.get_by_role("button", name="Check the file").click()

    reload_until(page, page.get_by_role("heading", name="What would change"))
    expect(page.get_by_role("button", name="Import what is valid")).to_be_visible()
