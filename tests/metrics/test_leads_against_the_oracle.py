"""Random histories: response times and the rows behind them equal what brute force counts."""

from fractions import Fraction
from random import Random

import pytest
from django.utils import timezone

from metrics.declared import (
    LEAD_ASSIGNMENT_LEG,
    LEAD_REP_LEG,
    LEAD_RESPONSE_MEDIAN,
    LEAD_RESPONSE_SLA,
)
from metrics.reading import Scope, read
from metrics.recomputing import recompute_all
from metrics.rows import SHOWN, Behind, every
from tests.metrics.test_against_the_oracle import a_period, instants_of_knowledge
from tests.oracles.histories import history
from tests.oracles.leads import LeadOracle, kaplan_meier, write_leads
from tests.oracles.writing import write

SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.attack) for seed in range(6, 200))]
pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("seed", SEEDS)]


def test_response_times_and_the_rows_behind_them(seed):
    told, random = history(seed), Random(seed)
    organisation = write(told)
    write_leads(organisation, told, seed)
    teams = list(organisation.teams.select_related("organisation"))
    people = list(organisation.people.all())
    recompute_all(organisation)

    for as_of in instants_of_knowledge(told, random):
        leads = LeadOracle(organisation, as_of=as_of, now=timezone.now()).counted()
        for _time in range(6):
            scope = Scope(team=random.choice(teams), rep=random.choice([None, None, *people]))
            period = a_period(told, organisation.zone, random)
            wanted = [lead for lead in leads if is_within(lead, scope, period)]
            check_share(scope, period, as_of, wanted)
            check_median(scope, period, as_of, wanted)
            check_legs(scope, period, as_of, wanted)


def is_within(lead, scope, period):
    day = lead.at.astimezone(scope.team.organisation.zone).date()
    return scope.key in lead.scopes and period.start <= day < period.end


def check_share(scope, period, as_of, wanted):
    found = read(scope, LEAD_RESPONSE_SLA, period, as_of=as_of).statistics
    counted = [lead for lead in wanted if lead.shown == "counted"]
    rows = {
        row.entity: (shown, row.hit, row.value)
        for shown in SHOWN
        for row in every(
            Behind(scope=scope, metric=LEAD_RESPONSE_SLA, period=period, shown=shown, as_of=as_of)
        )
    }

    assert (found.numerator, found.denominator) == (sum(each.hit for each in counted), len(counted))
    assert rows == {
        lead.deal: (lead.shown, lead.hit and not lead.reasons, lead.value) for lead in wanted
    }


def check_median(scope, period, as_of, wanted):
    found = read(scope, LEAD_RESPONSE_MEDIAN, period, as_of=as_of).statistics
    counted = [lead for lead in wanted if not lead.reasons]

    assert (found.numerator, found.n) == (sum(each.happened for each in counted), len(counted))
    assert found.median == kaplan_meier(counted, Fraction(1, 2))
    assert found.p90 == kaplan_meier(counted, Fraction(9, 10))


def check_legs(scope, period, as_of, wanted):
    counted = [lead for lead in wanted if not lead.reasons and lead.given is not None]
    legs = [
        read(scope, each, period, as_of=as_of).statistics
        for each in (LEAD_ASSIGNMENT_LEG, LEAD_REP_LEG)
    ]

    assert [leg.n for leg in legs] == [len(counted)] * 2
    assert [leg.total or 0 for leg in legs] == [
        sum(lead.given for lead in counted), sum(lead.value - lead.given for lead in counted),
    ]  # fmt: skip
