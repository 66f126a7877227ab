"""Wherever a page leads on to a place it was told, that place is on this installation."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from tests.teams.browsing import LOGIN
from tests.world import PASSWORD

ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://testserver@evil.example/",
    "http://evil.example#@testserver/",
    "http://testserver.evil.example/",
    "ftp://testserver/",
    "//[",
    "\x00//evil.example",
    " //evil.example",
    "%2f%2fevil.example",
    "evil.example",
    "home",
    "operations:jobs",
    "",
]


def assert_stays(answer) -> None:
    assert answer.status_code == 302
    place = urlsplit(answer["Location"])
    assert place.scheme in {"", "http"}
    assert place.netloc in {"", "testserver"}
    assert not answer["Location"].startswith(("//", "/\\", "\\"))


def preferences(ben, target):
    return Client().post("/preferences/", {"language": "en", "theme": "dark", "next": target})


def signing_in(ben, target):
    said = {"login": "ben@acme.example", "password": PASSWORD, "next": target}
    return Client().post(LOGIN, said)


def signed_in_already(ben, target):
    return browser(ben).get(LOGIN, {"next": target})


def signing_out(ben, target):
    return browser(ben).post("/accounts/logout/", {"next": target})


def giving_the_password_again(ben, target):
    said = {"password": PASSWORD, "next": target}
    return browser(ben).post("/accounts/reauthenticate/", said)


def browser(ben) -> Client:
    client = Client()
    client.force_login(ben.user)
    return client


PAGES = [preferences, signing_in, signed_in_already, signing_out, giving_the_password_again]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_page_leads_nowhere_else(ben, page, subtests):
    for target in ELSEWHERE:
        cache.clear()
        with subtests.test(target=target):
            assert_stays(page(ben, target))


@pytest.mark.parametrize("target", ["/teams/", "/teams/acme/north/me/?period=2024-Q1"])
def test_a_place_here_is_reached(ben, target):
    said = {"login": "ben@acme.example", "password": PASSWORD, "next": target}

    assert Client().post(LOGIN, said)["Location"] == target
