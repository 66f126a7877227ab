"""One's own account: what is shown and changed there, and what is kept about a person."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from teams import joining
from teams.models import Person, User
from tests import world
from tests.teams.browsing import sign_in


def test_ones_own_name_is_changed(ben, signed_in):
    answer = signed_in(ben).post("/account/", {"name": "Benjamin"})

    assert answer["Location"] == "/account/"
    assert User.objects.get(pk=ben.user_id).name == "Benjamin"


def test_the_name_an_organisation_knows_is_the_organisations(ben, signed_in):
    signed_in(ben).post("/account/", {"name": "Benjamin"})

    ben.refresh_from_db()
    assert ben.name == "Ben"


def test_every_seat_is_listed_to_its_holder_only(ben, south, signed_in):
    joining.join(ben, team=south, role="manager")

    page = signed_in(ben).get("/account/").content.decode()

    assert "Acme · North" in page
    assert "Acme · South" in page


def test_another_address_takes_the_password_and_a_click_in_a_mail(ben, signed_in):
    signed_in(ben).post("/accounts/email/", {"action_add": "", "email": "ben@new.example"})
    assert not EmailAddress.objects.filter(email="ben@new.example").exists()

    client = Client()
    sign_in("ben@acme.example", client=client)
    client.post("/accounts/reauthenticate/", {"password": world.PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "ben@new.example"})

    assert [each.to for each in mail.outbox] == [["ben@new.example"]]
    assert not EmailAddress.objects.get(email="ben@new.example").verified


@pytest.mark.parametrize(
    ("model", "kept"),
    [
        (
            User,
            {"id", "email", "name", "password", "language", "theme", "is_active", "is_staff"}
            | {"is_superuser", "date_joined", "last_login"},
        ),
        (
            Person,
            {"id", "organisation_id", "user_id", "name", "email", "external_id", "created_at"}
            | {"deactivated_at", "calendar_id"},
        ),
    ],
    ids=["account", "person"],
)
def test_nothing_else_is_kept_about_somebody(model, kept):
    """A further field is a decision about privacy: say it here."""
    assert {field.attname for field in model._meta.concrete_fields} == kept


def test_an_organisation_does_not_learn_where_an_account_signs_in_otherwise(
    cora, ben, stranger, signed_in
):
    """Ben works at Globex too, by another address; Globex knows the one it invited only."""
    eve = world.person(stranger.organisation.root, "Benny")
    Person.objects.filter(pk=eve.pk).update(user=ben.user)
    client = signed_in(stranger)

    pages = [client.get(f"/teams/globex/globex/people/{tail}") for tail in ("", f"{eve.pk}/")]

    assert all("benny@globex.example" in page.content.decode() for page in pages)
    assert not any("ben@acme.example" in page.content.decode() for page in pages)
