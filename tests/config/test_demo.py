"""The demo organisation holds planted effects; the metrics find those, and only those."""

from datetime import UTC, datetime

import pytest

from config.demo.history import SEED, Calendar, events
from config.demo.loading import load_demo
from config.demo.people import SQUADS
from metrics.comparing import change
from metrics.declared import SALES_CYCLE, WIN_RATE
from metrics.models import Snapshot
from metrics.periods import QUARTER, Period
from metrics.reading import Scope, trends
from sales.models import Opportunity
from teams.models import Person, User

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def demo(db):
    return load_demo(NOW)


def changed(organisation, team, metric):
    """The change of a team's number in the last whole quarter."""
    scope = Scope(team=organisation.teams.select_related("organisation").get(name=team))
    quarter = Period.containing(NOW.date(), QUARTER).previous()
    before, after = trends(scope, [metric], [quarter.previous(), quarter])[metric.slug]
    return change(scope, metric, quarter, (before, after))


def test_metrics_find_what_is_planted_and_not_what_is_not(demo):
    coached = changed(demo, "Jakarta", WIN_RATE)
    faster = changed(demo, "Medan", SALES_CYCLE)
    untouched = [changed(demo, "International", each) for each in (WIN_RATE, SALES_CYCLE)]

    assert coached.detectable
    assert coached.is_good(WIN_RATE)
    assert faster.detectable
    assert faster.is_good(SALES_CYCLE)
    assert not any(each.detectable for each in untouched)


def test_forty_people_in_a_tree_of_three_levels_can_all_sign_in(demo):
    assert Person.objects.filter(organisation=demo).count() == 40
    assert User.objects.filter(emailaddress__verified=True).count() == 40
    depths = demo.root.lines_down.filter(to_at=None).values_list("depth", flat=True)
    assert max(depths) == 2


def test_loading_again_changes_nothing(demo):
    before = Opportunity.objects.count(), Snapshot.objects.count()

    load_demo(NOW)

    assert (Opportunity.objects.count(), Snapshot.objects.count()) == before


def test_the_history_is_the_same_each_time_and_never_in_the_future():
    calendar = Calendar.before(NOW)

    first, second = list(events(calendar)), list(events(calendar))

    assert SEED
    assert first == second
    assert all(event.at < NOW for event in first)
    assert {event.owner for event in first} == {
        f"{name.split()[0].lower()}.{name.split()[-1].lower()}@nusantara.example"
        for squad in SQUADS
        for name in squad.reps
    }
