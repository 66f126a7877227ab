"""The CSV of the leads behind a response time: it recomputes the number exactly."""

import csv
from datetime import timedelta

import pytest

from metrics.declared import LEAD_RESPONSE_MEDIAN, LEAD_RESPONSE_SLA
from metrics.exporting import lines
from metrics.periods import parse
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from metrics.rows import Behind
from tests.metrics.asking import read
from tests.world import activity, day, lead

CAME_IN = day("2021-03-15")


@pytest.fixture
def leads(acme, ben):
    """Answered after 0, 20, … 120 minutes, one never, one that is spam."""
    for number in range(7):
        made = lead(acme, CAME_IN, (ben, CAME_IN), name=f"Lead {number}", origin="Web")
        activity(made, CAME_IN + timedelta(minutes=20 * number))
    lead(acme, CAME_IN, (ben, CAME_IN), closed_at=day("2021-03-16"))
    lead(acme, CAME_IN, (ben, CAME_IN), left_out="spam", name="Spam")
    recompute_all(acme)


def exported(team, metric):
    asked = Behind(scope=Scope(team=team), metric=metric, period=parse("2021-03"))
    return list(csv.DictReader(lines(asked)))


def test_the_share_in_time(acme, leads):
    rows = [row for row in exported(acme.root, LEAD_RESPONSE_SLA) if row["counted"] == "yes"]

    in_time = sum(row["in_time"] == "yes" for row in rows)

    assert 100 * in_time / len(rows) == read(acme.root, LEAD_RESPONSE_SLA, "2021-03").value == 50


def test_minutes_and_what_became_of_each(acme, leads):
    rows = {row["name"]: row for row in exported(acme.root, LEAD_RESPONSE_MEDIAN)}

    assert (rows["Lead 4"]["minutes"], rows["Lead 4"]["note"]) == ("80.0", "too_late")
    assert rows["Lead 1"]["source"] == "Web"
    assert rows[""]["note"] == "unanswered"
    assert rows["Spam"]["left_out_because"] == "marked as spam"
