"""Signing in, and where it leads whom."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.browsing import sign_in
from tests.e2e.people import ADMIN, REGION_MANAGER, REP, REP_NAME, TEAM_MANAGER

COVERING = ["Team numbers", "Waiting leads", "Leads", "Opportunities", "People", "Team structure"]
LANDINGS = [
    (
        ADMIN,
        "Nusantara Niaga",
        [*COVERING[:4], "Imports", *COVERING[4:], "Connections", "Settings"],
    ),
    (REGION_MANAGER, "Jawa", COVERING),
    (TEAM_MANAGER, "Jakarta", COVERING),
    (REP, REP_NAME, ["My numbers", "Waiting leads", "Leads", "Opportunities"]),
]


@pytest.mark.parametrize(("email", "heading", "sections"), LANDINGS)
def test_each_role_lands_at_its_numbers_and_is_shown_its_sections(browse, email, heading, sections):
    page = browse()

    sign_in(page, email)

    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("navigation", name="Sections").get_by_role("link")).to_have_text(
        sections
    )
    expect(page.get_by_role("link", name="Win rate")).to_be_visible()


def test_who_opens_a_page_signed_out_comes_back_to_it_after_signing_in(browse):
    page = browse()
    page.goto("/teams/nusantara/jakarta/opportunities/?state=won")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    page.get_by_label("Email").fill(TEAM_MANAGER)
    page.get_by_label("Password").fill("daya-demo-2468")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page).to_have_url("/teams/nusantara/jakarta/opportunities/?state=won")


def test_a_wrong_password_is_told_without_saying_whether_the_account_exists(browse):
    told = []
    for email in (REP, "nobody.at.all@nusantara.example"):
        page = browse()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        told.append(page.get_by_role("alert").inner_text())
        assert violations(page) == []

    assert told[0] == told[1] != ""


def test_who_signs_out_is_out(browse):
    page = browse()
    sign_in(page, REP)
    page.get_by_text(REP_NAME).first.click()

    page.get_by_role("button", name="Sign out").click()

    page.goto("/teams/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
