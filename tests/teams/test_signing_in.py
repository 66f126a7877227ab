"""Signing in by mail address: who gets in, and what nobody learns by trying."""

import pytest
from django.contrib.auth.hashers import get_hasher
from django.test import Client

from tests import world
from tests.teams.browsing import WRONG, is_in, sign_in


def shape(answer) -> tuple[int, str]:
    """What an answer says, without what is new in each: the form's token and the typed address."""
    page = answer.content.decode()
    return answer.status_code, "".join(
        line for line in page.splitlines() if "csrf" not in line and "@" not in line
    )


def test_a_rep_lands_on_their_own_numbers(ben):
    client = Client()

    assert sign_in("BEN@acme.example", client=client)["Location"] == "/"
    assert client.get("/")["Location"] == "/teams/acme/north/me/"


def test_a_manager_lands_on_their_team(ana, signed_in):
    assert signed_in(ana).get("/")["Location"] == "/teams/acme/north/"


def test_who_has_several_teams_chooses(ana, south, signed_in):
    world.join(ana, team=south, role="manager")

    assert signed_in(ana).get("/")["Location"] == "/teams/"


def test_who_manages_one_team_and_sells_in_another_lands_on_the_managed_one(ana, south, signed_in):
    world.join(ana, team=south, role="rep")

    assert signed_in(ana).get("/")["Location"] == "/teams/acme/north/"


def test_staff_without_a_seat_land_on_operations(db):
    client = Client()
    client.force_login(world.user("root@daya.example", is_staff=True))

    assert client.get("/")["Location"] == "/operations/"


def test_an_account_without_a_seat_is_told_so(db):
    client = Client()
    client.force_login(world.user("nobody@daya.example"))

    assert "You are in no team yet" in client.get("/").content.decode()


@pytest.mark.parametrize("email", ["ben@acme.example", "nobody@acme.example"])
def test_a_wrong_password_lets_nobody_in(ben, email):
    client = Client()

    answer = sign_in(email, WRONG, client=client)

    assert answer.status_code == 200
    assert not is_in(client)


def test_a_known_and_an_unknown_address_get_the_same_answer(ben):
    known, unknown = sign_in("ben@acme.example", WRONG), sign_in("new@acme.example", WRONG)

    assert shape(known) == shape(unknown)
    assert known.headers.keys() == unknown.headers.keys()


def test_a_known_and_an_unknown_address_cost_one_hash_each(ben, monkeypatch):
    """As long as each does the same work, time tells nothing."""
    hasher, hashed = get_hasher(), []
    encode = type(hasher).encode
    monkeypatch.setattr(
        type(hasher), "encode", lambda *said: hashed.append(said[1]) or encode(*said)
    )

    sign_in("ben@acme.example", WRONG)
    known = len(hashed)
    sign_in("new@acme.example", WRONG)

    assert (known, len(hashed)) == (1, 2)


def test_an_account_that_is_switched_off_stays_out(ben):
    ben.user.is_active = False
    ben.user.save()
    client = Client()

    answer = sign_in("ben@acme.example", client=client)

    assert answer["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_an_open_session_ends_with_the_account(ben, signed_in):
    client = signed_in(ben)
    ben.user.is_active = False
    ben.user.save()

    assert client.get("/")["Location"] == "/accounts/login/?next=/"


def test_signing_out_needs_a_click(ben, signed_in):
    client = signed_in(ben)

    client.get("/accounts/logout/")
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(ben):
    cookie = sign_in("ben@acme.example").cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_session_of_before_is_not_the_session_of_after(ben):
    client = Client()
    client.get("/accounts/login/")
    client.session.save()
    before = client.session.session_key

    sign_in("ben@acme.example", client=client)

    assert client.session.session_key != before
