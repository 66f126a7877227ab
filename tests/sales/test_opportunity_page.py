"""The page of one opportunity: what was said of it, and by what."""

import pytest

from sales.importing.mapping import OPPORTUNITIES
from sales.importing.receiving import receive
from sales.models import StageEvent
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
