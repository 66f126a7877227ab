"""An invitation to an address that has an account: only that account joins, having proved it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from teams.inviting import NotInvited, accept, invite, link_of
from teams.models import Person, User
from tests import world
from tests.world import PASSWORD


@pytest.fixture
def eve(stranger) -> Person:
    """Known to Globex by the address Ben has at Acme; two persons of one account."""
    eve = world.person(stranger.organisation.root, "Eve")
    eve.email = "ben@acme.example"
    eve.save()
    return eve


@pytest.fixture
def path(eve: Person, ben: Person) -> str:
    return link_of(invite(eve))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_its_owner_joins_and_keeps_one_account(path, eve, ben):
    answer = browser(ben.user).post(path)

    eve.refresh_from_db()
    assert answer["Location"] == "/"
    assert eve.user == ben.user


def test_neither_organisation_learns_of_the_other(path, eve, ben, cora, stranger, signed_in):
    browser(ben.user).post(path)

    page = signed_in(cora).get(f"/teams/acme/acme/people/{ben.pk}/").content.decode()
    assert "Globex" not in page
    page = signed_in(stranger).get(f"/teams/globex/globex/people/{eve.pk}/").content.decode()
    assert "Acme" not in page


def test_signed_out_the_page_asks_to_sign_in_first(path):
    client = Client()
    door = re.search(r'href="(/accounts/login/\?next=[^"]+)"', client.get(path).content.decode())[1]

    said = {"login": "ben@acme.example", "password": PASSWORD}
    answer = client.post(door, said, follow=True)
    assert "Join with my account" in answer.content.decode()


def test_nobody_opens_a_second_account_with_the_link(path, ben):
    answer = Client().post(path, {"name": "Mallory", "password": PASSWORD})

    assert answer.status_code == 200
    assert User.objects.filter(email="ben@acme.example").get() == ben.user


def test_another_account_does_not_join_with_the_link(path, eve, cora):
    browser(cora.user).post(path)

    eve.refresh_from_db()
    assert eve.user is None


def test_an_account_that_only_claims_the_address_does_not_join(path, eve, ben):
    EmailAddress.objects.filter(user=ben.user).update(verified=False)

    browser(ben.user).post(path)

    eve.refresh_from_db()
    assert eve.user is None


def test_an_address_proved_as_a_second_one_counts(eve, ben, cora):
    """Ben's account signs in with another address now; no second account takes the old one."""
    User.objects.filter(pk=ben.user_id).update(email="benjamin@acme.example")
    EmailAddress.objects.create(user=ben.user, email="benjamin@acme.example", verified=True)
    path = link_of(invite(eve))

    assert "Sign in with it to join" in Client().get(path).content.decode()
    browser(ben.user).post(path)

    eve.refresh_from_db()
    assert eve.user == ben.user


def test_an_account_is_one_person_in_an_organisation(north, ben):
    twin = world.person(north, "Twin")
    Person.objects.filter(pk=ben.pk).update(email="")
    Person.objects.filter(pk=twin.pk).update(email="ben@acme.example")
    twin.refresh_from_db()
    invitation = invite(twin)

    with pytest.raises(NotInvited):
        accept(invitation, user=ben.user)

    answer = browser(ben.user).post(link_of(invitation))
    assert answer.status_code == 404
