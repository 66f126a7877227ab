"""People from a CSV file: whom a row means, and what it changes."""

import io

import pytest
from django.utils import timezone

from jobs.models import Job
from teams import joining
from teams.models import Membership, Organisation, Person, Role
from teams.people_csv import BadFile, export_people, text_of
from teams.people_in import take_people
from teams.tree import add_team
from tests import world
from tests.world import day


def take(organisation: Organisation, text: str) -> dict[str, int]:
    counts = take_people(organisation, text_of(io.BytesIO(text.encode()))).counts
    return {name: counts[name] for name in ("created", "updated", "unchanged")}


def places(person: Person) -> list[tuple[str, str]]:
    held = Membership.objects.holding_at(timezone.now()).filter(person=person)
    return list(held.values_list("team__name", "role"))


NEW = {"created": 1, "updated": 0, "unchanged": 0}
CHANGED = {"created": 0, "updated": 1, "unchanged": 0}
SAME = {"created": 0, "updated": 0, "unchanged": 1}


def test_a_new_person_is_in_the_team_as_always(acme, north):
    said = "name,email,crm_id,team,role\nEve,Eve@Acme.example,e7,north,manager\n"

    assert take(acme, said) == NEW

    eve = acme.people.get()
    assert (eve.name, eve.email, eve.external_id) == ("Eve", "eve@acme.example", "e7")
    assert places(eve) == [("North", "manager")]
    assert eve.memberships.get().from_at.year == 1900


def test_the_person_with_that_address_is_changed(acme, ben, south):
    said = "name,email,team,role\nBenjamin,BEN@acme.example,south,manager\n"

    assert take(acme, said) == CHANGED

    ben.refresh_from_db()
    assert ben.name == "Benjamin"
    assert places(ben) == [("South", "manager")]


def test_else_the_one_with_that_crm_id(acme, ben):
    Person.objects.filter(pk=ben.pk).update(external_id="b1")

    assert take(acme, "name,email,crm_id\nBen,ben@new.example,b1\n") == CHANGED

    ben.refresh_from_db()
    assert ben.email == "ben@new.example"


def test_else_the_only_one_of_that_name_who_has_neither(acme, north):
    """Known from a sales file only; the address makes them invitable."""
    eve = Person.objects.create(organisation=acme, name="Eve")

    assert take(acme, "name,email\nEVE,eve@acme.example\n") == CHANGED

    eve.refresh_from_db()
    assert (eve.name, eve.email) == ("EVE", "eve@acme.example")


def test_a_namesake_with_an_address_is_somebody_else(acme, ben):
    assert take(acme, "name,email\nBen,other.ben@acme.example\n") == NEW


def test_an_empty_cell_leaves_what_is_there(acme, ana):
    Person.objects.filter(pk=ana.pk).update(external_id="a1")

    assert take(acme, "name,email,crm_id,team,role\nAna,ana@acme.example,,,\n") == SAME

    assert places(ana) == [("North", "manager")]


def test_a_role_alone_is_a_role_in_the_team_they_are_in(acme, ben):
    assert take(acme, "name,email,role\nBen,ben@acme.example,Manager\n") == CHANGED

    assert places(ben) == [("North", "manager")]


def test_a_team_alone_keeps_the_role(acme, ana, south):
    assert take(acme, "name,email,team\nAna,ana@acme.example,South\n") == CHANGED

    assert places(ana) == [("South", "manager")]


def test_who_had_left_comes_back_now(acme, north, ben):
    joining.leave(ben.memberships.get())

    assert take(acme, "name,email,team\nBen,ben@acme.example,north\n") == CHANGED

    assert places(ben) == [("North", "rep")]


def test_a_short_name_goes_before_a_name(acme):
    """One team is called as another's address."""
    first, second = add_team(acme.root, name="Kiel"), add_team(acme.root, name="Bremen")
    second.name, first.name = "kiel", "Lübeck"
    first.save()
    second.save()

    take(acme, "name,email,team\nEve,eve@acme.example,kiel\n")

    assert places(acme.people.get()) == [("Lübeck", "rep")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_whatever_the_spreadsheet_divides_by(acme, north, delimiter, ending):
    lines = [["Name", "EMAIL", " team "], ['"Eve, the first"', "eve@acme.example", "north"], [""]]
    said = "\ufeff" + ending.join(delimiter.join(cells) for cells in lines)

    assert take(acme, said) == NEW
    assert acme.people.get().name == "Eve, the first"


def test_its_own_export_changes_nothing(acme, north, south, ana, ben):
    for name in ("=1+1", "'=1+1", "O'Brien", "-", "Eve;Adam"):
        Person.objects.create(organisation=acme, name=name)
    joining.join(ben, team=south, role=Role.MANAGER)
    world.person(add_team(north, name="Sales"), "One")
    world.person(add_team(south, name="Sales"), "Two")
    before = list(Person.objects.values()), list(Membership.objects.values())

    counts = take(acme, "".join(export_people(acme)))

    assert counts == {"created": 0, "updated": 0, "unchanged": 9}
    assert before == (list(Person.objects.values()), list(Membership.objects.values()))


def test_another_organisations_people_and_teams_are_out_of_reach(acme, north, stranger):
    said = "name,email,team\nMine,stranger@globex.example,north\n"

    assert take(acme, said) == NEW

    stranger.refresh_from_db()
    assert stranger.name == "Stranger"


def test_a_role_somebody_has_there_already_is_refused(acme, south, ben):
    joining.join(ben, team=south, role=Role.REP)

    with pytest.raises(BadFile):
        take(acme, "name,email,team\nBen,ben@acme.example,south\n")


def test_who_is_known_from_a_sales_file_counts_in_the_team_as_always(acme, north):
    eve = Person.objects.create(organisation=acme, name="Eve")
    world.won(acme, eve, day("2021-03-01"))

    take(acme, "name,email,team\nEve,eve@acme.example,north\n")

    assert eve.memberships.get().from_at.year == 1900
    assert Job.objects.filter(task="metrics.recompute").exists()


@pytest.mark.parametrize(
    ("cell", "role"),
    [("Sales rep", "rep"), ("MANAGER", "manager"), ("Manajer", "manager"), ("Admin", "admin")],
)
def test_a_role_may_be_called_as_pages_call_it(acme, north, cell, role):
    take_people(acme, f"name,email,team,role\nEve,eve@acme.example,north,{cell}\n")

    assert acme.people.get(name="Eve").memberships.get().role == role
