"""When a deal closed, and whose it was then: the list, its CSV and the metric say the same."""

import csv
import io

import pytest

from metrics.declared import WIN_RATE
from metrics.periods import parse
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from metrics.rows import Behind, every
from sales.importing.undoing import undo
from sales.models import OpportunityOwner
from tests import world
from tests.sales.crm import imported
from tests.world import day

LIST = "/teams/acme/acme/opportunities/"
OPEN = ("open", 1, day("2024-01-02"))
WON = ("won", day("2024-01-20"))
REOPENED = ("open", 2, day("2024-03-01"))


def listed(client) -> dict[str, dict[str, str]]:
    answer = client.get(f"{LIST}opportunities.csv")
    text = b"".join(answer.streaming_content).decode()
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


@pytest.mark.parametrize(
    ("name", "steps", "closed"),
    [
        ("won twice", [WON, ("won", day("2024-05-07"))], "2024-01-20"),
        ("lost, won", [("lost", day("2024-01-20")), ("won", day("2024-05-07"))], "2024-05-07"),
        (
            "won, open, won twice",
            [WON, REOPENED, ("won", day("2024-05-07")), ("won", day("2024-06-07"))],
            "2024-05-07",
        ),
        ("open again", [WON, REOPENED], ""),
    ],
)
def test_a_deal_closed_when_it_came_to_be_as_it_is(acme, ben, cora, signed_in, name, steps, closed):
    world.deal(acme, ben, OPEN, *steps, name=name)

    assert listed(signed_in(cora))[name]["closed"][:10] == closed


def test_the_list_agrees_with_the_rows_behind_the_win_rate(acme, ben, south, cora, signed_in):
    zoe = world.person(south, "Zoe")
    again = ("won", day("2024-05-07"))
    for name, steps in {
        "Once": [("lost", day("2024-02-02"))],
        "Twice": [WON, again],
        "Reopened": [WON, REOPENED, again],
        "Open": [],
    }.items():
        deal = world.deal(acme, None, OPEN, *steps, name=name)
        spans = {"organisation": acme, "opportunity": deal}
        moved = day("2024-04-01")
        OpportunityOwner.objects.create(**spans, person=ben, to_at=moved)
        OpportunityOwner.objects.create(**spans, person=zoe, from_at=moved)
    recompute_all(acme)

    rows = every(Behind(scope=Scope(team=acme.root), metric=WIN_RATE, period=parse("all", 1)))
    behind = {row.name: (acme_time(acme, row.at), row.rep, row.team) for row in rows}

    found = listed(signed_in(cora)).items()
    assert behind == {
        name: (row["closed"], row["owner"], row["team"]) for name, row in found if row["closed"]
    }
    assert {name: rep for name, (_at, rep, _team) in behind.items()} == {
        "Once": "Ben",
        "Twice": "Ben",
        "Reopened": "Zoe",
    }


def acme_time(acme, instant) -> str:
    return instant.astimezone(acme.zone).isoformat(timespec="seconds")


def test_what_only_an_undone_import_said_is_not_listed(acme, cora, signed_in):
    undone = imported(acme, "Id,Name,Stage", "A,Alpha,Proposal")
    imported(acme, "Id,Name,Stage", "B,Beta,Proposal")

    undo(undone)

    client = signed_in(cora)
    assert list(listed(client)) == ["Beta"]
    assert client.get(LIST).content.decode().count('<th scope="row">') == 1
