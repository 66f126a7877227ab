"""An opportunity has one owner at a time, which the database sees to."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from sales.models import OpportunityOwner
from teams.recorded import BEGINNING
from tests import world
from tests.sales.crm import imported
from tests.world import day

HEADER = "Id,Owner,Stage"
JANUARY, MARCH, MAY = day("2021-01-01"), day("2021-03-01"), day("2021-05-01")


def owned(person, opportunity, from_at, to_at, **said):
    return OpportunityOwner.objects.create(
        organisation=opportunity.organisation,
        opportunity=opportunity,
        person=person,
        from_at=from_at,
        to_at=to_at,
        **said,
    )


@pytest.fixture
def deal(acme):
    return world.deal(acme, None, ("open", 1, day("2021-01-01")))


@pytest.mark.parametrize(
    ("from_at", "to_at"),
    [(JANUARY, MARCH), (JANUARY, None), (BEGINNING, MARCH), (day("2021-02-01"), MAY)],
)
def test_spans_that_overlap_are_refused(ana, ben, deal, from_at, to_at):
    owned(ben, deal, day("2020-12-01"), day("2021-02-02"))

    with pytest.raises(IntegrityError, match="opportunity_has_one_owner_at_a_time"):
        owned(ana, deal, from_at, to_at)


def test_one_begins_where_another_ends(ana, ben, deal):
    owned(ben, deal, BEGINNING, JANUARY)
    owned(ana, deal, JANUARY, MARCH)

    owned(ben, deal, MARCH, None)

    assert deal.owners.count() == 3


def test_what_is_no_longer_believed_is_no_obstacle(ana, ben, deal):
    owned(ben, deal, JANUARY, MARCH, voided_at=timezone.now())

    owned(ana, deal, JANUARY, MAY)

    assert deal.owners.in_force().get().person == ana


def test_an_owner_from_the_beginning_leaves_nobody_beside_them(acme, ana, ben):
    imported(acme, HEADER, "A,Ben,Proposal")
    imported(acme, HEADER, "A,Ana,Proposal")

    imported(acme, HEADER, "A,Ben,Proposal", owner_change="correction")

    owner = OpportunityOwner.objects.in_force().get()
    assert (owner.person, owner.from_at, owner.to_at) == (ben, BEGINNING, None)
