"""Random histories: every number and every row behind one equals what brute force counts."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from metrics.declared import METRICS
from metrics.models import Snapshot
from metrics.periods import ALL, GRAINS, RANGE, Period, from_index
from metrics.reading import BOTH, Scope, read, statistics
from metrics.recomputing import recompute_all
from metrics.rows import SHOWN, Behind, every
from tests.oracles.comparing import agree, expected, within
from tests.oracles.histories import HALF_A_YEAR, LEARNED, history
from tests.oracles.sales_facts import facts_of
from tests.oracles.sales_metrics import Oracle, numbers
from tests.oracles.writing import write

NOW = datetime(2023, 1, 1, tzinfo=UTC)
"""After all that happens in the histories, with the 180 days that some of it waits for."""

SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.attack) for seed in range(6, 200))]
pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("seed", SEEDS)]


def instants_of_knowledge(told, random):
    """Now, when something was learned or just before, and when somebody's 180 days are over."""
    learned = random.choice(LEARNED[1:])
    matured = random.choice(told.instants) + HALF_A_YEAR
    return [None, learned, learned - timedelta(microseconds=1), matured]


def test_snapshots(seed):
    organisation = write(history(seed))
    oracle = Oracle(facts_of(organisation), as_of=None, now=NOW)

    recompute_all(organisation)

    for metric in METRICS:
        kept = Snapshot.objects.filter(organisation=organisation, metric=metric.kept_as.slug)
        for grain in GRAINS:
            rows = kept.filter(grain=grain)
            found = {(row.team_id, row.rep_id, row.start): row for row in rows}
            agree(found, expected(oracle, metric.slug, grain))


def test_readings_of_what_was_known_at_some_time(seed):
    told = history(seed)
    organisation = write(told)
    teams = [team.pk for team in organisation.teams.all()]
    facts = facts_of(organisation)
    recompute_all(organisation)

    for as_of in instants_of_knowledge(told, Random(seed)):
        oracle = Oracle(facts, as_of=as_of, now=NOW)
        for grain in GRAINS:
            newest = Period.containing(date(told.year + 2, 12, 31), grain, told.fiscal)
            periods = newest.back({"month": 60, "quarter": 20, "year": 6}[grain])

            readings = statistics(
                organisation, METRICS, periods, teams=teams, whose=BOTH, as_of=as_of
            )

            for slug, found in readings.items():
                dated = {(team, rep, from_index(m)): each for (team, rep, m), each in found.items()}
                agree(dated, expected(oracle, slug, grain))


def test_numbers_of_any_period_and_the_rows_behind_them(seed):
    told, random = history(seed), Random(seed)
    organisation = write(told)
    facts = facts_of(organisation)
    teams = list(organisation.teams.select_related("organisation"))
    people = list(organisation.people.all())
    recompute_all(organisation)

    for as_of in instants_of_knowledge(told, random):
        oracle = Oracle(facts, as_of=as_of, now=NOW)
        for metric in METRICS:
            for _time in range(3):
                scope = Scope(team=random.choice(teams), rep=random.choice([None, None, *people]))
                period = a_period(told, organisation.zone, random)
                check(scope, metric, period, as_of, within(oracle, metric.slug, scope.key, period))


def check(scope, metric, period, as_of, wanted):
    """The number and the rows behind it are of the deals that are ``wanted``."""
    reading = read(scope, metric, period, as_of=as_of)
    rows = {
        row.entity: (shown, row)
        for shown in SHOWN
        for row in every(
            Behind(scope=scope, metric=metric, period=period, shown=shown, as_of=as_of)
        )
    }

    agree({0: reading.statistics}, {0: numbers(metric.slug, wanted)})
    assert rows.keys() == {deal.deal for deal in wanted}
    for deal in wanted:
        shown, row = rows[deal.deal]
        assert (shown, row.at) == (deal.shown, deal.at)
        assert row.reason in deal.reasons if deal.reasons else row.hit == deal.hit


def a_period(told, zone, random):
    """A month, quarter or year, a range of days, or all time, at instants of the history."""
    first, last = sorted(at.astimezone(zone).date() for at in random.sample(told.instants, 2))
    grain = random.choice([*GRAINS, RANGE, RANGE, ALL])
    if grain == ALL:
        return Period.all_time()
    if grain == RANGE:
        return Period(RANGE, first, last + timedelta(days=1))
    return Period.containing(first, grain, told.fiscal)
