"""``manage.py metric``: a number for people, as JSON or as CSV."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from metrics.recomputing import recompute_all
from tests import world
from tests.metrics.changing import hand_over
from tests.metrics.editing import tell
from tests.world import day, lost, won

CLOSE = day("2021-03-15")
KEYS = (
    "metric", "version", "team", "rep", "period", "value", "numerator", "denominator", "n",
    "low", "high", "pending", "excluded", "as_of",
)  # fmt: skip


def metric(slug="win-rate", *options):
    out = StringIO()
    call_command("metric", slug, "--organization", "acme", *options, stdout=out)
    return out.getvalue()


def as_json(slug="win-rate", *options):
    return json.loads(metric(slug, "--json", *options))


@pytest.fixture
def deals(acme, north, south, ben):
    """Ben of North won 1 of 4, Dina of South her only one."""
    won(acme, ben, CLOSE)
    for _number in range(3):
        lost(acme, ben, CLOSE)
    won(acme, world.person(south, "Dina"), CLOSE)


def test_the_whole_organisation_by_default(acme, deals):
    (found,) = as_json()

    assert [key for key in found if key in KEYS] == list(KEYS)
    assert (found["metric"], found["version"], found["team"], found["rep"]) == (
        *("win-rate", 1, "Acme"),
        None,
    )
    assert (found["numerator"], found["denominator"], found["n"], found["value"]) == (2, 5, 5, 40.0)
    assert (found["period"], found["pending"], found["excluded"]) == ("all", 0, 0)
    assert found["low"] == pytest.approx(11.76, abs=0.01)
    assert found["as_of"].endswith("+00:00")


def test_a_median_carries_mean_and_quartiles(acme, deals):
    (found,) = as_json("sales-cycle", "--period", "2021")

    assert found["unit"] == "days"
    assert {found["value"], found["mean"], found["p25"], found["p75"]} == {439.0}


def test_by_team_lists_all_below(acme, deals):
    found = as_json("win-rate", "--by", "team", "--period", "2021-Q1")

    assert {row["team"]: row["value"] for row in found} == {"North": 25.0, "South": 100.0}
    assert {row["rep"] for row in found} == {None}


def test_by_rep_lists_who_has_no_data_and_what_nobody_owned(acme, north, deals):
    world.person(north, "Zoe")
    won(acme, None, CLOSE)

    found = as_json("win-rate", "--by", "rep", "--period", "2021-Q1")

    values = {row["rep"]: row["value"] for row in found}
    assert values == {"Ben": 25.0, "Dina": 100.0, "Zoe": None, "Unassigned": 100.0}


def test_one_team_by_name_or_short_name(acme, deals):
    for name in ("North", "north", "NORTH"):
        assert as_json("win-rate", "--team", name)[0]["value"] == 25.0


@pytest.mark.parametrize("name", ["Ben", "BEN", "ben@acme.example"])
def test_one_rep_by_name_or_mail_address(acme, deals, name):
    (found,) = as_json("win-rate", "--rep", name)

    assert (found["rep"], found["team"], found["value"]) == ("Ben", "Acme", 25.0)


def test_a_reps_part_in_a_team(acme, north, deals, ben):
    (found,) = as_json("win-rate", "--rep", "Ben", "--team", "North")

    assert (found["rep"], found["team"], found["n"]) == ("Ben", "North", 4)


def test_as_of_reads_what_was_known_then(acme, deals):
    won(acme, None, CLOSE, recorded_at=day("2021-05-01"))

    (before,) = as_json("win-rate", "--as-of", "2021-05-01T13:59:59")
    (after,) = as_json("win-rate", "--as-of", "2021-05-01T12:00:00+00:00")

    assert (before["n"], before["as_of"]) == (5, "2021-05-01T11:59:59+00:00")
    assert (after["n"], after["as_of"]) == (6, "2021-05-01T12:00:00+00:00")


def test_waiting_changes_are_recomputed_first(acme, ben, deals):
    recompute_all(acme)
    made = won(acme, None, CLOSE)
    hand_over(won(acme, ben, CLOSE), to=None, at=CLOSE)
    tell(made, *acme.opportunities.all())

    assert as_json("win-rate", "--period", "2021-03")[0]["n"] == 7


def test_csv_has_the_same_columns_and_runs_nothing(acme, north, deals):
    north.name = "=North"
    north.save()

    rows = list(csv.DictReader(StringIO(metric("win-rate", "--csv", "--by", "team"))))

    assert {row["team"]: row["value"] for row in rows} == {"'=North": "25.0", "South": "100.0"}
    assert set(KEYS) <= set(rows[0])


def test_csv_of_nothing_is_its_header(acme, north):
    (header,) = metric("win-rate", "--csv", "--by", "team", "--team", "North").splitlines()

    assert header.startswith("metric,version")


def test_for_people_a_sentence_each(acme, north, deals):
    world.person(north, "Zoe")

    lines = metric("win-rate", "--by", "rep").splitlines()

    assert lines[0] == "Ben: 25.00% [4.6, 69.9] (1 of 4)"
    assert lines[-1] == "Zoe: no data"


def test_teams_stand_under_the_one_they_are_under(acme, north, south, deals):
    world.team(north, "Deep North")
    world.team(north, "Far North")

    rows = as_json("win-rate", "--by", "team")
    lines = metric("win-rate", "--by", "team").splitlines()

    assert [(row["team"], row["parent"]) for row in rows] == [
        ("North", "acme"), ("Deep North", "north"), ("Far North", "north"), ("South", "acme"),
    ]  # fmt: skip
    assert [line.partition(":")[0] for line in lines] == [
        "North", "  Deep North", "  Far North", "South",
    ]  # fmt: skip


def test_for_people_a_median_has_its_mean(acme, deals):
    assert metric("sales-cycle") == "Acme: 439.00 days (n 2, mean 439.00)\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--organization", "nobody"], "--organization: .*“nobody”.* acme"),
        (["--period", "2017-Q9"], "--period: “2017-Q9” is not a period"),
        (["--as-of", "yesterday"], "--as-of: “yesterday” is not an ISO 8601 time"),
        (["--as-of", "0001-01-01T00:00+14:00"], "--as-of: .* is not an ISO 8601 time"),
        (["--team", "East"], "--team: There is no team “East”"),
        (["--rep", "Nobody"], "--rep: There is no one person “Nobody”"),
        (["--rep", "Dina", "--team", "North"], "--rep: Dina was never in North"),
        (["--rep", "Ben", "--by", "team"], "--by: a rep has no parts"),
        (["--by", "month"], "--by.*month"),
        (["--json", "--csv"], "--csv.*--json"),
    ],
)
def test_errors_name_the_option_and_what_is_wrong(acme, deals, options, said):
    with pytest.raises(CommandError, match=said):
        metric("win-rate", *options)


def test_an_unknown_metric_is_refused_with_those_there_are(acme):
    with pytest.raises(CommandError, match=r"luck.*win-rate"):
        metric("luck")


def test_two_people_of_one_name_are_asked_about(acme, north, south):
    for team in (north, south):
        person = world.person(team, f"Eva {team}")
        person.name = "Eva"
        person.save()

    with pytest.raises(CommandError, match="--rep: There is no one person “Eva”"):
        metric("win-rate", "--rep", "Eva")
