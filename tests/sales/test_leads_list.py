"""The list of leads: a page at a time, found by what is typed or chosen, down as CSV."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sales.lead_listing import HEADER, PAGE
from tests import world
from tests.world import day

LIST = "/teams/acme/acme/leads/"


def page(client, query: str = "", path: str = LIST) -> str:
    return client.get(f"{path}?{query}").content.decode()


def names(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)', text)


def rows(client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{LIST}leads.csv?{query}")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def client(cora, signed_in):
    return signed_in(cora)


@pytest.fixture
def leads(acme, north, south, ben):
    sam = world.person(south, "Sam")
    held = ben, day("2024-03-01")
    world.activity(world.lead(acme, day("2024-03-05"), held, name="Answered"), day("2024-03-06"))
    world.lead(acme, day("2024-03-04"), held, name="Waiting", account="Kiel AG")
    lost = {"closed_at": day("2024-03-09"), "closing_reason": "no budget"}
    world.lead(acme, day("2024-03-03"), (sam, day("2024-03-03")), name="Closed", **lost)
    world.lead(acme, day("2024-03-02"), name="Converted", opportunity="O1", needs_response=False)
    world.lead(acme, day("2024-03-01"), name="Junk", left_out="spam")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "Answered Waiting Closed Converted Junk"),
        ("sort=inbound", "Junk Converted Closed Waiting Answered"),
        ("state=x&answered=x&team=x&after=x&before=1.2", "Answered Waiting Closed Converted Junk"),
        ("state=open", "Answered Waiting"),
        ("state=converted", "Converted"),
        ("state=closed", "Closed"),
        ("state=left_out", "Junk"),
        ("answered=yes", "Answered"),
        ("answered=no", "Waiting Closed"),
        ("answered=no&state=open", "Waiting"),
        ("team=south", "Closed"),
        ("team=north", "Answered Waiting"),
        ("q=KIEL", "Waiting"),
        ("q=sam", "Closed"),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_found_newest_first(client, leads, query, found):
    assert names(page(client, query)) == found.split()
    assert [row["name"] for row in rows(client, query)] == found.split()


@pytest.mark.parametrize(
    "done",
    [
        {"kind": "note"},
        {"kind": "status"},
        {"direction": "inbound"},
        {"automated": True},
        {"deleted": True},
        {"voided_at": day("2024-03-07")},
    ],
)
def test_only_what_somebody_did_outwards_answers(acme, client, done):
    world.activity(world.lead(acme, day("2024-03-05"), name="Waiting"), day("2024-03-06"), **done)

    assert names(page(client, "answered=no")) == ["Waiting"]


def test_what_was_done_before_it_came_in_is_no_answer(acme, client):
    lead = world.lead(acme, day("2024-03-05"), name="Again")
    world.activity(lead, day("2024-03-04"))
    world.activity(lead, day("2024-03-08"), kind="email")
    world.activity(lead, day("2024-03-07"), kind="meeting")

    assert rows(client)[0]["first_response"] == "2024-03-07T13:00:00+01:00"


@pytest.mark.parametrize("sort", ["-inbound", "inbound"])
def test_pages_forth_and_back_hold_everything_once_though_many_came_in_at_once(acme, client, sort):
    for number in range(2 * PAGE + 3):
        world.lead(acme, day("2024-03-01") + timedelta(days=number // 40))

    forth = list(walk(client, f"sort={sort}", "next"))
    back = list(walk(client, forth[-1][0], "prev"))

    shown = [pk for _query, pks in forth for pk in pks]
    assert [len(pks) for _query, pks in forth] == [PAGE, PAGE, 3]
    assert len(set(shown)) == 2 * PAGE + 3
    assert [pks for _query, pks in reversed(back)] == [pks for _query, pks in forth]


def walk(client, query, way):
    """(query, ids on the page) of each page, as far as its links lead."""
    while query is not None:
        text = page(client, query)
        yield query, re.findall(r"leads/(\d+)/", text)
        link = re.search(rf'href="\?([^"]*)" rel="{way}"', text)
        query = unescape(link[1]) if link else None


def test_the_csv_says_what_the_page_says_in_the_organisations_zone(client, leads):
    (closed,) = rows(client, "state=closed")

    assert tuple(closed) == HEADER
    assert {name: closed[name] for name in HEADER[4:]} == {
        "origin": "",
        "owner": "Sam",
        "team": "South",
        "came_in": "2024-03-03T13:00:00+01:00",
        "needs_response": "yes",
        "first_response": "",
        "closed": "2024-03-09T13:00:00+01:00",
        "closing_reason": "no budget",
        "converted_to": "",
        "left_out": "",
    }


def test_a_rep_chooses_no_team(acme, leads, ben, signed_in):
    text = page(signed_in(ben), "team=south", path="/teams/acme/north/leads/")

    assert names(text) == ["Answered", "Waiting"]
    assert 'name="team"' not in text


def test_queries_do_not_grow_with_leads(acme, ben, client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    world.lead(acme, day("2024-03-01"), (ben, day("2024-03-01")))
    page(client)
    few = queries()
    for _each in range(10):
        world.lead(acme, day("2024-03-01"), (ben, day("2024-03-01")))

    assert queries() == few <= 12
