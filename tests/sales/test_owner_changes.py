"""Another owner in a later file: changed hands at the import, or was always so."""

import pytest
from django.utils import timezone

from sales.models import OpportunityOwner
from teams.models import Person
from teams.recorded import BEGINNING
from tests import world
from tests.sales.crm import counts, imported, planned, rejections

HEADER = "Id,Stage,Owner"


@pytest.fixture
def first(acme, ana, ben):
    """Ben owns A."""
    return imported(acme, HEADER, "A,Proposal,Ben")


def spans(recorded=None):
    """(owner, whether from the beginning, whether until now) of what is believed, in order."""
    found = OpportunityOwner.objects.in_force().select_related("person").order_by("from_at")
    return [(each.person.name, each.from_at == BEGINNING, each.to_at is None) for each in found]


def owner_at(instant):
    return OpportunityOwner.objects.holding_at(instant).get().person.name


def test_the_first_owner_was_it_always(first):
    assert spans() == [("Ben", True, True)]


def test_from_now_on_somebody_else_owns_it(acme, first):
    before = timezone.now()

    run = imported(acme, HEADER, "A,Proposal,Ana")

    assert counts(run) == {"updated": 1}
    assert spans() == [("Ben", True, False), ("Ana", False, True)]
    assert (owner_at(before), owner_at(timezone.now())) == ("Ben", "Ana")


def test_a_correction_says_it_was_never_anybody_elses(acme, first):
    imported(acme, HEADER, "A,Proposal,Ana", owner_change="correction")

    assert spans() == [("Ana", True, True)]
    assert OpportunityOwner.objects.count() == 2


def test_a_correction_also_takes_back_a_change_of_hands(acme, first):
    imported(acme, HEADER, "A,Proposal,Ana")

    imported(acme, HEADER, "A,Proposal,Ben", owner_change="correction")

    assert spans() == [("Ben", True, True)]


def test_nobody_owns_it_any_more(acme, first):
    imported(acme, HEADER, "A,Proposal,")

    assert spans() == [("Ben", True, False)]


def test_somebody_owns_it_again_from_then_on(acme, first):
    imported(acme, HEADER, "A,Proposal,")

    imported(acme, HEADER, "A,Proposal,Ben")

    assert spans() == [("Ben", True, False), ("Ben", False, True)]


def test_a_file_without_owners_leaves_them(acme, first):
    imported(acme, "Id,Stage", "A,Qualified")

    assert spans() == [("Ben", True, True)]


@pytest.mark.parametrize("written", ["Ben", "ben", " BEN ", "ben@acme.example", "0051-BEN"])
def test_an_owner_is_known_by_name_mail_or_crm_id(acme, ben, written):
    Person.objects.filter(pk=ben.pk).update(external_id="0051-ben")

    imported(acme, HEADER, f"A,Proposal,{written}")

    assert spans() == [("Ben", True, True)]


def test_the_newest_row_of_a_log_says_who_owns_it(acme, ana, ben):
    imported(acme, "Id,Stage,At,Owner", "A,Proposal,2024-01-08,Ana", "A,Qualified,2024-01-05,Ben")

    assert spans() == [("Ana", True, True)]


def test_an_owner_whom_nobody_knows_is_named(acme, ben):
    run = planned(acme, HEADER, "A,Proposal,Bne")

    assert rejections(run) == [(2, "Owner", "Bne", "unknown_owner")]


def test_an_owner_who_was_never_in_a_team_is_named(acme):
    world.person(None, "Dana", organisation=acme)

    run = planned(acme, HEADER, "A,Proposal,Dana")

    assert rejections(run) == [(2, "Owner", "Dana", "owner_without_team")]


def test_an_owner_who_has_left_still_owned(acme, ben):
    ben.memberships.get().close(timezone.now())

    assert counts(imported(acme, HEADER, "A,Proposal,Ben")) == {"created": 1}
