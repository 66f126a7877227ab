"""A second factor is set up with an app, and asked for from then on."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.browsing import password_of, sign_in
from tests.e2e.people import ADDS_A_FACTOR

STEP = 30


def test_an_app_is_set_up_and_its_recovery_code_signs_in(browse):
    page = browse()
    sign_in(page, ADDS_A_FACTOR)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Activate").click()
    confirm_the_password(page)
    expect(page.get_by_role("img")).to_be_visible()
    assert violations(page) == []

    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()

    page.goto("/accounts/2fa/recovery-codes/")
    codes = page.get_by_role("textbox").input_value().split()
    assert violations(page) == []

    elsewhere = browse()
    elsewhere.goto("/accounts/login/")
    elsewhere.get_by_label("Email").fill(ADDS_A_FACTOR)
    elsewhere.get_by_label("Password").fill(password_of(ADDS_A_FACTOR))
    elsewhere.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_label("Code")).to_be_visible()
    assert violations(elsewhere) == []
    elsewhere.get_by_label("Code").fill(codes[0])
    elsewhere.get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Balikpapan")


def confirm_the_password(page: Page) -> None:
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(password_of(ADDS_A_FACTOR))
        page.get_by_role("main").get_by_role("button", name="Confirm").click()


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP))
