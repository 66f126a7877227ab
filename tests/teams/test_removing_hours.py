"""A calendar goes when nobody works by it; the organisation's own stays."""

import pytest

from teams import tree
from teams.keeping_hours import add_calendar, work_by

HOURS = "/teams/acme/acme/settings/hours/"


@pytest.fixture
def shifts(acme):
    return add_calendar(acme, name="Shifts", zone="Asia/Tokyo")


def path(calendar) -> str:
    return f"{HOURS}{calendar.pk}/"


def remove(client, calendar):
    return client.post(f"{path(calendar)}remove/", follow=True)


def test_a_calendar_of_nobody_is_removed_when_asked_and_agreed(acme, shifts, cora, signed_in):
    assert "Remove Shifts" in signed_in(cora).get(path(shifts)).text

    page = remove(signed_in(cora), shifts)

    assert "“Shifts” is removed." in page.text
    assert acme.calendars.count() == 1


@pytest.mark.parametrize("who", ["north", "ben"])
def test_while_somebody_works_by_it_it_stays(acme, shifts, cora, signed_in, who, request):
    work_by(request.getfixturevalue(who), calendar=shifts)

    page = remove(signed_in(cora), shifts)

    assert "Give them another first." in page.text
    assert "Remove Shifts" not in page.text
    assert acme.calendars.count() == 2


def test_what_a_closed_team_worked_by_stays_and_says_why(
    acme, shifts, north, south, cora, signed_in
):
    work_by(north, calendar=shifts)
    tree.merge_team(north, into=south)

    page = remove(signed_in(cora), shifts)

    assert "A team that is closed worked by this calendar" in page.text
    assert acme.calendars.count() == 2


def test_the_organisations_own_is_marked_and_stays(acme, cora, signed_in):
    own = acme.root.calendar

    page = signed_in(cora).get(path(own)).text
    assert "it cannot be removed" in page
    assert "Remove Office hours" not in page

    remove(signed_in(cora), own)
    assert acme.calendars.get() == own
