"""How long deals take to be decided (the companion of D6): open ones count as still running."""

from datetime import timedelta

from metrics.deciding import median_decision
from metrics.declared import SALES_CYCLE
from metrics.periods import parse
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from tests import world
from tests.metrics.asking import read
from tests.world import day, deal, lost

MARCH = "2021-03"


def decision(team, code, **more):
    return median_decision(Scope(team=team), parse(code), **more)


def decided(organisation, owner, days, kind):
    contact = day("2021-03-01")
    return deal(organisation, owner, ("open", 1, contact), (kind, contact + timedelta(days=days)))


def test_time_to_decision_keeps_open_deals_in_view(acme, ben):
    """4 decided after 10, 20, 40 and 60 days, 2 still open after 31 days.

    S(10) = 5/6, S(20) = 4/6, S(40) = 4/6 * 1/2 = 1/3; the two left the risk set at 31 days.
    """
    for days, kind in ((10, "won"), (20, "lost"), (40, "won"), (60, "lost")):
        decided(acme, ben, days, kind)
    for _number in range(2):
        deal(acme, ben, ("open", 1, day("2021-03-30")))

    assert decision(acme.root, MARCH, as_of=day("2021-04-30")) == 40.0


def test_time_to_decision_is_not_reached_while_most_are_open(acme, ben):
    lost(acme, ben, day("2020-01-11"))
    for _number in range(3):
        deal(acme, ben, ("open", 1, day("2020-01-01")))

    assert decision(acme.root, "2020-01", as_of=day("2021-01-01")) is None


def test_won_deals_alone_would_make_deciding_look_quick(acme, ben):
    decided(acme, ben, 5, "won")
    for _number in range(2):
        decided(acme, ben, 90, "lost")

    recompute_all(acme)

    assert read(acme.root, SALES_CYCLE, MARCH).value == 5.0
    assert decision(acme.root, MARCH) == 90.0


def test_a_part_of_a_team_has_its_own_time_to_decision(acme, north, ben):
    ada = world.person(north, "Ada")
    decided(acme, ben, 10, "won")
    decided(acme, ada, 50, "won")

    recompute_all(acme)

    assert median_decision(Scope(team=north, rep=ada), parse(MARCH)) == 50.0
