"""Mails are short, plain and Daya's own, in the language of whoever asked for them."""

from datetime import timedelta

import pytest
from allauth.account import app_settings as account
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from teams.inviting import VALID, invite
from tests import world
from tests.teams.mailing import deliver, link_in
from tests.world import PASSWORD

SIGN_UP = {"email": "eve@acme.example", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def at_an_address(settings) -> None:
    settings.SITE_URL = "https://daya.example"
    settings.ACCOUNT_OPEN_SIGN_UP = True


def forget(email, language):
    Client().post(reverse("account_reset_password"), {"email": email}, headers=asking(language))


def sign_up(email, language):
    said = SIGN_UP | {"email": email}
    Client().post(reverse("account_signup"), said, headers=asking(language))


def add_address(ben, language):
    client = Client(headers=asking(language))
    client.force_login(ben.user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "ben@home.example", "action_add": ""})


def asking(language):
    return {"accept-language": language}


ASKED = {
    "sign-up": lambda ben, language: sign_up("eve@acme.example", language),
    "sign-up again": lambda ben, language: sign_up(ben.email, language),
    "another password": lambda ben, language: forget(ben.email, language),
    "of nobody": lambda ben, language: forget("eve@acme.example", language),
    "another address": add_address,
}
TEXTS = {
    ("sign-up", "en"): [
        "Confirm your mail address to use Daya",
        "Somebody, perhaps you, opened an account at Daya for eve@acme.example.",
        "If it was you, confirm here within 3 days that the address is yours: LINK",
        "If it was not you, do nothing.",
    ],
    ("sign-up", "id"): [
        "Konfirmasikan alamat email Anda untuk memakai Daya",
        "Seseorang, mungkin Anda, membuat akun di Daya untuk eve@acme.example.",
        "Jika itu Anda, konfirmasikan di sini dalam 3 hari bahwa alamat ini milik Anda: LINK",
        "Jika itu bukan Anda, abaikan saja.",
    ],
    ("sign-up again", "en"): [
        "You have an account at Daya already",
        "Somebody, perhaps you, wanted to open an account at Daya for ben@acme.example. There"
        " is one already, so nothing was changed.",
        "If it was you and you forgot the password, choose another one here: LINK",
        "If it was not you, do nothing.",
    ],
    ("sign-up again", "id"): [
        "Anda sudah punya akun di Daya",
        "Seseorang, mungkin Anda, hendak membuat akun di Daya untuk ben@acme.example. Akun "
        "itu sudah ada, jadi tidak ada yang diubah.",
        "Jika itu Anda dan Anda lupa kata sandinya, pilih yang baru di sini: LINK",
        "Jika itu bukan Anda, abaikan saja.",
    ],
    ("another password", "en"): [
        "Another password for Daya",
        "Somebody, perhaps you, asked for another password for ben@acme.example.",
        "If it was you, choose one here: LINK",
        "The link works once, for 3 days. If it was not you, do nothing: your password stays "
        "as it is.",
    ],
    ("another password", "id"): [
        "Kata sandi baru untuk Daya",
        "Seseorang, mungkin Anda, meminta kata sandi baru untuk ben@acme.example.",
        "Jika itu Anda, pilih kata sandi baru di sini: LINK",
        "Tautan berlaku satu kali, selama 3 hari. Jika itu bukan Anda, abaikan saja: kata "
        "sandi Anda tidak berubah.",
    ],
    ("of nobody", "en"): [
        "No account at Daya with this address",
        "Somebody, perhaps you, asked for another password for eve@acme.example. There is no "
        "account with this address.",
        "If it was you, you can open one here: LINK",
        "If it was not you, do nothing.",
    ],
    ("of nobody", "id"): [
        "Tidak ada akun di Daya dengan alamat ini",
        "Seseorang, mungkin Anda, meminta kata sandi baru untuk eve@acme.example. Tidak ada "
        "akun dengan alamat ini.",
        "Jika itu Anda, Anda dapat membuat akun di sini: LINK",
        "Jika itu bukan Anda, abaikan saja.",
    ],
    ("another address", "en"): [
        "Is this your mail address?",
        "Somebody, perhaps you, added ben@home.example to an account at Daya.",
        "If it was you, confirm here within 3 days that the address is yours: LINK",
        "If it was not you, do nothing.",
    ],
    ("another address", "id"): [
        "Apakah ini alamat email Anda?",
        "Seseorang, mungkin Anda, menambahkan ben@home.example ke sebuah akun di Daya.",
        "Jika itu Anda, konfirmasikan di sini dalam 3 hari bahwa alamat ini milik Anda: LINK",
        "Jika itu bukan Anda, abaikan saja.",
    ],
}
"""The subject, and the paragraphs."""


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_what_is_sent(kind, language, ben):
    ASKED[kind](ben, language)

    (sent,) = mail.outbox
    assert in_short(sent) == [*TEXTS[kind, language], "Daya · daya.example"]


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("en", ["Your account at Acme", "Hello Eve,", "you are invited to Acme on Daya."]),
        ("id", ["Akun Anda di Acme", "Halo Eve,", "Anda diundang ke Acme di Daya."]),
    ],
)
def test_an_invitation_is_one_of_them(language, begins, north):
    eve = world.person(north, "Eve")

    with override(language):
        invite(eve)

    (sent,) = deliver()
    assert in_short(sent)[:3] == begins
    assert in_short(sent)[-1] == "Daya · daya.example"


def test_links_work_as_long_as_the_mails_say(settings):
    assert account.EMAIL_CONFIRMATION_EXPIRE_DAYS == 3
    assert timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) == timedelta(days=3)
    assert timedelta(days=14) == VALID


def in_short(sent) -> list[str]:
    """The subject, and the paragraphs."""
    said = sent.body.replace(f"\n{link_in(sent)}", " LINK")
    return [sent.subject, *said.split("\n\n")]
