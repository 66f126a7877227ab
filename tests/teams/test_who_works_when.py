"""By which calendar a team or a person works, chosen on their page."""

import pytest

from jobs.models import Job
from teams.keeping_hours import add_calendar, work_by

TEAM = "/teams/acme/acme/structure/north/"


@pytest.fixture
def shifts(acme):
    return add_calendar(acme, name="Shifts", zone="Asia/Tokyo")


def chosen(text: str) -> str:
    """What stands first in the select of calendars."""
    return text.split('name="calendar"')[1].split("<option")[1].split(">")[1].partition("<")[0]


def test_an_admin_chooses_the_hours_of_a_team_and_takes_them_back(shifts, cora, north, signed_in):
    client = signed_in(cora)

    answer = client.post(f"{TEAM}hours/", {"calendar": shifts.pk})
    north.refresh_from_db()
    assert (answer["Location"], north.calendar) == (TEAM, shifts)

    client.post(f"{TEAM}hours/", {"calendar": ""})
    north.refresh_from_db()
    assert north.calendar is None


def test_a_team_is_told_what_it_works_by_without_a_choice(acme, shifts, cora, north, signed_in):
    assert chosen(signed_in(cora).get(TEAM).text) == "As the team above: Office hours"

    work_by(acme.root, calendar=shifts)

    assert chosen(signed_in(cora).get(TEAM).text) == "As the team above: Shifts"


def test_the_organisation_itself_has_to_choose(acme, cora, signed_in):
    path = "/teams/acme/acme/structure/acme/"

    assert chosen(signed_in(cora).get(path).text) == "Office hours"

    page = signed_in(cora).post(f"{path}hours/", {"calendar": ""}, follow=True)
    assert "This field is required." in page.text
    acme.root.refresh_from_db()
    assert acme.root.calendar is not None


def test_an_admin_chooses_the_hours_of_a_person(acme, shifts, cora, north, ben, signed_in):
    path = f"/teams/acme/acme/people/{ben.pk}/"
    work_by(north, calendar=shifts)
    assert chosen(signed_in(cora).get(path).text) == "As their team: Shifts"

    page = signed_in(cora).post(f"{path}hours/", {"calendar": acme.root.calendar_id}, follow=True)

    ben.refresh_from_db()
    assert ben.calendar.name == "Office hours"
    assert "Office hours</a>: Mon–Fri 09:00–17:00" in page.text


@pytest.mark.parametrize("at", ["structure/north", "people/{ben}"])
def test_a_calendar_of_another_organisation_is_none_here(cora, ben, stranger, signed_in, at):
    path = f"/teams/acme/acme/{at.format(ben=ben.pk)}/hours/"
    theirs = stranger.organisation.root.calendar_id

    page = signed_in(cora).post(path, {"calendar": theirs}, follow=True)

    assert "not one of the available choices" in page.text


def test_the_same_choice_again_changes_no_number(cora, north, shifts, signed_in):
    work_by(north, calendar=shifts)
    Job.objects.all().delete()

    page = signed_in(cora).post(f"{TEAM}hours/", {"calendar": shifts.pk}, follow=True)

    assert "Nothing is different." in page.text
    assert not Job.objects.exists()


def test_a_manager_reads_a_persons_hours_and_chooses_none(ana, ben, signed_in):
    page = signed_in(ana).get(f"/teams/acme/north/people/{ben.pk}/").text

    assert "Office hours: Mon–Fri 09:00–17:00" in page
    assert 'name="calendar"' not in page
