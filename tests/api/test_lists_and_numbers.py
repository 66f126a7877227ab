"""Facts are listed a page at a time; numbers are the command's, with the rows behind them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.http import urlsafe_base64_encode

from metrics.recomputing import recompute_all
from tests import world
from tests.world import day


def test_a_list_goes_on_where_next_says(crm, acme, ben):
    for number in range(5):
        world.lead(acme, day("2024-03-01"), external_id=f"L{number}")

    first = crm.get("leads/", limit=3).json()
    rest = crm.client.get(first["next"]).json()

    assert [row["id"] for row in first["results"] + rest["results"]] == [
        f"L{number}" for number in range(5)
    ]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"id": "L1"}, ["L1"]),
        ({"source": "erp"}, []),
        ({"inbound_since": "2024-03-02T12:00:00Z"}, ["L2"]),
        ({"inbound_before": "2024-03-02T13:00:00+01:00"}, ["L1"]),
    ],
)
def test_a_list_is_filtered(crm, acme, asked, found):
    for number in (1, 2):
        world.lead(acme, day(f"2024-03-0{number}"), external_id=f"L{number}")

    assert [row["id"] for row in crm.get("leads/", **asked).json()["results"]] == found


def test_a_filter_that_cannot_be_read_is_named(crm):
    answer = crm.get("leads/", inbound_since="yesterday")

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/inbound_since"]


def test_an_opportunity_says_where_it_stands(crm, acme, ben):
    made = world.won(acme, ben, day("2024-03-20"), amount=125_050, name="Pumps")

    (row,) = crm.get("opportunities/", outcome="won").json()["results"]

    assert row["id"] == made.external_id
    assert (row["name"], row["owner"], row["amount"], row["currency"]) == (
        "Pumps", "Ben", "1250.50", "EUR",
    )  # fmt: skip
    assert row["closed_at"] == "2024-03-20T12:00:00Z"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"by": "team"},
        {"by": "rep", "period": "2024-Q1"},
        {"team": "north"},
        {"rep": "Ben", "period": "2024"},
    ],
)
def test_a_number_is_the_one_the_command_prints(crm, acme, ben, asked):
    world.won(acme, ben, day("2024-03-20"))
    world.lost(acme, ben, day("2024-04-20"))
    recompute_all(acme)
    out = StringIO()
    named = {name.replace("-", "_"): value for name, value in asked.items()}

    call_command("metric", "win-rate", organization="acme", json=True, stdout=out, **named)
    found = crm.get("metrics/win-rate/", **asked).json()

    for one, other in zip(found, json.loads(out.getvalue()), strict=True):
        assert one | {"as_of": ""} == other | {"as_of": ""}


def test_stages_have_numbers_of_their_own(crm, acme, ben):
    world.won(acme, ben, day("2024-03-20"))
    recompute_all(acme)

    stages = crm.get("metrics/stage-conversion/", by="stage", period="2020").json()

    assert [(each["stage"], each["entered"]) for each in stages] == [
        ("First contact", 1),
        ("Qualified", 0),
        ("Proposal", 0),
        ("Won", 0),
    ]


def test_the_rows_behind_a_number_are_listed_a_page_at_a_time(crm, acme, ben):
    deals = [world.won(acme, ben, day(f"2024-03-0{n}")).external_id for n in range(1, 6)]
    recompute_all(acme)

    first = crm.get("metrics/win-rate/rows/", limit=3).json()
    rest = crm.client.get(first["next"]).json()

    assert [row["id"] for row in first["results"] + rest["results"]] == deals[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("asked", "status", "pointer"),
    [
        ({"by": "month"}, 422, "/by"),
        ({"by": "stage"}, 422, "/by"),
        ({"period": "soon"}, 422, "/period"),
        ({"as_of": "2999-01-01"}, 422, "/as_of"),
        ({"team": "nowhere"}, 404, ""),
        ({"pipeline": "none"}, 404, ""),
    ],
)
def test_what_cannot_be_asked_is_said(crm, asked, status, pointer):
    answer = crm.get("metrics/win-rate/", **asked)

    assert answer.status_code == status
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer] * bool(pointer)


def test_every_metric_is_listed_with_its_definition(crm):
    listed = {each["slug"]: each for each in crm.get("metrics/").json()}

    assert {"win-rate", "lead-response-sla", "stage-conversion"} <= listed.keys()
    assert listed["win-rate"]["unit"] == "percent"


def marked(text: str) -> str:
    return urlsafe_base64_encode(text.encode())


@pytest.mark.parametrize("mark", ["x", "ü", marked("p=x"), marked("p=" + "9" * 30), marked("~")])
def test_a_page_that_begins_nowhere_is_said_to_be_none(crm, mark):
    assert crm.get("leads/", cursor=mark).status_code in {200, 404}
    assert crm.get("metrics/win-rate/rows/", cursor=mark).status_code == 422
