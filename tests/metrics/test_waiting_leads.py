"""Leads that wait: whose, in what order, with how much working time left; answered with a click."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics.models import Stale
from metrics.recomputing import recompute_all, recompute_stale
from metrics.waiting import waiting
from sales.models import ActivityDetail
from teams import keeping_hours
from teams.access import seat_in
from tests import world
from tests.world import activity, lead

ALWAYS = [[(0, 1440)]] * 7


@pytest.fixture(autouse=True)
def around_the_clock(acme):
    """So that it does not matter when the tests run."""
    hours = acme.root.calendar
    keeping_hours.change_calendar(hours, name=hours.name, zone="UTC", weekly=ALWAYS)


def came_in(organisation, holder, *, minutes, **detail):
    at = timezone.now() - timedelta(minutes=minutes)
    return lead(organisation, at, (holder, at), **detail)


@pytest.fixture
def queue(acme, south, ben):
    """Ben has two, Sam one, nobody one; one is answered, one is spam, one closed."""
    sam = world.person(south, "Sam")
    came_in(acme, ben, minutes=10, name="Fresh")
    came_in(acme, ben, minutes=90, name="Old")
    came_in(acme, sam, minutes=40, name="Sam’s")
    came_in(acme, None, minutes=50, name="Nobody’s")
    activity(came_in(acme, ben, minutes=30, name="Answered"), timezone.now())
    came_in(acme, ben, minutes=30, name="Spam", left_out="spam")
    came_in(acme, ben, minutes=30, name="Closed", closed_at=timezone.now())
    recompute_all(acme)


def seen_by(person, team):
    seat = seat_in(person.user, f"{team.organisation.slug}/{team.slug}")
    return [each.name for each in waiting(team, seat).leads]


def test_an_admin_sees_all_of_them_oldest_first(acme, cora, queue):
    assert seen_by(cora, acme.root) == ["Old", "Nobody’s", "Sam’s", "Fresh"]


def test_a_manager_sees_those_of_the_team(ana, north, queue):
    assert seen_by(ana, north) == ["Old", "Fresh"]


def test_a_rep_sees_their_own(ben, north, queue):
    assert seen_by(ben, north) == ["Old", "Fresh"]


def test_how_much_time_is_left(acme, cora, queue):
    seat = seat_in(cora.user, f"{acme.slug}/{acme.root.slug}")

    left = {each.name: each for each in waiting(acme.root, seat).leads}

    assert left["Fresh"].left == pytest.approx(timedelta(minutes=50), abs=timedelta(minutes=1))
    assert (left["Old"].is_late, left["Fresh"].is_late) == (True, False)
    assert "late" in left["Old"].left_text


def test_one_click_logs_the_first_response(acme, ben, north, queue, signed_in):
    old = acme.leads.get(details__name="Old")

    answer = signed_in(ben).post(
        reverse("sales:answer-lead", args=[north, old.pk]), {"kind": "email", "next": "waiting"}
    )

    assert answer.url == reverse("metrics:waiting-leads", args=[north])
    logged = ActivityDetail.objects.answering().get(lead=old)
    assert (logged.kind, logged.person) == ("email", ben)
    assert seen_by(ben, north) == ["Fresh"]
    assert Stale.objects.filter(entity=old.pk).exists()


def test_what_is_no_response_is_refused(acme, ben, north, queue, signed_in):
    old = acme.leads.get(details__name="Old")
    address = reverse("sales:answer-lead", args=[north, old.pk])

    assert signed_in(ben).post(address, {"kind": "note"}).status_code == 400
    assert not ActivityDetail.objects.filter(lead=old).exists()


def test_an_answer_is_taken_back(acme, ben, north, queue, signed_in):
    old, client = acme.leads.get(details__name="Old"), signed_in(ben)
    client.post(reverse("sales:answer-lead", args=[north, old.pk]), {"kind": "call"})
    while recompute_stale(acme):
        pass
    (logged,) = ActivityDetail.objects.filter(lead=old)

    client.post(reverse("sales:take-back-answer", args=[north, old.pk, logged.pk]))
    while recompute_stale(acme):
        pass

    assert seen_by(ben, north) == ["Old", "Fresh"]
    assert ActivityDetail.objects.get(pk=logged.pk).voided_at


def test_nobody_takes_back_what_the_crm_says(acme, ben, north, queue, signed_in):
    answered = acme.leads.get(details__name="Answered")
    said = ActivityDetail.objects.get(lead=answered)
    address = reverse("sales:take-back-answer", args=[north, answered.pk, said.pk])

    assert signed_in(ben).post(address).status_code == 404
    assert ActivityDetail.objects.in_force().filter(pk=said.pk).exists()


def test_as_many_queries_for_many_as_for_few(
    acme, cora, ben, signed_in, django_assert_max_num_queries
):
    for number in range(60):
        came_in(acme, ben, minutes=number, name=f"Lead {number}")
    recompute_all(acme)
    client, address = signed_in(cora), reverse("metrics:waiting-leads", args=[acme.root])

    with django_assert_max_num_queries(9):
        page = client.get(address)

    assert "Lead 59" in page.content.decode()
    assert "Lead 1<" not in page.content.decode()
    more = client.get(address, {"after": page.context["more_after"]})
    assert "Lead 1<" in more.content.decode()


def test_a_click_on_an_old_page_logs_no_second_answer(acme, ana, ben, north, queue, signed_in):
    old = acme.leads.get(details__name="Old")
    address = reverse("sales:answer-lead", args=[north, old.pk])
    signed_in(ana).post(address, {"kind": "call", "next": "waiting"})
    first = ActivityDetail.objects.get(lead=old)

    answer = signed_in(ben).post(address, {"kind": "email", "next": "waiting"}, follow=True)

    said = f"already answered by Ana at {timezone.localtime(first.at, acme.zone):%H:%M}."
    assert said in answer.content.decode()
    assert ActivityDetail.objects.get(lead=old) == first
