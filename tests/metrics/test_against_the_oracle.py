"""Random histories: every number and every row behind one equals what brute force counts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.declared import BY_SLUG, METRICS
from metrics.models import Snapshot
from metrics.periods import ALL, GRAINS, RANGE, Period, from_index
from metrics.reading import BOTH, Scope, read, statistics
from metrics.recomputing import recompute_all
from metrics.rows import SHOWN, Behind, every
from tests.oracles.comparing import agree, expected, undone, within
from tests.oracles.histories import LEARNED, PEOPLE, TEAMS, histories, local_days
from tests.oracles.sales_facts import facts_of
from tests.oracles.sales_metrics import Oracle, numbers
from tests.oracles.writing import write

NOW = datetime(2023, 1, 1, tzinfo=UTC)
"""After all that happens in the histories, with the 180 days that some of it waits for."""

KNOWN = st.sampled_from(
    [None, *LEARNED, *(turn - timedelta(microseconds=1) for turn in LEARNED[1:]), NOW]
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
in_random_histories = settings(
    database=None,
    deadline=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, *SLOW],
)
pytestmark = pytest.mark.django_db


@in_random_histories
@given(history=histories())
def test_snapshots(history):
    with undone():
        organisation = write(history)
        oracle = Oracle(facts_of(organisation), as_of=None, now=NOW)

        recompute_all(organisation)

        for metric in METRICS:
            kept = Snapshot.objects.filter(organisation=organisation, metric=metric.slug)
            for grain in [] if metric.live else GRAINS:
                rows = kept.filter(grain=grain)
                found = {(row.team_id, row.rep_id, row.start): row for row in rows}
                agree(found, expected(oracle, metric.slug, grain))


@in_random_histories
@given(history=histories(), as_of=KNOWN, grain=st.sampled_from(GRAINS))
def test_readings_of_what_was_known_at_some_time(history, as_of, grain):
    with undone():
        organisation = write(history)
        oracle = Oracle(facts_of(organisation), as_of=as_of, now=NOW)
        newest = Period.containing(date(history.year + 2, 12, 31), grain, history.fiscal)
        recompute_all(organisation)

        readings = statistics(
            organisation,
            METRICS,
            newest.back({"month": 60, "quarter": 20, "year": 6}[grain]),
            teams=[team.pk for team in organisation.teams.all()],
            whose=BOTH,
            as_of=as_of,
        )

        for slug, found in readings.items():
            dated = {(team, rep, from_index(m)): each for (team, rep, m), each in found.items()}
            agree(dated, expected(oracle, slug, grain))


@in_random_histories
@given(
    asked=st.tuples(histories(), st.data()),
    slug=st.sampled_from(sorted(BY_SLUG)),
    as_of=KNOWN,
    team=st.integers(0, TEAMS - 1),
    rep=st.none() | st.integers(0, PEOPLE - 1),
)
def test_a_number_and_the_rows_behind_it(asked, slug, as_of, team, rep):
    history, data = asked
    with undone():
        organisation = write(history)
        oracle = Oracle(facts_of(organisation), as_of=as_of, now=NOW)
        scope = Scope(
            team=organisation.teams.order_by("pk")[team],
            rep=None if rep is None else organisation.people.order_by("pk")[rep],
        )
        period = data.draw(periods(history))
        wanted = within(oracle, slug, scope.key, period)
        recompute_all(organisation)

        reading = read(scope, BY_SLUG[slug], period, as_of=as_of)
        rows = {
            row.entity: (shown, row)
            for shown in SHOWN
            for row in every(
                Behind(scope=scope, metric=BY_SLUG[slug], period=period, shown=shown, as_of=as_of)
            )
        }

        agree({0: reading.statistics}, {0: numbers(slug, wanted)})
        assert rows.keys() == {deal.deal for deal in wanted}
        for deal in wanted:
            shown, row = rows[deal.deal]
            assert (shown, row.at) == (deal.shown, deal.at)
            assert row.reason in deal.reasons if deal.reasons else row.hit == deal.hit


@st.composite
def periods(draw, history):
    """A month, quarter or year, a range of days, or all time."""
    day = st.sampled_from(local_days(history.zone))
    grain = draw(st.sampled_from([*GRAINS, RANGE, ALL]))
    if grain == ALL:
        return Period.all_time()
    first, last = sorted((draw(day), draw(day)))
    if grain == RANGE:
        return Period(RANGE, first, last + timedelta(days=1))
    return Period.containing(first, grain, history.fiscal)
