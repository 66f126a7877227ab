"""The id of another record is told only to who may see that record, or everything."""

import csv
import io

import pytest

from sales.models import Lead, LeadDetail, Opportunity, OpportunityDetail
from tests import world
from tests.world import day

JANUARY, MARCH = day("2024-01-01"), day("2024-03-01")
SECRET = "NED-7"


@pytest.fixture
def secret(acme, north):
    """An opportunity and a lead that Ben may not see; Ana may, of whose team Ned is."""
    ned = world.person(north, "Ned")
    deal = world.deal(acme, ned, ("open", 1, JANUARY))
    Opportunity.objects.filter(pk=deal.pk).update(external_id=SECRET)
    lead = world.lead(acme, JANUARY, (ned, JANUARY))
    Lead.objects.filter(pk=lead.pk).update(external_id=SECRET)


def deal_page(client, deal: Opportunity, team: str = "north") -> str:
    return client.get(f"/teams/acme/{team}/opportunities/{deal.pk}/").content.decode()


def lead_page(client, lead: Lead, team: str = "north") -> str:
    return client.get(f"/teams/acme/{team}/leads/{lead.pk}/").content.decode()


def converted_to(client, team: str = "north") -> list[str]:
    answer = client.get(f"/teams/acme/{team}/leads/leads.csv?state=converted")
    text = b"".join(answer.streaming_content).decode()
    return [row["converted_to"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_of_a_merged_opportunity(acme, ana, ben, secret, signed_in):
    deal = world.deal(acme, ben, ("open", 1, JANUARY), merged_into=SECRET)

    page = deal_page(signed_in(ben), deal)

    assert "Merged into another: never counted" in page
    assert SECRET not in page
    assert f"Merged into {SECRET}: never counted" in deal_page(signed_in(ana), deal)


def test_of_a_merged_lead(acme, ana, ben, secret, signed_in):
    lead = world.lead(acme, JANUARY, (ben, JANUARY), merged_into=SECRET)

    page = lead_page(signed_in(ben), lead)

    assert "Merged into another: never counted" in page
    assert SECRET not in page
    assert f"Merged into {SECRET}: never counted" in lead_page(signed_in(ana), lead)


def test_of_what_a_lead_became(acme, ana, ben, secret, signed_in):
    lead = world.lead(acme, JANUARY, (ben, JANUARY), opportunity=SECRET)

    page = lead_page(signed_in(ben), lead)

    assert "<dd>Converted</dd>" in page
    assert SECRET not in page
    assert "Converted to" in lead_page(signed_in(ana), lead)
    assert (converted_to(signed_in(ben)), converted_to(signed_in(ana))) == (["?"], [SECRET])


def test_also_where_it_was_said_once_and_is_no_longer_so(acme, ana, ben, secret, signed_in):
    deal = world.deal(acme, ben, ("open", 1, JANUARY))
    lead = world.lead(acme, JANUARY, (ben, JANUARY))
    over = {"organisation": acme, "recorded_at": JANUARY, "voided_at": MARCH}
    OpportunityDetail.objects.create(opportunity=deal, merged_into=SECRET, **over)
    told = {"inbound_at": JANUARY, "merged_into": SECRET, "opportunity": SECRET}
    LeadDetail.objects.create(lead=lead, **told, **over)

    for page, about in (deal_page, deal), (lead_page, lead):
        assert SECRET not in page(signed_in(ben), about)
        assert SECRET in page(signed_in(ana), about)


def test_of_what_is_not_known_yet_only_under_the_root(acme, ana, ben, cora, signed_in):
    deal = world.deal(acme, ben, ("open", 1, JANUARY), merged_into="LATER-1")
    lead = world.lead(acme, JANUARY, (ben, JANUARY), opportunity="LATER-2")

    assert "LATER-1" not in deal_page(signed_in(ana), deal)
    assert "LATER-2" not in lead_page(signed_in(ana), lead)
    assert "LATER-1" in deal_page(signed_in(cora), deal, team="acme")
    assert "LATER-2" in lead_page(signed_in(cora), lead, team="acme")
    assert converted_to(signed_in(cora), team="acme") == ["LATER-2"]
