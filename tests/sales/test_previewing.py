"""The preview counts exactly what the import then does, and writes nothing to the facts."""

import pytest

from sales.importing.committing import commit
from sales.importing.planning import plan
from tests.sales.crm import counts, imported, planned, written

HEADER = "Id,Name,Amount,Stage,Contacted,Closed"
BEFORE = [
    "A,Alpha,5,Won,2024-01-05,2024-02-05",
    "B,Beta,6,Proposal,2024-01-06,",
    "C,Gamma,7,Lost,2024-01-07,2024-02-07",
]
AFTER = [
    BEFORE[0],
    "B,Beta,60,Won,2024-01-06,2024-02-06",
    "C,Gamma,7,Proposal,2024-01-07,",
    "D,Delta,8,Backlog,,",
    "E,Epsilon,9,Template,,",
    "F,Zeta,-1,Proposal,2024-01-08,",
]
LOG = "Id,Stage,At,Amount"


def test_nothing_is_written_to_the_facts(acme):
    imported(acme, HEADER, *BEFORE)
    before = written(acme)

    planned(acme, HEADER, *AFTER)

    assert written(acme) == before
    assert acme.opportunities.count() == 3


def test_a_first_preview_makes_no_pipeline(acme):
    acme.pipelines.all().delete()

    planned(acme, HEADER, *BEFORE)

    assert not acme.pipelines.exists()


@pytest.mark.parametrize("size", [1, 2, 5_000])
def test_the_import_does_what_the_preview_counted(acme, size):
    imported(acme, HEADER, *BEFORE)
    run = planned(acme, HEADER, *AFTER, valid_only=True)
    foretold = counts(run)

    commit(run, batch=size)

    assert counts(run) == foretold
    assert foretold == {"created": 1, "updated": 2, "unchanged": 1, "ignored": 1, "rejected": 1}


def test_the_import_of_a_log_does_what_the_preview_counted(acme):
    imported(acme, LOG, "A,Proposal,2024-01-05,5", "A,Won,2024-02-05,5")
    run = planned(acme, LOG, "A,Proposal,2024-01-05,5", "A,Won,2024-02-05,6", "B,Lost,2024-03-01,1")
    foretold = counts(run)

    commit(run)

    assert counts(run) == foretold == {"created": 1, "updated": 1, "unchanged": 1}


def test_the_sample_shows_what_changes_first(acme):
    imported(acme, HEADER, *BEFORE)

    run = planned(acme, HEADER, *AFTER, valid_only=True)

    outcomes = [(row["id"], row["outcome"]) for row in run.sample]
    assert outcomes == [("B", "updated"), ("C", "updated"), ("D", "created"), ("A", "unchanged")]


def test_the_sample_shows_each_stage_once(acme):
    run = planned(acme, HEADER, "A,Alpha,5,First contact,2024-01-05,", "B,Beta,6,Backlog,,")

    events = {row["id"]: row["events"] for row in run.sample}
    assert [(event["position"], event["at"][:10]) for event in events["A"]] == [(1, "2024-01-04")]
    assert events["B"] is None


def test_planning_again_starts_afresh(acme):
    run = planned(acme, HEADER, *AFTER, valid_only=True)
    first = counts(run), run.rejections.count()

    plan(run)

    assert (counts(run), run.rejections.count()) == first
