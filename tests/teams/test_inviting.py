"""Invitations by mail: what is sent, to whom, and that only the newest link works, once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from teams import joining
from teams.inviting import invite, link_of
from teams.models import Invitation, Person, User
from tests import world
from tests.teams.mailing import deliver, link_in, path_in
from tests.world import PASSWORD

JOIN = {"name": "Eve", "password": PASSWORD}


@pytest.fixture
def eve(north) -> Person:
    """Sells in North, without an account."""
    return world.person(north, "Eve")


def test_the_mail_says_who_invites_whom_where(eve, cora, settings):
    settings.SITE_URL = "https://daya.example"
    invite(eve, by=cora)

    (mail,) = deliver()

    assert mail.to == ["eve@acme.example"]
    assert mail.subject == "Your account at Acme"
    assert "Hello Eve," in mail.body
    assert "Cora asked us to send you this." in mail.body
    assert link_in(mail).startswith("https://daya.example/invitations/")


def test_the_mail_speaks_the_language_of_who_invites(eve):
    with translation.override("id"):
        invite(eve)

    (mail,) = deliver()

    assert "Eve" in mail.body
    assert "you are invited" not in mail.body


def test_names_are_written_plainly(acme, eve):
    eve.name = "O’Eve & <Sons>"
    eve.save()
    invite(eve)

    (mail,) = deliver()

    assert "Hello O’Eve & <Sons>," in mail.body


def test_the_link_opens_an_account_that_is_signed_in_and_proved(eve):
    invite(eve)
    client = Client()
    path = path_in(deliver()[0])

    assert "eve@acme.example" in client.get(path).content.decode()
    answer = client.post(path, JOIN, follow=True)

    assert answer.redirect_chain == [("/", 302), ("/teams/acme/north/me/", 302)]
    eve.refresh_from_db()
    assert eve.user.emailaddress_set.get().verified


def test_a_link_works_once(eve):
    path = link_of(invite(eve))
    Client().post(path, JOIN)

    assert Client().get(path).status_code == 404
    assert Client().post(path, JOIN | {"password": "another long one"}).status_code == 404
    assert User.objects.filter(email="eve@acme.example").count() == 1


def test_a_newer_link_takes_the_place_of_the_older(eve):
    old, new = link_of(invite(eve)), link_of(invite(eve))

    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_a_link_lasts_fourteen_days(eve):
    path = link_of(invite(eve))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().get(path).status_code == 404


def test_a_link_to_an_address_that_was_corrected_no_longer_works(eve):
    """It may have gone to somebody else."""
    path = link_of(invite(eve))
    Person.objects.update(email="eva@acme.example")

    assert Client().get(path).status_code == 404


def test_nor_does_it_work_again_with_the_old_address(eve):
    old = link_of(invite(eve))
    eve.email = "eva@acme.example"
    eve.save()
    new = link_of(invite(eve))
    Person.objects.update(email="eve@acme.example")

    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 404


def test_a_deactivated_person_cannot_join_and_is_not_invited(eve):
    path = link_of(invite(eve))
    joining.deactivate(eve)

    assert Client().get(path).status_code == 404
    assert deliver() == []
    eve.refresh_from_db()
    with pytest.raises(ValidationError, match="deactivated"):
        invite(eve)


def test_whoever_has_an_account_or_no_address_is_not_invited(ben, eve):
    eve.email = ""

    with pytest.raises(ValidationError, match="has an account already"):
        invite(ben)
    with pytest.raises(ValidationError, match="needs a mail address"):
        invite(eve)


@pytest.mark.parametrize(
    "password", ["", "short", "12345678901", "password123", "eve@acme.example"]
)
def test_an_easy_password_opens_nothing(eve, password):
    path = link_of(invite(eve))

    answer = Client().post(path, {"name": "Eve", "password": password})

    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert not User.objects.filter(email="eve@acme.example").exists()


def test_a_forged_link_reads_as_one_that_does_not_work(eve):
    path = link_of(invite(eve))
    used = Client().get(path + "x")

    for forged in (path[:-2] + "/", path.upper(), "/invitations/x/", "/invitations/a:b:c/"):
        answer = Client().get(forged)
        assert answer.status_code == 404
    assert used.status_code == 404


def test_the_secret_of_a_link_is_in_no_row_and_no_job(eve):
    token = link_of(invite(eve)).rsplit("/", 2)[1]

    row = str(Invitation.objects.values().get())
    assert token not in row
    (mail,) = deliver()
    assert token in mail.body


def test_the_address_is_told_to_no_other_page_and_kept_nowhere(eve):
    answer = Client().get(link_of(invite(eve)))

    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
