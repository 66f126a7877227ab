"""The page of one lead: its whole story, how long the first response took, what it became."""

import re
from datetime import timedelta

import pytest

from sales.models import ActivityDetail
from tests import world
from tests.sales.lead_files import ACTIVITIES, ASSIGNMENTS, LEADS, imported
from tests.world import day

FRIDAY = day("2024-03-01", hour=15) + timedelta(minutes=30)
"""16:30 in Berlin, where North works from nine to five."""


def page(client, lead, team="acme"):
    text = client.get(f"/teams/acme/{team}/leads/{lead.pk}/").content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.fixture
def client(cora, signed_in):
    return signed_in(cora)


def test_the_story_is_told_newest_first(acme, ana, ben, client):
    imported(acme, LEADS, "L1,Mara,2024-03-04T09:00+01:00,2024-03-08T12:00+01:00,no budget")
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04T10:00+01:00", "L1,Ana,2024-03-06T10:00+01:00")
    imported(acme, ACTIVITIES, "A,call,2024-03-05T10:00+01:00,L1,,Ben")

    told = page(client, acme.leads.get())

    steps = [
        "Closed (no budget)", "Given to Ana", "Call · Ben first response", "Given to Ben", "Came in"
    ]  # fmt: skip
    places = [told.index(step) for step in steps]
    assert places == sorted(places)
    assert told.count("Given to Ben") == 1


def test_what_is_no_longer_so_stays_in_the_story(acme, ben, client):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,")
    imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,Ben")
    imported(acme, ACTIVITIES, "A,note,2024-03-05,L1,,Ben")

    told = page(client, acme.leads.get())

    assert "Call · Ben" in told
    assert "Note · Ben" in told
    assert told.count("no longer so since") == 1
    assert "not yet" in told


def test_who_did_it_becoming_known_later_tells_nothing_twice(acme, north, client):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,")
    imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,Zoe")
    world.person(north, "Zoe")
    imported(acme, ACTIVITIES, "A,call,2024-03-05,L1,,Zoe")

    assert ActivityDetail.objects.count() == 2
    assert page(client, acme.leads.get()).count("Call · Zoe") == 1


def test_over_a_weekend_only_working_hours_count(acme, ben, client):
    lead = world.lead(acme, FRIDAY, (ben, FRIDAY))
    world.activity(lead, day("2024-03-04", hour=8) + timedelta(minutes=30))

    told = page(client, lead)

    assert "1 h 0 min of working hours" in told
    assert "2 days, 17 hours on the clock" in told


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"closed_at": FRIDAY + timedelta(minutes=20)}, "never: closed unanswered Waited 20 min"),
        ({"needs_response": False}, "not needed Now"),
    ],
)
def test_without_an_answer_it_says_why(acme, client, detail, said):
    lead = world.lead(acme, FRIDAY, **detail)

    assert said in page(client, lead)


def test_it_leads_to_its_opportunity_and_back(acme, ben, cora, signed_in):
    deal = world.deal(acme, ben, ("open", 1, day("2024-03-06")), name="Pumps")
    lead = world.lead(
        acme, FRIDAY, (ben, FRIDAY), name="Mara", opportunity=deal.external_id, closed_at=FRIDAY
    )
    world.activity(deal, day("2024-03-07"), kind="email", actor="Ben")
    browser = signed_in(ben)

    of_lead = browser.get(f"/teams/acme/north/leads/{lead.pk}/").content.decode()
    of_deal = browser.get(f"/teams/acme/north/opportunities/{deal.pk}/").content.decode()

    assert f'href="/teams/acme/north/opportunities/{deal.pk}/">Pumps</a>' in of_lead
    assert f'href="/teams/acme/north/leads/{lead.pk}/">Mara</a>' in of_deal
    assert "Email · Ben" in of_deal
