"""The funnel is that of the pipeline asked for, else of the busiest, with the names there were."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from metrics.recomputing import recompute_all
from tests.sales.crm import imported

HEADER = "Id,Stage,At"
PATH = "/teams/acme/acme/metrics/stage-conversion/?period=2021-03"


def sold(acme, pipeline, *stages, month="03"):
    """A deal of its own in each of the stages."""
    rows = [f"{pipeline}{month}{n},{stage},2021-{month}-05" for n, stage in enumerate(stages)]
    imported(acme, HEADER, *rows, pipeline=pipeline, source=pipeline)
    recompute_all(acme)


def shown(client, path=PATH):
    return client.get(path).context["stages"].pipeline.name


@pytest.fixture
def client(acme, cora, signed_in):
    return signed_in(cora)


def test_it_is_of_the_pipeline_with_most_entries_in_the_period(acme, client):
    sold(acme, "Deals", "Proposal", "Qualified", month="02")
    sold(acme, "Deals", "Proposal")
    sold(acme, "Sales", "Proposal", "Qualified")

    assert shown(client) == "Sales"
    assert shown(client, PATH.replace("03", "02")) == "Deals"


def test_of_equal_ones_it_is_the_first_by_name(acme, client):
    sold(acme, "Sales", "Proposal")
    sold(acme, "Deals", "Proposal")

    assert shown(client) == "Deals"


def test_it_is_of_the_team_that_is_shown(acme, client, north, south):
    sold(acme, "Deals", "Proposal", "Proposal")
    owned = "Id,Stage,At,Owner"
    teams = "rep,region,team\nDee,All,North\n"
    imported(acme, owned, "S,Proposal,2021-03-05,Dee", teams=teams, source="s")
    recompute_all(acme)
    team = acme.people.get(name="Dee").memberships.first().team

    assert shown(client) == "Deals"
    assert shown(client, f"/teams/acme/{team.slug}/metrics/stage-conversion/?period=2021-03") == (
        "Sales"
    )


def test_the_command_by_stage_tells_of_the_same(acme, client):
    sold(acme, "Deals", "Proposal")
    sold(acme, "Sales", "Proposal", "Qualified")
    out, asked = StringIO(), ("stage-conversion", "--organization", "acme", "--by", "stage")

    call_command("metric", *asked, "--json", stdout=out)

    assert sum(row["entered"] for row in json.loads(out.getvalue())) == 2


def test_a_stage_that_is_gone_keeps_the_name_it_had(acme, client):
    sold(acme, "Sales", "Qualified", "Proposal")
    imported(acme, HEADER, "Z,New,2021-04-05", pipeline_stages=("New",), source="other")
    recompute_all(acme)

    answer = client.get(PATH)

    assert [row["step"].name for row in answer.context["steps"]] == [
        "New", "Qualified", "Proposal", "Won",
    ]  # fmt: skip
    assert "Stage conversion: Qualified" in client.get(f"{PATH}&stage=2").text


def test_a_stage_that_is_gone_is_not_shown_where_nothing_entered_it(acme, client):
    sold(acme, "Sales", "Qualified", "Proposal")
    imported(acme, HEADER, "Z,New,2021-04-05", pipeline_stages=("New",), source="other")
    recompute_all(acme)

    steps = client.get(PATH.replace("03", "04")).context["steps"]

    assert [row["step"].name for row in steps] == ["New", "Won"]
