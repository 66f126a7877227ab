"""Accounts are opened by invitation; open sign-up is a setting, and proves addresses first."""

import pytest
from django.core import mail
from django.test import Client

from teams.models import User
from tests.teams.browsing import is_in, sign_in
from tests.teams.mailing import path_in
from tests.world import PASSWORD

SIGN_UP = "/accounts/signup/"


def form(email: str) -> dict[str, str]:
    return {"email": email, "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def open_to_all(db, settings) -> None:
    settings.ACCOUNT_OPEN_SIGN_UP = True


def test_by_default_nobody_signs_up(db):
    Client().post(SIGN_UP, form("eve@acme.example"))

    assert "csrfmiddlewaretoken" not in Client().get(SIGN_UP).content.decode().split("<main")[1]
    assert not User.objects.exists()
    assert mail.outbox == []


def test_the_sign_in_page_offers_what_there_is(db, settings):
    assert SIGN_UP not in Client().get("/accounts/login/").content.decode()
    settings.ACCOUNT_OPEN_SIGN_UP = True
    assert SIGN_UP in Client().get("/accounts/login/").content.decode()


def test_an_address_is_proved_before_the_first_entry(open_to_all):
    client = Client()
    client.post(SIGN_UP, form("eve@acme.example"))
    assert not is_in(client)
    assert sign_in("eve@acme.example", client=client)["Location"] == "/accounts/confirm-email/"

    client.post(path_in(mail.outbox[0]))
    sign_in("eve@acme.example", client=client)

    assert is_in(client)


def test_opening_the_link_alone_proves_nothing(open_to_all):
    """Mail scanners open links."""
    Client().post(SIGN_UP, form("eve@acme.example"))

    Client().get(path_in(mail.outbox[0]))

    assert not User.objects.get().emailaddress_set.get().verified


def test_a_new_account_sees_nothing_even_with_an_address_of_somebody_invited(open_to_all, acme):
    """The person's place is taken by the invitation's link only."""
    client = Client()
    acme.people.create(name="Eve", email="eve@acme.example")
    client.post(SIGN_UP, form("eve@acme.example"))
    client.post(path_in(mail.outbox[0]))
    sign_in("eve@acme.example", client=client)

    assert "You are in no team yet" in client.get("/").content.decode()
    assert client.get("/teams/acme/acme/").status_code == 404


def test_a_taken_address_gets_the_same_answer_and_a_mail(open_to_all, ben):
    known = Client().post(SIGN_UP, form("ben@acme.example"))
    unknown = Client().post(SIGN_UP, form("new@acme.example"))

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [each.to for each in mail.outbox] == [["ben@acme.example"], ["new@acme.example"]]
    assert ben.user.check_password(PASSWORD)


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "is_active", "name", "language"])
def test_a_new_account_is_what_the_form_asks_for(open_to_all, field):
    Client().post(SIGN_UP, form("eve@acme.example") | {field: "1"})

    made = User.objects.get()
    assert (made.is_staff, made.is_superuser, made.is_active) == (False, False, True)
    assert (made.name, made.language) == ("", "")
