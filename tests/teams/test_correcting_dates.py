"""The days of a membership can be said and corrected; facts follow them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from teams import joining
from teams.models import Membership
from teams.signals import memberships_changed
from teams.tree import merge_team
from tests import world

pytestmark = pytest.mark.django_db
BEGAN = world.day("2024-03-01", hour=0)
EARLIER, LATER = world.day("2023-06-01", hour=0), world.day("2024-06-01", hour=0)


@pytest.fixture
def dana(north):
    return world.person(north, "Dana", since=BEGAN)


@pytest.fixture
def post(acme, cora, dana, signed_in):
    """What the admin sends about Dana's membership; what is said to that."""

    def send(act="", **said):
        held = dana.memberships.in_force().get()
        told = {"team": held.team_id, "role": held.role, **said}
        address = f"/teams/acme/acme/people/{dana.pk}/memberships/{held.pk}/{act}"
        return signed_in(cora).post(address, told, follow=True).text

    return send


def spans(person):
    def local(at):
        return at and f"{at.astimezone(person.organisation.zone):%F}"

    held = person.memberships.in_force().order_by("from_at")
    return [(each.role, local(each.from_at), local(each.to_at)) for each in held]


def test_an_end_in_the_past_counts_from_then(dana, post):
    assert "Saved." in post("end/", since="2024-06-01")

    assert spans(dana) == [("rep", "2024-03-01", "2024-06-01")]


def test_an_end_before_the_beginning_is_refused(dana, post):
    assert "This began on" in post("end/", since="2023-06-01")

    assert spans(dana) == [("rep", "2024-03-01", None)]


@pytest.mark.parametrize("day", ["2023-06-01", "2024-06-01"])
def test_the_beginning_is_corrected_by_the_same_role_from_another_day(dana, post, day):
    assert "Saved." in post(since=day)

    assert spans(dana) == [("rep", day, None)]


def test_not_into_the_time_of_another_primary_membership(south, dana):
    joining.change(dana.memberships.get(), team=south, at=LATER)
    held = Membership.objects.holding_at(LATER).get(person=dana)

    with pytest.raises(ValidationError, match="of North then"):
        joining.begin_at(held, at=EARLIER)


def test_another_role_from_before_the_beginning_is_refused(dana, post):
    assert "Correct that first" in post(role="manager", since="2023-06-01")

    assert spans(dana) == [("rep", "2024-03-01", None)]


def test_the_same_again_is_not_called_saved(dana, post):
    assert "Nothing is different." in post()


def ended(dana):
    joining.leave(dana.memberships.get(), at=LATER)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2023-06-01", "2024-06-01"), ("2024-03-01", "2024-09-01"), ("2024-04-01", "2024-05-01")],
)
def test_the_days_of_one_that_is_over_can_be_corrected(dana, post, start, end):
    ended(dana)

    assert "Saved." in post("days/", start=start, end=end)

    assert spans(dana) == [("rep", start, end)]


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("2024-03-01", "2024-03-01", "end after it begins"),
        ("1899-01-01", "2024-06-01", "from 1900 on"),
        ("2024-03-01", "", "required"),
    ],
)
def test_days_that_cannot_be_are_refused(dana, post, start, end, says):
    ended(dana)
    before = spans(dana)

    assert says in post("days/", start=start, end=end)

    assert spans(dana) == before


def test_days_left_as_shown_are_not_called_saved(dana, post):
    joining.leave(dana.memberships.get(), at=world.day("2024-06-01", hour=15))

    assert "Nothing is different." in post("days/", start="2024-03-01", end="2024-06-01")


def test_no_longer_than_the_team_was_open(north, south, dana):
    merge_team(north, into=south)
    held = dana.memberships.in_force().get(team=north)

    with pytest.raises(ValidationError, match="North closed on"):
        joining.correct(held, start=BEGAN, end=held.to_at + timedelta(days=1))


def test_who_derives_from_memberships_is_told(dana):
    ended(dana)
    told = []
    memberships_changed.connect(
        lambda people, **_news: told.extend(people), weak=False, dispatch_uid="test"
    )

    joining.correct(dana.memberships.in_force().get(), start=EARLIER, end=LATER)

    memberships_changed.disconnect(dispatch_uid="test")
    assert told == [dana.pk]
