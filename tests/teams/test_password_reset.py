"""A forgotten password: a link by mail, once; nobody learns who has an account."""

import pytest
from django.core import mail
from django.test import Client

from tests.teams.browsing import is_in, sign_in
from tests.teams.mailing import path_in

RESET = "/accounts/password/reset/"
NEW = {"password1": "a quite new passphrase", "password2": "a quite new passphrase"}


def asked(email: str):
    mail.outbox.clear()
    return Client().post(RESET, {"email": email})


def test_the_link_sets_another_password_once(ben):
    asked("ben@acme.example")
    path = path_in(mail.outbox[0])
    client = Client()

    form = client.get(path)["Location"]
    client.post(form, NEW)

    assert sign_in("ben@acme.example", NEW["password1"])["Location"] == "/"
    assert 'name="password1"' not in Client().get(path, follow=True).content.decode()


def test_the_link_shows_its_secret_to_no_next_page(ben):
    """The address with the key redirects to one without, before anything is loaded."""
    asked("ben@acme.example")

    answer = Client().get(path_in(mail.outbox[0]))

    assert answer.status_code == 302
    assert answer["Location"].endswith("-set-password/")


def test_sessions_of_before_end(ben, signed_in):
    elsewhere = signed_in(ben)
    asked("ben@acme.example")
    client = Client()

    client.post(client.get(path_in(mail.outbox[0]))["Location"], NEW)

    assert not is_in(elsewhere)


def test_a_known_and_an_unknown_address_get_the_same_answer_and_a_mail_each(ben):
    known, sent_to_known = asked("ben@acme.example"), list(mail.outbox)
    unknown, sent_to_unknown = asked("new@acme.example"), list(mail.outbox)

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.content == unknown.content
    assert [len(sent_to_known), len(sent_to_unknown)] == [1, 1]
    assert sent_to_unknown[0].to == ["new@acme.example"]


def test_an_unknown_address_is_not_told_to_sign_up_where_nobody_can(db):
    asked("new@acme.example")

    assert "signup" not in mail.outbox[0].body


@pytest.mark.parametrize("password", ["short", "12345678901", "password123"])
def test_an_easy_password_is_refused(ben, password):
    asked("ben@acme.example")
    client = Client()
    form = client.get(path_in(mail.outbox[0]))["Location"]

    client.post(form, {"password1": password, "password2": password})

    assert sign_in("ben@acme.example", password).status_code == 200
