"""Every page that somebody can reach is readable for everybody, on every screen, and complains of
nothing. Seen in an organisation small enough to look at whole, with something in every state."""

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import ALL, OF_LOOKS, violations
from tests.e2e.browsing import DESKTOP, PHONE
from tests.e2e.crawling import crawl
from tests.e2e.pages import ELSEWHERE, EVERYBODY, FORMS, NO_PAGES, REACHED, views

LOOKS = {
    "en-GB": [("light", DESKTOP, ALL), ("dark", PHONE, OF_LOOKS)],
    "id-ID": [("dark", DESKTOP, ALL)],
}
"""Each theme on a desktop by all rules; then on a phone by those that may answer otherwise there.
Whether a page is too wide for a phone is seen in both languages."""

PEOPLE = [
    ("ada@atlas.example", "admin", "en-GB"),
    ("ada@atlas.example", "admin", "id-ID"),
    ("rita@atlas.example", "manager", "en-GB"),
    ("mona@atlas.example", "manager", "id-ID"),
    ("rae@atlas.example", "rep", "en-GB"),
    ("rae@atlas.example", "rep", "id-ID"),
    ("bea@blank.example", "admin of an empty organisation", "en-GB"),
    ("bea@blank.example", "admin of an empty organisation", "id-ID"),
    ("nobody@daya.example", "in no organisation", "en-GB"),
    ("nobody@daya.example", "in no organisation", "id-ID"),
]
"""Rita manages a region, Mona a team in it."""

STATES = {
    "sales:import": 9,
    "teams:person": 9,
    "metrics:metric": 2,
    "sales:opportunity": 3,
    "sales:lead": 6,
}
"""Of these views one page does not stand for all; so many are looked at, once, in English."""
SIGNED_OUT = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere/"]


def test_every_page_has_somebody_who_reaches_it():
    assert views() == set().union(EVERYBODY, *REACHED.values(), ELSEWHERE, NO_PAGES)


@pytest.mark.parametrize(("email", "role", "locale"), PEOPLE)
def test_each_role_reaches_its_pages_and_can_read_them(browse_as, email, role, locale):
    page = browse_as(email, locale=locale)
    states = STATES if (role, locale) == ("admin", "en-GB") else {}

    seen_elsewhere = (EVERYBODY | FORMS) - REACHED[role]

    reached, faults = set(), []
    for view in crawl(page, "/", passing_by=seen_elsewhere, each=states):
        reached.add(view)
        faults += looked_at(page, locale)

    assert faults == []
    assert reached == REACHED[role]


@pytest.mark.parametrize("locale", LOOKS)
def test_pages_before_signing_in_can_be_read(browse, locale):
    page = browse(locale=locale)

    faults = []
    for address in SIGNED_OUT:
        page.goto(address)
        faults += looked_at(page, locale)

    assert faults == []


def looked_at(page: Page, locale: str) -> list[str]:
    """What is wrong with the open page in the looks of its language."""
    faults = []
    language = page.locator("html").get_attribute("lang")
    if language != locale[:2]:
        faults.append(f"in {language}: {page.url}")
    for theme, size, rules in LOOKS[locale]:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        found = violations(page, rules)
        faults += [f"{page.url} {theme} {size['width']}: {each}" for each in found]
    page.set_viewport_size(PHONE)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append(f"wider than a phone: {page.url}")
    page.set_viewport_size(DESKTOP)
    return faults
