"""Trying passwords is limited by account and by address, and no header helps against it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from tests.teams.browsing import WRONG, sign_in
from tests.world import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
REFUSED = "Too many failed login attempts"


def refused(answer) -> bool:
    return answer.status_code == 429 or REFUSED in answer.content.decode()


def guesses_until_refused(headers_of, *, email=lambda number: "ben@acme.example") -> int:
    """How many wrong passwords are looked at, with the headers of each request."""
    for number in range(40):
        if refused(sign_in(email(number), WRONG, **headers_of(number))):
            return number
    return 40


def one_each(number: int) -> str:
    """Another account with every guess."""
    return f"rep{number}@acme.example"


def forged(number: int) -> dict[str, str]:
    """Every header in which a client might name an address of its own."""
    address = f"203.0.113.{number}"
    names = ("x-forwarded-for", "x-real-ip", "client-ip", "true-client-ip", "cf-connecting-ip")
    return dict.fromkeys(names, address) | {"forwarded": f"for={address}"}


def behind_a_proxy(number: int) -> dict[str, str]:
    """The proxy appends whom it talks to; what stands before is the client's invention."""
    return {"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"}


def test_an_account_takes_five_wrong_passwords_in_five_minutes(ben):
    assert guesses_until_refused(lambda number: {}) == 5


def test_then_the_right_one_is_not_looked_at_either(ben):
    guesses_until_refused(lambda number: {})

    assert refused(sign_in("ben@acme.example", PASSWORD))


def test_somebody_elses_limit_is_their_own(ana, ben):
    guesses_until_refused(lambda number: {})

    assert sign_in("ana@acme.example", PASSWORD)["Location"] == "/"


def test_one_address_takes_ten_wrong_passwords_a_minute_over_all_accounts(db):
    assert guesses_until_refused(lambda number: {}, email=one_each) == 10


def test_a_forged_address_does_not_help(db):
    assert guesses_until_refused(forged, email=one_each) == 10


def test_nor_does_it_behind_a_proxy(db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert guesses_until_refused(behind_a_proxy, email=one_each) == 10


def test_behind_a_proxy_each_client_has_a_limit_of_its_own(ben, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    guesses_until_refused(behind_a_proxy, email=one_each)

    answer = sign_in("ben@acme.example", **{"x-forwarded-for": "198.51.100.8"})

    assert answer["Location"] == "/"


def test_mails_to_reset_a_password_are_limited(ben):
    answers = [
        Client().post("/accounts/password/reset/", {"email": "ben@acme.example"}, headers=forged(n))
        for n in range(8)
    ]

    assert [each.status_code for each in answers] == [302] * 5 + [429] * 3
    assert len(mail.outbox) == 5


def test_a_refusal_is_a_page_that_says_what_to_do(ben):
    for _each in range(8):
        answer = Client().post("/accounts/password/reset/", {"email": "ben@acme.example"})

    assert answer.status_code == 429
    assert "Wait a few minutes and try again." in answer.content.decode()


@pytest.mark.parametrize(
    ("environment", "trusted"),
    [
        ({}, (0, None)),
        ({"DAYA_SITE_URL": "https://daya.example"}, (1, "HTTP_X_FORWARDED_PROTO")),
        ({"DAYA_SITE_URL": "https://daya.example", "DAYA_TRUSTED_PROXIES": "0"}, (0, None)),
        ({"DAYA_TRUSTED_PROXIES": "2"}, (2, "HTTP_X_FORWARDED_PROTO")),
    ],
)
def test_headers_of_proxies_are_believed_only_where_there_are_proxies(environment, trusted):
    says = (
        "from config import settings as s;"
        "print((s.ALLAUTH_TRUSTED_PROXY_COUNT, s.SECURE_PROXY_SSL_HEADER and"
        " s.SECURE_PROXY_SSL_HEADER[0]))"
    )
    plain = {name: value for name, value in os.environ.items() if "SITE_URL" not in name}
    done = subprocess.run(
        [sys.executable, "-c", says],
        cwd=ROOT, env=plain | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == str(trusted)
