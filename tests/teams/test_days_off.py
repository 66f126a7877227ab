"""Days off on a person's page: added and cancelled by who runs the organisation."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from teams import joining
from teams.keeping_hours import take_leave


@pytest.fixture
def path(ben) -> str:
    return f"/teams/acme/acme/people/{ben.pk}/"


def days(first: object, last: object) -> dict[str, object]:
    return {"first": first, "last": last}


def days_off(text: str) -> str:
    return text.split(">Days off<")[1].partition("</section>")[0]


def test_an_admin_adds_days_off(cora, ben, path, signed_in):
    page = signed_in(cora).post(f"{path}leave/", days("2024-03-05", "2024-03-06"), follow=True)

    assert "2024-03-05 – 2024-03-06" in days_off(page.text)
    taken = ben.leaves.get()
    assert (taken.first, taken.last) == (date(2024, 3, 5), date(2024, 3, 6))


def test_and_cancels_them(cora, ben, path, signed_in):
    leave = take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 6))

    page = signed_in(cora).post(f"{path}leave/{leave.pk}/cancel/", follow=True)

    assert "2024-03-05" not in days_off(page.text)
    assert not ben.leaves.in_force().exists()


def test_days_that_are_over_stand_apart(cora, ben, path, signed_in):
    take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 5))
    today = timezone.now().date()
    take_leave(ben, first=today - timedelta(days=1), last=today + timedelta(days=1))

    current, _, over = days_off(signed_in(cora).get(path).text).partition("<details")

    assert str(today - timedelta(days=1)) in current
    assert "2024-03-05" not in current
    assert "2024-03-05" in over


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (days("", "2024-03-06"), "This field is required."),
        (days("2024-02-30", "2024-03-06"), "Enter a valid date."),
        (days("2024-03-06", "2024-03-05"), "The last day is the first or a later one."),
        (days("0001-01-01", "2024-03-05"), "Choose a day from 2000 on"),
        (days("2024-03-05", "9999-12-31"), "at most two years ahead"),
        (days("2024-03-01", "2024-03-05"), "Some of these days are off already."),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(cora, ben, path, signed_in, said, says):
    take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 8))

    answer = signed_in(cora).post(f"{path}leave/", said)

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{said["last"]}"' in answer.text
    assert ben.leaves.count() == 1


def test_managers_read_them_and_are_told_so(ana, ben, signed_in):
    take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 6))

    seen = days_off(signed_in(ana).get(f"/teams/acme/north/people/{ben.pk}/").text)

    assert "2024-03-05 – 2024-03-06" in seen
    assert "Seen by managers and admins of their teams." in seen
    assert "<form" not in seen


def test_not_those_of_a_team_the_person_has_left(ana, ben, signed_in):
    take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 6))
    joining.leave(ben.memberships.get())

    page = signed_in(ana).get(f"/teams/acme/north/people/{ben.pk}/").text

    assert "2024-03-05" not in page


def test_no_number_follows_days_off(cora, ben, path, signed_in):
    Job.objects.all().delete()

    signed_in(cora).post(f"{path}leave/", days("2024-03-05", "2024-03-06"))
    signed_in(cora).post(f"{path}leave/{ben.leaves.get().pk}/cancel/")

    assert not Job.objects.exists()


def test_a_leave_is_cancelled_on_its_persons_page_only(cora, ana, ben, signed_in):
    leave = take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 6))

    answer = signed_in(cora).post(f"/teams/acme/acme/people/{ana.pk}/leave/{leave.pk}/cancel/")

    assert answer.status_code == 404
    assert ben.leaves.in_force().exists()
