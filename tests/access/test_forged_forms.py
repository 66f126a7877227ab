"""A form that another site sends is refused everywhere, whoever's browser sends it."""

import pytest
from django.test import Client

from tests.access.addresses import addresses, patterns
from tests.access.seeding import Seeded
from tests.access.table import NOBODY, SCOPES, SIGNED, TABLE

pytestmark = pytest.mark.django_db
NAMES = sorted({name for name, _pattern in patterns()})
WITHOUT_TOKEN = {name for name, row in TABLE.items() if {row.get, row.post} & {*SCOPES, SIGNED}}
"""Addresses that take a POST without a token: for programs, which send a key or a signature in
place of a cookie. A browser's session opens nothing there."""


@pytest.mark.parametrize("name", NAMES)
def test_without_its_token_nothing_is_taken(here: Seeded, name):
    for persona in ("admin", "staff", "anonymous"):
        client = Client(enforce_csrf_checks=True)
        client.cookies = here.clients[persona].cookies.copy()
        address = addresses(here, name, persona)[0]
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(address.path, {"csrfmiddlewaretoken": "x" * 64})
            refused = answer.status_code == 403
            assert refused is (name not in WITHOUT_TOKEN), (persona, method, address.path)


def test_the_refusal_says_what_to_do(here: Seeded):
    client = Client(enforce_csrf_checks=True)

    page = client.post("/accounts/login/").content.decode()

    assert "Go back, reload the page and send the form again." in page


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_with_a_token_but_from_elsewhere_nothing_is_taken(here: Seeded, origin):
    client = Client(enforce_csrf_checks=True)
    token = client.get("/accounts/login/").cookies["csrftoken"].value

    said = {"csrfmiddlewaretoken": token}
    answer = client.post("/accounts/login/", said, headers={"origin": origin})

    assert answer.status_code == 403


def test_every_row_that_takes_something_was_asked():
    assert {name for name, row in TABLE.items() if row.post != NOBODY} <= set(NAMES)
