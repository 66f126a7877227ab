"""A person chooses the language and the theme; both are kept with the account."""

import re

from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from tests.e2e.browsing import sign_in
from tests.e2e.people import CHOOSES_A_LANGUAGE, CHOOSES_A_THEME


def in_indonesian(text: str) -> str:
    with override("id"):
        said = gettext(text)
    assert said != text, f"“{text}” is not translated"
    return said


def choose(page: Page, field: str, value: str) -> None:
    page.locator("details.menu > summary").click()
    with page.expect_navigation():
        page.locator(field).select_option(value)


def test_indonesian_is_kept_with_the_account_and_its_numbers_follow(browse):
    page = browse()
    sign_in(page, CHOOSES_A_LANGUAGE)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    value = page.locator(".tile-value").first.inner_text()
    assert re.match(r"\d+\.\d", value)

    choose(page, "#choose-language", "id")

    expect(page.locator("html")).to_have_attribute("lang", "id")
    sections = page.get_by_role("navigation", name=in_indonesian("Sections"))
    expect(sections.get_by_role("link", name=in_indonesian("Opportunities"))).to_be_visible()
    assert page.locator(".tile-value").first.inner_text() == value.replace(".", ",")

    elsewhere = browse(locale="en-GB")
    sign_in(elsewhere, CHOOSES_A_LANGUAGE)
    elsewhere.get_by_role("link", name=in_indonesian("Opportunities")).click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text(in_indonesian("Opportunities"))


def test_who_is_not_signed_in_chooses_too(browse):
    page = browse()
    page.goto("/accounts/login/")

    choose(page, "#choose-language", "id")

    expect(page.get_by_role("heading", level=1)).to_have_text(in_indonesian("Sign in"))


def test_the_dark_theme_is_kept_and_reaches_the_error_pages(browse):
    page = browse(color_scheme="light")
    sign_in(page, CHOOSES_A_THEME)
    assert brightness(page) > 200

    choose(page, "#choose-theme", "dark")
    assert brightness(page) < 60

    page.goto("/nowhere/")
    assert brightness(page) < 60


def test_without_a_choice_the_theme_is_the_devices(browse):
    page = browse(color_scheme="dark")

    page.goto("/accounts/login/")
    assert brightness(page) < 60

    page.emulate_media(color_scheme="light")
    assert brightness(page) > 200


def brightness(page: Page) -> float:
    """Of the page's ground, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    channels = [int(part) for part in re.findall(r"\d+", colour)[:3]]
    return sum(channels) / 3
