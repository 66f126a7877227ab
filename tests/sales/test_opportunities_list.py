"""The list of opportunities: sorted by what is meant, found by what is typed, down as CSV."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sales.listing import HEADER, PAGE, SORTS
from sales.models import Opportunity, OpportunityOwner
from teams.joining import move
from tests import world
from tests.world import day

LIST = "/teams/acme/acme/opportunities/"


def page(client, query: str = "", path: str = LIST) -> str:
    return client.get(f"{path}?{query}").content.decode()


def names(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)', text)


def rows(client, query: str = "", path: str = LIST) -> list[dict[str, str]]:
    answer = client.get(f"{path}opportunities.csv?{query}")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def client(cora, signed_in):
    return signed_in(cora)


@pytest.fixture
def deals(acme, ben):
    """Imported in no order. Beta says no creation: its first event stands for it."""
    began = ("open", 1, day("2024-02-01"))
    world.deal(acme, ben, began, created_at=day("2024-01-01"), name="Alpha", amount=300)
    world.deal(acme, ben, began, ("won", day("2024-05-01")), name="Beta", amount=200)
    late, early = day("2024-03-01"), day("2024-04-01")
    world.deal(acme, ben, began, ("lost", early), created_at=late, name="gamma", account="Kiel AG")
    world.deal(acme, ben, name="Delta")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "gamma Beta Alpha Delta"),
        ("created", "Alpha Beta gamma Delta"),
        ("-closed", "Beta gamma Delta Alpha"),
        ("closed", "gamma Beta Delta Alpha"),
        ("-amount", "Alpha Beta Delta gamma"),
        ("amount", "Beta Alpha Delta gamma"),
        ("name", "Alpha Beta Delta gamma"),
        ("-name", "gamma Delta Beta Alpha"),
        ("nonsense", "gamma Beta Alpha Delta"),
    ],
)
def test_what_is_not_said_comes_last_in_every_sort(client, deals, sort, order):
    assert names(page(client, f"sort={sort}")) == order.split()
    assert [row["name"] for row in rows(client, f"sort={sort}")] == order.split()


def test_a_heading_sorts_by_its_column_and_then_the_other_way(client, deals):
    assert 'href="?sort=-amount"' in page(client)
    assert 'aria-sort="descending"><a href="?sort=amount"' in page(client, "sort=-amount")


@pytest.mark.parametrize(("query", "found"), [("q=ALPH", "Alpha"), ("q=kiel", "gamma")])
def test_found_by_name_or_account(client, deals, query, found):
    assert names(page(client, query)) == [found]


def test_found_by_its_id(client, acme, ben):
    wanted, _other = (world.deal(acme, ben) for _each in range(2))
    Opportunity.objects.filter(pk=wanted.pk).update(external_id="OPP-77/x")

    assert [row["id"] for row in rows(client, "q=opp-77/X")] == ["OPP-77/x"]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_everything_once(client, acme, ben, sort):
    for _each in range(PAGE + 3):
        world.deal(acme, ben, ("open", 1, day("2024-02-01")), name="Same", amount=1)

    shown = [
        pk
        for number in (1, 2)
        for pk in re.findall(r"opportunities/(\d+)/", page(client, f"sort={sort}&page={number}"))
    ]

    assert len(shown) == len(set(shown)) == PAGE + 3


def test_the_csv_says_what_the_page_says_in_the_organisations_zone(client, deals):
    beta = rows(client, "q=Beta")[0]

    assert tuple(beta) == HEADER
    assert {name: beta[name] for name in HEADER[4:]} == {
        "owner": "Ben",
        "team": "North",
        "created": "2024-02-01T13:00:00+01:00",
        "closed": "2024-05-01T14:00:00+02:00",
        "amount": "2.00",
        "currency": "EUR",
        "stage": "",
        "outcome": "won",
    }


def test_a_closed_deal_names_its_owner_and_team_of_then(client, acme, north, south, ben):
    world.won(acme, ben, day("2024-03-01"), name="Won")
    OpportunityOwner.objects.update(to_at=day("2024-04-01"))
    OpportunityOwner.objects.create(
        organisation=acme,
        opportunity=acme.opportunities.get(),
        person=world.person(south, "Sam"),
        from_at=day("2024-04-01"),
    )
    move(ben.memberships.get(), team=south, at=day("2024-05-01"))

    (won,) = rows(client)

    assert (won["owner"], won["team"]) == ("Ben", "North")


def test_a_team_outside_ones_own_is_not_named(acme, north, south, ana, ben, signed_in):
    world.deal(acme, ben, ("open", 1, day("2024-02-01")))
    move(ben.memberships.get(), team=south, at=day("2024-05-01"))

    (seen,) = rows(signed_in(ana), path="/teams/acme/north/opportunities/")

    assert seen["team"] == ""


def test_queries_do_not_grow_with_deals(client, acme, ben):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    world.deal(acme, ben)
    page(client)
    few = queries()
    for _each in range(10):
        world.deal(acme, ben)

    assert queries() == few <= 10
