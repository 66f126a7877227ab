"""The pages offer pipelines in which something is sold, and none on numbers of leads."""

import pytest

from metrics.declared import BY_SLUG
from metrics.recomputing import recompute_all
from sales.importing.undoing import undo
from tests.sales.crm import imported
from tests.world import day, lead, won

HEADER = "Id,Stage,Closed"
DEAL = "A,Won,2021-03-15"
OF_LEADS = sorted(slug for slug, metric in BY_SLUG.items() if metric.is_of_leads)
PAGE = "/teams/acme/acme/metrics"


@pytest.fixture
def undone(acme, ben):
    """An import into a pipeline of its own, beside Sales, that was undone."""
    won(acme, ben, day("2021-03-15"))
    run = imported(acme, HEADER, DEAL, pipeline="HubSpot", source="hubspot")
    undo(run)
    recompute_all(acme)
    return acme.pipelines.get(name="HubSpot")


@pytest.fixture
def two(acme, ben):
    """Something sold in each of two pipelines, and a lead."""
    won(acme, ben, day("2021-03-15"))
    lead(acme, day("2021-03-01"), (ben, day("2021-03-01")))
    imported(acme, HEADER, DEAL, pipeline="Loans", source="bank")
    recompute_all(acme)
    return acme.pipelines.get(name="Loans")


def offered(client, path):
    answer = client.get(path)
    return [each.name for each in answer.context["asked"].offered], "choose-pipeline" in answer.text


@pytest.mark.parametrize("path", ["", "metrics/win-rate/", "metrics/stage-conversion/"])
def test_what_was_taken_back_is_not_offered(acme, cora, undone, signed_in, path):
    found = offered(signed_in(cora), f"/teams/acme/acme/{path}?period=2021-03")

    assert found == (["Sales"], False)


def test_an_address_that_asks_for_it_still_opens(acme, cora, undone, signed_in):
    path = f"{PAGE}/win-rate/?period=2021-03&pipeline={undone.pk}"

    assert offered(signed_in(cora), path) == (["HubSpot", "Sales"], True)


def test_what_is_sold_in_is_offered(acme, cora, two, signed_in):
    found = offered(signed_in(cora), f"{PAGE}/win-rate/?period=2021-03")

    assert found == (["Loans", "Sales"], True)


@pytest.mark.parametrize("slug", OF_LEADS)
def test_leads_have_none_and_pass_over_one_in_the_address(acme, cora, two, signed_in, slug):
    client, path = signed_in(cora), f"{PAGE}/{slug}/?period=2021-03"

    answer = client.get(f"{path}&pipeline={two.pk}")

    assert offered(client, f"{path}&pipeline={two.pk}") == ([], False)
    assert answer.context["asked"].pipeline is None
    assert "pipeline=" not in answer.context["permalink"]
    assert answer.context["headline"].reading == client.get(path).context["headline"].reading


def test_the_home_leads_to_numbers_of_leads_without_its_pipeline(acme, cora, two, signed_in):
    home = signed_in(cora).get(f"/teams/acme/acme/?period=2021-03&pipeline={two.pk}")

    of_leads = [tile.url for tile in home.context["tiles"] if tile.metric.is_of_leads]
    assert of_leads
    assert not [url for url in of_leads if "pipeline=" in url]
