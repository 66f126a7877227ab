"""At least one admin who can sign in always remains."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams import joining
from teams.models import Membership, Organisation, Person, Role
from tests import world


def tomorrow():
    return timezone.now() + timedelta(days=1)


def seat(person: Person) -> Membership:
    return person.memberships.in_force().get()


WAYS_OUT = {
    "leaves": lambda cora, north: joining.leave(seat(cora)),
    "leaves tomorrow": lambda cora, north: joining.leave(seat(cora), at=tomorrow()),
    "becomes a manager": lambda cora, north: joining.change(seat(cora), role=Role.MANAGER),
    "sells from tomorrow": lambda cora, north: joining.change(
        seat(cora), role=Role.REP, at=tomorrow()
    ),
    "moves": lambda cora, north: joining.move(seat(cora), team=north),
    "is deactivated": lambda cora, north: joining.deactivate(cora),
}


@pytest.fixture
def dora(acme: Organisation) -> Person:
    """A second admin, with an account."""
    return world.person(acme.root, "Dora", role=Role.ADMIN, account=True)


@pytest.mark.parametrize("way", WAYS_OUT)
def test_the_last_admin_stays(cora, north, way):
    with pytest.raises(ValidationError, match="Make somebody else an admin first"):
        WAYS_OUT[way](cora, north)

    cora.refresh_from_db()
    assert (seat(cora).role, seat(cora).to_at, cora.deactivated_at) == ("admin", None, None)


@pytest.mark.parametrize("way", WAYS_OUT)
def test_one_of_two_may_go(cora, dora, north, way):
    WAYS_OUT[way](cora, north)


def test_an_admin_without_an_account_does_not_stand_in(acme, cora):
    world.person(acme.root, "Invited", role=Role.ADMIN)

    with pytest.raises(ValidationError, match="Nobody who can sign in"):
        joining.leave(seat(cora))


def test_a_deactivated_admin_does_not_stand_in(cora, dora):
    joining.deactivate(dora)

    with pytest.raises(ValidationError, match="Make somebody else"):
        joining.leave(seat(cora))


def test_an_admin_who_leaves_tomorrow_does_not_stand_in(cora, dora):
    joining.leave(seat(dora), at=tomorrow())

    with pytest.raises(ValidationError, match="Make somebody else"):
        joining.leave(seat(cora))


def test_an_admin_of_a_team_below_does_not_stand_in(cora, north):
    world.person(north, "Dora", role=Role.ADMIN, account=True)

    with pytest.raises(ValidationError, match="Make somebody else"):
        joining.leave(seat(cora))


def test_others_go_as_they_like(north, ana):
    """Acme has no admin at all here, as when commands set it up."""
    joining.leave(seat(ana))
