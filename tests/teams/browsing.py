"""Signing in and sending a form as people do, through the page."""

import re

from django.test import Client

from tests.world import PASSWORD

LOGIN = "/accounts/login/"
WRONG = "wrong horse battery"


def sign_in(email: str, password: str = PASSWORD, *, client: Client | None = None, **headers: str):
    """The answer of the sign-in page."""
    said = {"login": email, "password": password}
    return (client or Client()).post(LOGIN, said, headers=headers)


def is_in(client: Client) -> bool:
    """Whether somebody is signed in."""
    return client.get("/account/").status_code == 200


def as_shown(page: str) -> dict[str, str]:
    """What the page of a move or a merge sends when it is agreed to."""
    return dict(re.findall(r'type="hidden" name="(target|shown)" value="([^"]*)"', page))
