"""Asking for numbers in both ways there are: from what is kept, and derived from the facts."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from metrics.declared import Metric
from metrics.measures import Reading
from metrics.recomputing import recompute_all
from teams.models import Person, Team
from tests.metrics.asking import read

Ask = Callable[..., Reading]


@pytest.fixture(params=["kept", "derived"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """``ask(team, metric, "2021-03")`` reads from snapshots, then, once more, from the facts."""

    def from_snapshots(team: Team, metric: Metric, code: str, rep: Person | None = None) -> Reading:
        recompute_all(team.organisation)
        return read(team, metric, code, rep=rep)

    def from_facts(team: Team, metric: Metric, code: str, rep: Person | None = None) -> Reading:
        return read(team, metric, code, rep=rep, as_of=timezone.now())

    return from_snapshots if request.param == "kept" else from_facts
