"""The person page offers an invitation to whom one can be sent."""

import pytest
from django.test import Client

from teams import joining
from teams.inviting import invite, path_of
from teams.models import Person
from tests import world

BUTTON = "/invite/"


@pytest.fixture
def page(cora, signed_in):
    def read(person: Person) -> str:
        return signed_in(cora).get(f"/teams/acme/acme/people/{person.pk}/").content.decode()

    return read


def test_somebody_without_an_account_can_be_invited(page, north):
    assert BUTTON in page(world.person(north, "Eve"))


def test_who_has_an_account_is_not_invited(page, ben):
    assert BUTTON not in page(ben)


def test_a_deactivated_person_is_reactivated_first(page, north):
    eve = world.person(north, "Eve")
    joining.deactivate(eve)

    assert BUTTON not in page(eve)
    assert "/reactivate/" in page(eve)


def test_without_a_mail_address_what_is_missing_is_said(page, acme):
    eve = Person.objects.create(organisation=acme, name="Eve")

    assert BUTTON not in page(eve)
    assert "An invitation needs a mail address." in page(eve)


def test_an_open_invitation_can_be_revoked_and_sent_again(cora, page, north, signed_in):
    eve = world.person(north, "Eve")
    path = path_of(invite(eve))
    assert "/revoke/" in page(eve)

    signed_in(cora).post(f"/teams/acme/acme/people/{eve.pk}/revoke/")

    assert Client().get(path).status_code == 404
    assert "/revoke/" not in page(eve)
    signed_in(cora).post(f"/teams/acme/acme/people/{eve.pk}/invite/")
    assert "/revoke/" in page(eve)


def test_revoking_what_is_not_open_is_said(cora, north, signed_in):
    eve = world.person(north, "Eve")

    answer = signed_in(cora).post(f"/teams/acme/acme/people/{eve.pk}/revoke/", follow=True)

    assert "No invitation is open." in answer.text
