"""People pages: who is listed for whom, what an admin may do there, and how errors read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams import joining
from teams.models import Person, Role
from tests import world
from tests.world import day

PEOPLE = "/teams/acme/acme/people/"


def form(**changes: object) -> dict[str, object]:
    return {"name": "Eve", "email": "eve@acme.example", "external_id": ""} | changes


def test_a_manager_sees_the_people_of_their_teams_only(ana, ben, south, signed_in):
    world.person(south, "Sam")

    page = signed_in(ana).get("/teams/acme/north/people/").content.decode()

    assert "Ben" in page
    assert "Sam" not in page


def test_the_root_lists_everybody_also_those_in_no_team(acme, cora, ben, signed_in):
    world.person(None, "Teamless", organisation=acme)

    page = signed_in(cora).get(PEOPLE).content.decode()

    assert all(name in page for name in ("Cora", "Ben", "Teamless"))


@pytest.mark.parametrize("query", ["q=BEN", "q=ben@acme", "state=active&q=be"])
def test_people_are_found_by_part_of_name_or_address(cora, ana, ben, signed_in, query):
    page = signed_in(cora).get(f"{PEOPLE}?{query}").content.decode()

    assert f"/people/{ben.pk}/" in page
    assert f"/people/{ana.pk}/" not in page


def test_deactivated_people_are_listed_apart(cora, ben, signed_in):
    joining.deactivate(ben)

    assert f"/people/{ben.pk}/" not in signed_in(cora).get(PEOPLE).content.decode()
    page = signed_in(cora).get(f"{PEOPLE}?state=deactivated").content.decode()
    assert f"/people/{ben.pk}/" in page


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "q=%00", "state=x", "sort=x"])
def test_an_address_nobody_made_still_lists_people(cora, signed_in, query):
    assert signed_in(cora).get(f"{PEOPLE}?{query}").status_code == 200


def test_queries_do_not_grow_with_people(cora, north, signed_in):
    client = signed_in(cora)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(PEOPLE).status_code == 200
        return len(captured)

    client.get(PEOPLE)
    few = queries()
    for number in range(15):
        world.person(north, f"Rep {number}", account=True)

    assert queries() == few <= 10


def test_a_manager_sees_what_a_person_was_in_their_teams_only(ana, ben, south, signed_in):
    joining.join(ben, team=south, role=Role.REP)

    page = signed_in(ana).get(f"/teams/acme/north/people/{ben.pk}/").content.decode()

    assert "North" in page
    assert "South" not in page
    assert "csrfmiddlewaretoken" not in page.split("<main")[1]


def test_the_list_names_a_persons_places_at_or_below_the_team_only(
    ana, cora, ben, south, signed_in
):
    beyond = world.team(south, "Beyond")
    joining.join(ben, team=beyond, role=Role.REP)

    seen_by = {
        who: signed_in(who).get(f"/teams/acme/{team}/people/").content.decode()
        for who, team in ((ana, "north"), (cora, "acme"))
    }

    assert {who: "Beyond" in text for who, text in seen_by.items()} == {ana: False, cora: True}


def test_an_admin_adds_a_person_who_is_invited(acme, cora, north, signed_in):
    said = form(team=north.pk, role="manager", invite="on")

    answer = signed_in(cora).post(f"{PEOPLE}new/", said)

    eve = acme.people.get(name="Eve")
    assert answer["Location"] == f"{PEOPLE}{eve.pk}/"
    assert eve.memberships.get().role == "manager"
    assert eve.invitations.get().invited_by == cora


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "This field is required"),
        ({"email": "BEN@acme.example"}, "Somebody with this mail address is here already"),
        ({"email": "x"}, "valid email"),
        ({"email": ""}, "An invitation needs a mail address"),
        ({"external_id": "b1"}, "Somebody with this CRM id is here already"),
        ({"name": "Eve\nAdam"}, "on one line"),
        ({"team": "0"}, "not one of the available choices"),
        ({"role": "boss"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said(acme, cora, north, ben, signed_in, changes, says):
    Person.objects.filter(pk=ben.pk).update(external_id="b1")
    said = form(team=north.pk, role="rep", invite="on") | changes

    page = signed_in(cora).post(f"{PEOPLE}new/", said).content.decode()

    assert says in page
    assert not acme.people.filter(name__startswith="Eve").exists()


def test_an_admin_edits_a_person(cora, ben, signed_in):
    said = form(name="Benjamin", email="Ben@New.example", external_id="b1")

    signed_in(cora).post(f"{PEOPLE}{ben.pk}/edit/", said)

    ben.refresh_from_db()
    assert (ben.name, ben.email, ben.external_id) == ("Benjamin", "ben@new.example", "b1")


def test_an_address_somebody_has_is_refused(cora, ana, ben, signed_in):
    said = form(email="Ana@acme.example")

    answer = signed_in(cora).post(f"{PEOPLE}{ben.pk}/edit/", said)

    assert answer.status_code == 422
    assert "Somebody with this mail address is here already" in answer.content.decode()


@pytest.mark.parametrize("since", ["2021-04-01", ""])
def test_an_admin_moves_a_person_from_a_day_on(cora, ben, south, signed_in, since):
    held = ben.memberships.get()
    said = {"team": south.pk, "role": "manager", "since": since}

    signed_in(cora).post(f"{PEOPLE}{ben.pk}/memberships/{held.pk}/", said)

    now = ben.memberships.in_force().get(to_at=None)
    assert (now.team, now.role) == (south, "manager")
    assert not since or now.from_at == day("2021-03-31", hour=22)


@pytest.mark.parametrize("since", ["1899-12-31", "0001-01-01", "9999-12-31", "x", "2021-02-30"])
def test_a_day_out_of_reach_is_refused_with_a_reason(cora, ben, south, signed_in, since):
    path = f"{PEOPLE}{ben.pk}/"
    said = {"team": south.pk, "role": "rep", "since": since}
    held = ben.memberships.get()

    answer = signed_in(cora).post(f"{path}join/", said)
    page = signed_in(cora).post(f"{path}memberships/{held.pk}/", said, follow=True)

    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert "message-error" in page.content.decode()
    assert ben.memberships.get() == held
