"""Links and names in mails are the installation's, whatever host a request claims."""

import re

import pytest
from django.core import mail
from django.test import Client

from teams.inviting import invite
from tests import world
from tests.teams.mailing import deliver
from tests.world import PASSWORD

EVIL = "evil.example"


@pytest.fixture(autouse=True)
def any_host(settings) -> None:
    """As where somebody set DAYA_ALLOWED_HOSTS too wide."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://daya.example"
    settings.ACCOUNT_OPEN_SIGN_UP = True


def forget_password(email: str) -> None:
    post("/accounts/password/reset/", {"email": email})


def sign_up(email: str) -> None:
    post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def post(path: str, said: dict[str, str]) -> None:
    headers = {"host": EVIL, "x-forwarded-host": EVIL, "x-original-host": EVIL}
    Client().post(path, said, headers=headers)


MAILS = {
    "reset": lambda ben: forget_password("ben@acme.example"),
    "reset of nobody": lambda ben: forget_password("new@acme.example"),
    "sign-up": lambda ben: sign_up("new@acme.example"),
    "sign-up again": lambda ben: sign_up("ben@acme.example"),
}


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_never_names_the_host_of_the_request(ben, kind):
    MAILS[kind](ben)

    (sent,) = mail.outbox
    text = str(sent.message())
    assert EVIL not in text
    hosts = set(re.findall(r"https?://([^/\s]+)", text))
    assert hosts <= {"daya.example"}
    assert hosts or kind == "reset of nobody"


def test_nor_does_an_invitation(cora, north):
    client = Client(headers={"host": EVIL})
    client.force_login(cora.user)
    eve = world.person(north, "Eve")

    client.post(f"/teams/acme/acme/people/{eve.pk}/invite/")

    (sent,) = deliver()
    assert EVIL not in str(sent.message())


def test_an_unknown_host_is_refused_where_hosts_are_named(db, settings):
    settings.ALLOWED_HOSTS = ["daya.example"]

    assert Client(headers={"host": EVIL}).get("/accounts/login/").status_code == 400


def test_a_name_cannot_add_a_header(cora, north):
    """A line break in an organisation's name never reaches a mail's subject."""
    client = Client()
    client.force_login(cora.user)
    said = {"name": "Acme\nBcc: all@evil.example", "timezone": "UTC", "currency": "EUR"}

    answer = client.post("/teams/acme/acme/settings/", said | {"fiscal_year_start": "1"})

    assert answer.status_code == 422
    eve = world.person(north, "Eve")
    invite(eve)
    assert deliver()[0].subject == "Your account at Acme"
