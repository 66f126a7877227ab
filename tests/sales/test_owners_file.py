"""The owners file brings people and teams that are not there yet, and moves nobody."""

import pytest

from teams.models import Membership, Person, Team
from teams.tree import rename_team
from tests import world
from tests.sales.crm import counts, imported, planned, rejections

HEADER = "Id,Stage,Owner"
TEAMS = "rep,region,team\nDana,West,Hunters\nEli,West,Farmers\n"


def places(organisation):
    """Team by person, of everybody who is in one."""
    members = Membership.objects.in_force().filter(person__organisation=organisation)
    return dict(members.values_list("person__name", "team__name"))


def path_to(team):
    return [each.name for each in Team.objects.above(team)]


def test_people_and_teams_are_made(acme):
    run = imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    assert counts(run) == {"created": 1}
    assert places(acme) == {"Dana": "Hunters", "Eli": "Farmers"}
    assert sorted(path_to(acme.teams.get(name="Hunters"))) == ["Acme", "Hunters", "West"]


def test_previewing_makes_nobody(acme):
    run = planned(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    assert counts(run) == {"created": 1}
    assert not acme.people.exists()
    assert acme.teams.count() == 1


def test_the_same_file_again_makes_nothing(acme):
    imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    run = imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    assert counts(run) == {"unchanged": 1}
    assert (acme.people.count(), acme.teams.count()) == (2, 4)


def test_whoever_is_in_a_team_stays_there(acme, north):
    world.person(north, "Dana")

    imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    assert places(acme) == {"Dana": "North", "Eli": "Farmers"}


def test_a_team_that_was_renamed_is_not_made_again(acme):
    imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)
    rename_team(acme.teams.get(name="Hunters"), name="Gatherers")

    imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    assert places(acme) == {"Dana": "Gatherers", "Eli": "Farmers"}
    assert acme.teams.count() == 4


def test_somebody_without_a_team_gets_one(acme):
    world.person(None, "Dana", organisation=acme)

    imported(acme, HEADER, "A,Proposal,Dana", teams=TEAMS)

    assert places(acme)["Dana"] == "Hunters"
    assert acme.people.filter(name="Dana").count() == 1


def test_a_missing_level_puts_the_owner_into_the_level_above(acme):
    imported(acme, HEADER, "A,Proposal,Dana", teams="rep,region,team\nDana,West,\n")

    assert places(acme) == {"Dana": "West"}


def test_a_mail_address_is_kept_as_one(acme):
    imported(
        acme,
        HEADER,
        "A,Proposal,Dana@Acme.Example",
        teams=TEAMS.replace("Dana", "dana@acme.example"),
    )

    assert Person.objects.get(email="dana@acme.example").owned.count() == 1


def test_names_are_matched_whatever_their_case_in_every_alphabet(acme):
    run = imported(
        acme, HEADER, "A,Proposal,ÖZGÜR ŞAHİN", teams="rep,region,team\nÖzgür Şahi̇n,West,\n"
    )

    assert counts(run) == {"created": 1}
    assert Person.objects.get().owned.count() == 1


def test_two_people_of_one_name_are_not_joined_by_a_third(acme, north, south):
    for team, email in ((north, "a@acme.example"), (south, "b@acme.example")):
        found = world.person(team, f"Dana {email[0]}")
        Person.objects.filter(pk=found.pk).update(name="Dana", email=email)

    run = planned(acme, HEADER, "A,Proposal,Dana", teams=TEAMS, valid_only=True)

    assert rejections(run) == [(2, "Owner", "Dana", "ambiguous_owner")]
    assert acme.people.filter(name="Dana").count() == 2


@pytest.mark.parametrize(
    ("teams", "failure"),
    [
        ("rep,region\nDana,West\n", "teams.csv: line 1, column “team”: The file has no column"),
        ("rep,region,team\nDana,West\n", "teams.csv: line 2: “Dana,West”: This row has more or"),
        (f"rep,region,team\n{'x' * 201},West,\n", "teams.csv: line 2, column “rep”: “xxx"),
        ('rep,region,team\nDana,"W\nest",\n', "teams.csv: line 2, column “region”: “W\nest”:"),
    ],
)
def test_a_bad_owners_file_fails_the_import_by_its_name(acme, teams, failure):
    run = planned(acme, HEADER, "A,Proposal,Dana", teams=teams)

    assert run.state == "failed"
    assert run.reasons[0].startswith(failure)


@pytest.mark.parametrize("teams", ["\n", "PK\x03\x04\0\0"])
def test_an_owners_file_that_is_none_fails_the_import(acme, teams):
    run = planned(acme, HEADER, "A,Proposal,Dana", teams=teams)

    assert run.state == "failed"
    assert run.reasons[0].startswith("teams.csv: ")
