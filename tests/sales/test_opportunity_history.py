"""The page of an opportunity tells each thing that was ever said of it once, and whether it is
still believed."""

import re
from dataclasses import replace

import pytest

from sales.connecting.connecting import map_records
from sales.importing.mapping import from_toml
from sales.importing.undoing import undo
from sales.models import Opportunity
from tests.sales.connecting.sending import payload, sender
from tests.sales.crm import imported

HEADER = "Id,Stage,Owner"
LOG = "Id,Stage,At,Event"
DAY_MS = 86_400_000


@pytest.fixture
def told(cora, signed_in):
    """The owners, or what happened, each with whether it is struck out, as the page says them."""

    def told(heading: str) -> list[tuple[str, bool]]:
        deal = Opportunity.objects.get()
        page = signed_in(cora).get(f"/teams/acme/acme/opportunities/{deal.pk}/").content.decode()
        section = page.split(f"<h2>{heading}</h2>")[1].split("</section>")[0]
        return [(_words(each), "is-voided" in each) for each in section.split("<li")[1:]]

    return told


def _words(html: str) -> str:
    text = re.sub(r"<[^>]*>", " ", html.partition(">")[2])
    return re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", "", " ".join(text.split()))


def owners(told) -> list[tuple[str, bool]]:
    return [(words.split()[0], struck) for words, struck in told("Owners")]


def test_an_owner_who_was_a_mistake_is_shown_as_no_longer_believed(acme, ana, ben, told):
    imported(acme, HEADER, "A,Proposal,Ben")

    imported(acme, HEADER, "A,Proposal,Ana", owner_change="correction")

    assert owners(told) == [("Ana", False), ("Ben", True)]
    assert "no longer so since" in told("Owners")[1][0]
    assert "no longer so since" not in told("Owners")[0][0]


def test_an_owner_whose_time_ended_was_no_mistake_and_is_shown_once(acme, ana, ben, told):
    imported(acme, HEADER, "A,Proposal,Ben")

    imported(acme, HEADER, "A,Proposal,Ana")

    assert owners(told) == [("Ana", False), ("Ben", False)]


def test_a_change_of_hands_that_was_undone_is_shown_as_no_longer_believed(acme, ana, ben, told):
    imported(acme, HEADER, "A,Proposal,Ben")
    undo(imported(acme, HEADER, "A,Proposal,Ana"))

    assert owners(told) == [("Ana", True), ("Ben", False)]


def test_what_nobody_owns_any_more_still_says_who_was_thought_to(acme, ben, told, cora, signed_in):
    imported(acme, HEADER, "A,Proposal,Ben")
    imported(acme, HEADER, "A,Proposal,", owner_change="correction")

    page = signed_in(cora).get(f"/teams/acme/acme/opportunities/{Opportunity.objects.get().pk}/")

    assert owners(told) == [("Ben", True)]
    assert "Nobody: it counts to the organisation only." in page.content.decode()


def test_a_stage_explained_later_does_not_tell_what_followed_it_twice(acme, told):
    hubspot = sender(acme, "hubspot")
    won = payload("hubspot_deal_won")[0]
    moved = won | {"propertyValue": "a third", "occurredAt": won["occurredAt"] - DAY_MS}
    hubspot.send("hubspot_deal_made", [moved], [won])
    mapping = from_toml(hubspot.connection.mappings.get(kind="stage_events").toml)
    stages = {**mapping.stages, "a third": "Contract Sent"}

    map_records(hubspot.connection, replace(mapping, stages=stages))
    hubspot.take_in()

    steps = [
        (words.split(" recorded")[0].strip(), struck) for words, struck in told("What happened")
    ]
    assert steps == [
        ("won", False),
        ("Contract Sent (5)", False),
        ("Appointment Scheduled (1)", False),
    ]


def test_a_close_that_was_corrected_is_shown_as_no_longer_believed(acme, told):
    imported(acme, LOG, "A,Won,2024-03-20,e1")

    imported(acme, LOG, "A,Won,2024-03-21,e1")

    assert [struck for _words, struck in told("What happened")] == [False, True]


def test_two_events_alike_at_one_instant_are_told_apart_by_their_ids(acme, told):
    imported(acme, LOG, "A,Won,2024-03-20,e1", "A,Won,2024-03-20,e2")

    said = told("What happened")

    assert [struck for _words, struck in said] == [False, False]
    assert ["event e2" in said[0][0], "event e1" in said[1][0]] == [True, True]
