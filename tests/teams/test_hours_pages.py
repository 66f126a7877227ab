"""Working hours under Settings: listed, added, changed and removed by who runs the organisation."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Job
from teams.keeping_hours import add_calendar, set_holidays, work_by
from tests import world

HOURS = "/teams/acme/acme/settings/hours/"
WORKDAY = "09:00-12:00, 13:00-17:00"


def form(**changes: object) -> dict[str, object]:
    week = {f"day{day}": WORKDAY if day < 4 else "" for day in range(7)}
    kept = {"name": "Part time", "timezone": "Asia/Jakarta", "holidays": "2026-12-25 Christmas"}
    return kept | week | changes


@pytest.fixture
def shifts(acme):
    return add_calendar(acme, name="Shifts", zone="Asia/Tokyo", weekly=[[(0, 1440)]] * 7)


def promised() -> list[str]:
    return list(Job.objects.values_list("task", flat=True))


def test_settings_lead_to_the_working_hours(cora, signed_in):
    assert f'href="{HOURS}"' in signed_in(cora).get("/teams/acme/acme/settings/").text


def test_a_calendar_is_listed_with_its_week_and_who_works_by_it(
    shifts, cora, north, ben, signed_in
):
    set_holidays(shifts, days=[(date(2026, 1, 1), ""), (date(2026, 5, 3), "")])
    work_by(north, calendar=shifts)
    work_by(ben, calendar=shifts)

    row = signed_in(cora).get(HOURS).text.split(">Shifts<")[1].partition("</tr>")[0]

    assert "Mon–Sun 00:00–24:00" in row
    assert "Asia/Tokyo" in row
    assert ">2<" in row
    assert "/structure/north/" in row
    assert f"/people/{ben.pk}/" in row


def test_of_many_who_work_by_it_some_are_named(shifts, acme, cora, north, signed_in):
    for number in range(7):
        work_by(world.person(north, f"Rep {number}"), calendar=shifts)

    page = signed_in(cora).get(HOURS).text

    assert "Rep 4" in page
    assert "Rep 5" not in page
    assert "and 2 people more" in page


def test_queries_do_not_grow_with_calendars(acme, cora, signed_in):
    client = signed_in(cora)
    client.get(HOURS)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(HOURS)
        return len(captured)

    few = queries()
    for number in range(5):
        add_calendar(acme, name=f"Calendar {number}", zone="UTC")

    assert queries() == few


def test_an_admin_adds_a_calendar(acme, cora, signed_in):
    answer = signed_in(cora).post(f"{HOURS}new/", form())

    assert answer["Location"] == HOURS
    made = acme.calendars.get(name="Part time")
    assert made.timezone == "Asia/Jakarta"
    assert made.weekly() == [[(540, 720), (780, 1020)]] * 4 + [[]] * 3
    assert made.holidays.get().name == "Christmas"


def test_a_new_calendar_starts_as_office_hours_in_the_organisations_zone(cora, signed_in):
    page = signed_in(cora).get(f"{HOURS}new/").text

    assert '<option value="Europe/Berlin" selected>' in page
    assert page.count('value="09:00-17:00"') == 5


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Office hours"}, "There is a calendar of this name already."),
        ({"timezone": "Mars/Olympus"}, "not one of the available choices"),
        ({"day1": "9 to 5"}, "Tuesday: write hours such as"),
        ({"day6": "13:00-17:00, 09:00-12:00"}, "Sunday: hours follow each other"),
        ({"holidays": "2026-12-25\nBoxing Day"}, "Line 2: write the day and its name"),
        (dict.fromkeys([f"day{day}" for day in range(7)], ""), "Open on at least one day"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(acme, cora, signed_in, changes, says):
    answer = signed_in(cora).post(f"{HOURS}new/", form(**changes))

    assert answer.status_code == 422
    after_field = answer.text.split(f'name="{next(iter(changes))}"')[1]
    assert says in after_field.partition('<div class="field')[0]
    assert acme.calendars.count() == 1


def test_other_hours_recompute_and_another_name_does_not(shifts, cora, signed_in):
    same = form(**{f"day{day}": "00:00-24:00" for day in range(7)})
    same |= {"timezone": "Asia/Tokyo", "holidays": "", "name": "Round the clock"}
    Job.objects.all().delete()

    signed_in(cora).post(f"{HOURS}{shifts.pk}/", same)
    assert promised() == []

    signed_in(cora).post(f"{HOURS}{shifts.pk}/", same | {"holidays": "2026-01-01"})
    assert promised() == ["metrics.recompute_all"]
    shifts.refresh_from_db()
    assert (shifts.name, shifts.holidays.count()) == ("Round the clock", 1)


def test_a_changed_calendar_is_shown_as_it_is_typed(shifts, cora, signed_in):
    set_holidays(shifts, days=[(date(2026, 12, 25), "Christmas")])

    page = signed_in(cora).get(f"{HOURS}{shifts.pk}/").text

    assert page.count('value="00:00-24:00"') == 7
    assert "2026-12-25 Christmas" in page
