"""Language and theme: kept with the account, or in cookies for who has none."""

import pytest
from django.test import Client

from teams.models import User

PREFER = "/preferences/"


def prefer(client: Client, **said: str):
    return client.post(PREFER, {"language": "id", "theme": "dark", "next": "/account/"} | said)


def lang_and_theme(client: Client, path: str = "/accounts/login/", **headers: str):
    page = client.get(path, headers=headers).content.decode()
    head = page[page.index("<html") : page.index("<head")]
    return head.split('"')[1], head.split('"')[3]


def test_who_has_not_chosen_gets_what_the_browser_asks_for(db):
    assert lang_and_theme(Client()) == ("en", "system")
    assert lang_and_theme(Client(), **{"accept-language": "id,en;q=0.5"}) == ("id", "system")
    assert lang_and_theme(Client(), **{"accept-language": "xx"}) == ("en", "system")


def test_a_choice_without_an_account_is_kept_in_the_browser(db):
    client = Client()

    prefer(client)

    assert lang_and_theme(client) == ("id", "dark")


def test_a_choice_with_an_account_is_there_in_every_browser(ben, signed_in):
    prefer(signed_in(ben))

    assert lang_and_theme(signed_in(ben), "/account/", **{"accept-language": "en"}) == (
        "id",
        "dark",
    )


def test_it_leads_back_to_the_page(ben, signed_in):
    assert prefer(signed_in(ben))["Location"] == "/account/"


@pytest.mark.parametrize(
    "said", [{"language": "xx"}, {"theme": "pink"}, {"language": "../x"}, {"theme": ""}]
)
def test_what_there_is_not_changes_nothing(ben, signed_in, said):
    answer = prefer(signed_in(ben), **said)

    assert answer.status_code == 302
    assert not answer.cookies
    kept = User.objects.get(pk=ben.user_id)
    assert (kept.language, kept.theme) == ("", "system")


@pytest.mark.parametrize("cookie", ["pink", '"><script>', "dark; x", ""])
def test_a_forged_cookie_is_passed_over(db, cookie):
    client = Client()
    client.cookies["theme"] = cookie

    assert lang_and_theme(client) == ("en", "system")


def test_nothing_is_chosen_by_a_link(ben, signed_in):
    answer = signed_in(ben).get(PREFER, {"language": "id", "theme": "dark"})

    assert answer.status_code == 405
