"""Founding an organisation: its root team, its first admin, and what is refused."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from teams.founding import found_organisation, organisation_called
from teams.models import Organisation, Person
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_root_team_is_the_organisation_itself():
    acme = found_organisation("acme", name="Acme")

    assert acme.root.name == "Acme"
    assert acme.root.path == "acme/acme"
    assert list(acme.teams.all()) == [acme.root]


def test_the_first_admin_administers_the_root_and_is_invited():
    acme = found_organisation("acme", admin_email="Cora@Acme.example", admin_name="Cora")

    cora = acme.people.get()
    assert (cora.name, cora.email) == ("Cora", "cora@acme.example")
    assert cora.memberships.get().role == "admin"
    assert cora.invitations.get().email == "cora@acme.example"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", ""),
        ("currency", "euro"),
        ("currency", "€"),
        ("fiscal_year_start", 13),
        ("fiscal_year_start", 0),
        ("name", "Acme\nBcc: everybody@example.com"),
        ("name", "x" * 201),
    ],
)
def test_impossible_settings_are_refused_by_field(field, value):
    with pytest.raises(ValidationError) as refusal:
        found_organisation("acme", **{field: value})

    assert field in str(refusal.value)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("slug", ["", "a b", "acme/north", "åcme", "x" * 51])
def test_a_short_name_that_no_address_can_hold_is_refused(slug):
    with pytest.raises(ValidationError) as refusal:
        found_organisation(slug)

    assert "slug" in refusal.value.message_dict


def test_a_short_name_is_small_letters_however_it_is_written():
    acme = found_organisation("Acme")

    assert acme.slug == "acme"
    assert organisation_called("ACME") == acme


def test_a_short_name_is_taken_once(acme):
    with pytest.raises(ValidationError, match="already exists"):
        found_organisation("Acme")


def test_a_wrong_mail_address_founds_nothing():
    with pytest.raises(ValidationError, match="email"):
        found_organisation("acme", admin_email="cora at acme")

    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


def test_an_unknown_organisation_is_answered_with_those_there_are(acme):
    with pytest.raises(LookupError, match="There is: acme"):
        organisation_called("globex")


def test_the_command_prints_the_link_that_opens_the_first_account(capsys, client: Client, settings):
    settings.SITE_URL, settings.SITE_URL_IS_STATED = "https://daya.example", True

    call_command("create_organization", "acme", admin="cora@acme.example", timezone="Asia/Jakarta")

    link = re.search(r"https://daya.example(/invitations/\S+)", capsys.readouterr().out)
    answer = client.post(link[1], {"name": "Cora", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/", 302), ("/teams/acme/acme/", 302)]


def test_where_nobody_said_where_daya_is_served_the_command_prints_the_path(capsys, settings):
    settings.SITE_URL_IS_STATED = False

    call_command("create_organization", "acme", admin="cora@acme.example")

    said = capsys.readouterr().out
    assert "localhost" not in said
    assert re.search(r"account: /invitations/\S+ \(after the address at which Daya is served", said)


def test_the_command_says_field_and_reason(acme):
    with pytest.raises(CommandError, match="timezone: “Mars” is not a known time zone"):
        call_command("create_organization", "globex", timezone="Mars")
