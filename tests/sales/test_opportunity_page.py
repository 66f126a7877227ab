"""The page of one opportunity: what was said of it, and by what."""

import re

import pytest

from sales.importing.mapping import OPPORTUNITIES
from sales.importing.receiving import receive
from sales.models import ImportRun, OpportunityDetail, StageEvent
from tests import world

FILE = "deals-of-Dan-before-he-is-let-go.csv"


@pytest.fixture
def deal(acme, ben):
    made = world.deal(acme, ben, ("open", 1, world.day("2024-02-01")))
    run = receive(acme, kind=OPPORTUNITIES, name=FILE, chunks=[b"id\n"])
    StageEvent.objects.filter(opportunity=made).update(recorded_by=run)
    return made


def test_the_files_name_is_shown_only_to_who_may_see_imports(deal, cora, ana, ben, signed_in):
    def page(person, team: str) -> str:
        return (
            signed_in(person).get(f"/teams/acme/{team}/opportunities/{deal.pk}/").content.decode()
        )

    assert FILE in page(cora, "acme")
    for person in (ana, ben):
        assert FILE not in page(person, "north")
        assert "CSV import" in page(person, "north")


@pytest.mark.parametrize(
    ("channel", "said"),
    [("file", "CSV import"), ("api", "by a program"), ("webhook", "by a connected CRM or program")],
)
def test_everybody_is_told_by_which_way_a_fact_came(deal, ben, signed_in, channel, said):
    ImportRun.objects.update(channel=channel)

    page = signed_in(ben).get(f"/teams/acme/north/opportunities/{deal.pk}/").content.decode()

    assert f"· {said}" in page
    assert ("CSV import" in page) == (channel == "file")


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"merged_into": "A"}, "merged into A"),
        ({"deleted": True}, "deleted"),
        ({"is_test": True}, "test record"),
        ({"created_at": world.day("2024-01-09")}, "created 2024-01-09"),
    ],
)
def test_what_was_said_before_says_what_has_changed(acme, deal, cora, signed_in, before, said):
    now = deal.details.get()
    over = {"recorded_at": world.day("1999-01-01"), "voided_at": world.day("1999-01-02")}
    OpportunityDetail.objects.create(
        organisation=acme, opportunity=deal, name=now.name, **over, **before
    )

    page = signed_in(cora).get(f"/teams/acme/acme/opportunities/{deal.pk}/").content.decode()

    lines = re.findall(
        "</time><span[^>]*>(.*?)</span>", page.split("What was said of it before")[1]
    )
    latest, former = (" ".join(line.split()) for line in lines)
    assert former == f"{latest} · {said}"
