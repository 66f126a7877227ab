"""Somebody who sold in one team and then in another."""

import pytest

from teams.joining import move
from tests import world
from tests.world import day

MOVED = day("2024-06-01")


@pytest.fixture
def moved(acme, north, south, ben):
    """Ben sold in North until June 2024, then in South."""
    move(ben.memberships.in_force().get(), team=south, at=MOVED)
    return ben


@pytest.fixture
def dan(south):
    return world.person(south, "Dan", role="manager", account=True)
