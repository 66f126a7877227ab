"""Random histories: conversion at every stage equals what brute force counts."""

from random import Random

import pytest

from metrics.declared import STAGE_CONVERSION, at_stage
from metrics.periods import Period
from metrics.reading import Scope, read
from metrics.recomputing import recompute_all
from metrics.rows import SHOWN, Behind, every
from tests.metrics.test_against_the_oracle import NOW, a_period, instants_of_knowledge
from tests.oracles import stages
from tests.oracles.histories import history
from tests.oracles.sales_facts import facts_of
from tests.oracles.sales_metrics import Oracle
from tests.oracles.writing import write

SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.attack) for seed in range(6, 200))]
pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("seed", SEEDS)]


def test_numbers_at_a_stage_and_the_rows_behind_them(seed):
    told, random = history(seed), Random(seed)
    organisation = write(told)
    facts, pipeline = facts_of(organisation), organisation.pipelines.get()
    teams = list(organisation.teams.select_related("organisation"))
    people = list(organisation.people.all())
    recompute_all(organisation)

    for as_of in instants_of_knowledge(told, random):
        oracle = Oracle(facts, as_of=as_of, now=NOW)
        for stage in (1, 2, 3):
            metric = at_stage(STAGE_CONVERSION, pipeline=pipeline.pk, position=stage, name="")
            deals = stages.at_stage(oracle, stage)
            for _time in range(3):
                scope = Scope(team=random.choice(teams), rep=random.choice([None, None, *people]))
                period = a_period(told, organisation.zone, random)
                wanted = [deal for deal in deals if is_within(deal, scope, period, facts.zone)]
                check(scope, metric, period, as_of, wanted)


def is_within(deal, scope, period, zone):
    return scope.key in deal.scopes and is_in(deal.at.astimezone(zone).date(), period)


def is_in(day, period: Period):
    return period.start <= day < period.end


def check(scope, metric, period, as_of, wanted):
    statistics = read(scope, metric, period, as_of=as_of).statistics
    counted = [deal for deal in wanted if deal.shown == "counted"]
    rows = {
        row.entity: (shown, row.hit, row.value)
        for shown in SHOWN
        for row in every(
            Behind(scope=scope, metric=metric, period=period, shown=shown, as_of=as_of)
        )
    }

    assert (statistics.numerator, statistics.denominator) == (
        sum(deal.hit for deal in counted), len(counted),
    )  # fmt: skip
    assert rows == {
        deal.deal: (deal.shown, deal.hit and not deal.reasons, deal.value) for deal in wanted
    }
