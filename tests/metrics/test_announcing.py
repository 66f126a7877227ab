"""Who listens is told which numbers of teams changed: at once, and never a person's."""

import json

import pytest

from metrics.announcing import MOST
from metrics.declared import METRICS, WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.models import Snapshot
from metrics.periods import parse
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from metrics.telling import Wanted, numbers
from teams.models import WebhookMessage
from teams.webhooks import add_webhook
from tests import world
from tests.metrics.editing import tell
from tests.world import day, lost, won

CHANGED = "snapshots.changed"


@pytest.fixture
def heard(acme):
    """What was told since the last call, message by message."""
    add_webhook(acme, url="https://hooks.example.com/", events=[CHANGED])

    def collect() -> list[dict]:
        bodies = [json.loads(message.body) for message in WebhookMessage.objects.order_by("pk")]
        WebhookMessage.objects.all().delete()
        assert {body["type"] for body in bodies} <= {CHANGED}
        return [body["data"] for body in bodies]

    return collect


def of(told: dict, metric: str, team: str, period: str) -> dict:
    (found,) = [
        each for each in told["snapshots"]
        if (each["metric"], each["team_slug"], each["period"]) == (metric, team, period)
    ]  # fmt: skip
    return found


def test_one_message_tells_what_changed(acme, north, ben, heard):
    deal = won(acme, ben, day("2021-03-05"))
    tell(deal)

    bring_up_to_date(acme)

    (told,) = heard()
    assert told["organisation"] == "acme"
    assert told["count"] == len(told["snapshots"])
    assert told["more"] is False
    periods = {"2021-03", "2021-Q1", "2021"}
    rates = [each for each in told["snapshots"] if each["metric"] == "win-rate"]
    assert {(each["team_slug"], each["period"]) for each in rates} == {
        (team, period) for team in ("acme", "north") for period in periods
    }


def test_a_number_is_what_the_api_says(acme, north, ben, heard):
    for number in range(3):
        tell(won(acme, ben, day("2021-03-05")), lost(acme, ben, day(f"2021-03-1{number}")))

    bring_up_to_date(acme)

    told = of(heard()[-1], "win-rate", "north", "2021-03")
    (asked,) = numbers(Wanted(metric=WIN_RATE, scope=Scope(team=north), period=parse("2021-03")))
    same = told.keys() - {"grain", "start"}
    assert {name: told[name] for name in same} == {name: asked[name] for name in same}
    assert (told["value"], told["n"], told["grain"], told["start"]) == (
        50.0, 6, "month", "2021-03-01",
    )  # fmt: skip


def test_what_stayed_the_same_is_not_told(acme, ben, heard):
    deal = won(acme, ben, day("2021-03-05"))
    tell(deal)
    bring_up_to_date(acme)
    heard()

    tell(deal)
    bring_up_to_date(acme)
    recompute_all(acme)

    assert heard() == []


def test_a_number_that_is_no_more_has_no_value(acme, north, ben, heard):
    deal = won(acme, ben, day("2021-03-05"))
    tell(deal)
    bring_up_to_date(acme)
    heard()

    deal.events.update(voided_at=day("2022-01-01"))
    tell(deal)
    bring_up_to_date(acme)

    gone = of(heard()[0], "win-rate", "north", "2021-03")
    assert (gone["value"], gone["n"], gone["low"]) == (None, 0, None)


def test_nobodys_own_numbers_are_told(acme, north, ben, heard):
    tell(won(acme, ben, day("2021-03-05")))

    bring_up_to_date(acme)

    assert Snapshot.objects.exclude(rep=None).exists()
    (told,) = heard()
    assert "Ben" not in json.dumps(told)
    whole = Snapshot.objects.filter(rep=None)
    kept = [metric.kept_as.slug for metric in METRICS if metric.kept]
    expected = sum(kept.count(slug) for slug in whole.values_list("metric", flat=True))
    assert told["count"] == expected


def test_of_many_the_newest_are_told_and_how_many_there_are(acme, ben, heard):
    for month in range(1, 13):
        for year in range(2021, 2025):
            won(acme, ben, day(f"{year}-{month:02}-05"))

    recompute_all(acme)

    (told,) = heard()
    assert len(told["snapshots"]) == MOST
    assert told["more"] is True
    assert told["count"] > MOST
    assert told["snapshots"][0]["start"].startswith("2024-12")


def test_another_organisation_is_not_told(acme, stranger, heard):
    tell(won(stranger.organisation, stranger, day("2021-03-05")))

    bring_up_to_date(stranger.organisation)

    assert heard() == []


def test_where_nobody_listens_nothing_is_kept(acme, ben):
    world.won(acme, ben, day("2021-03-05"))

    recompute_all(acme)

    assert not WebhookMessage.objects.exists()
