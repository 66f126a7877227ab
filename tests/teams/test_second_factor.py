"""A second factor: an authenticator's code, set up on a page and then asked for at each entry."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.teams.browsing import is_in, sign_in
from tests.world import PASSWORD

ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an authenticator shows, ``steps`` of thirty seconds from now. One step on is accepted
    too, and is another code than the one used to set up."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_page(client: Client) -> str:
    """The page, after giving the password once more."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.get(ACTIVATE).content.decode()


def set_up(client: Client) -> str:
    """Turn it on as a person does; the secret in their authenticator."""
    page = set_up_page(client)
    secret = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    client.post(ACTIVATE, {"code": code_of(secret)})
    return secret


@pytest.fixture
def secret(ben) -> str:
    client = Client()
    sign_in("ben@acme.example", client=client)
    return set_up(client)


def test_it_is_set_up_on_a_page_with_a_picture_to_scan(ben):
    client = Client()
    sign_in("ben@acme.example", client=client)

    page = set_up_page(client)

    assert 'src="data:image/svg+xml;base64,' in page
    set_up(client)
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}


def test_then_a_password_alone_lets_nobody_in(secret):
    client = Client()

    answer = sign_in("ben@acme.example", client=client)

    assert answer["Location"] == AUTHENTICATE
    assert not is_in(client)


def test_the_code_does(secret):
    client = Client()
    sign_in("ben@acme.example", client=client)

    client.post(AUTHENTICATE, {"code": code_of(secret, steps=1)})

    assert is_in(client)


def test_a_wrong_code_does_not(secret):
    client = Client()
    sign_in("ben@acme.example", client=client)

    client.post(AUTHENTICATE, {"code": code_of(secret, steps=1_000)})

    assert not is_in(client)


def test_a_code_works_once(secret):
    code = code_of(secret, steps=1)
    for works in (True, False):
        client = Client()
        sign_in("ben@acme.example", client=client)

        client.post(AUTHENTICATE, {"code": code})

        assert is_in(client) is works


def test_a_recovery_code_works_once(ben, secret):
    stored = Authenticator.objects.get(type="recovery_codes")
    code = stored.wrap().get_unused_codes()[0]
    for works in (True, False):
        client = Client()
        sign_in("ben@acme.example", client=client)

        client.post(AUTHENTICATE, {"code": code})

        assert is_in(client) is works


def test_guesses_are_limited_by_account_wherever_they_come_from(secret):
    client = Client()
    sign_in("ben@acme.example", client=client)
    wrong = code_of(secret, steps=1_000)

    for number in range(12):
        elsewhere = {"x-forwarded-for": f"203.0.113.{number}"}
        client.post(AUTHENTICATE, {"code": wrong}, headers=elsewhere)
    client.post(AUTHENTICATE, {"code": code_of(secret, steps=1)})

    assert not is_in(client)


def test_it_is_not_turned_off_by_a_stolen_session_alone(ben, secret, signed_in):
    """Only who has just given the password may; a session found open may not."""
    client = signed_in(ben)

    client.post("/accounts/2fa/totp/deactivate/")

    assert Authenticator.objects.filter(type="totp").exists()
