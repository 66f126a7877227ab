"""Real servers for every test, and the few people who make the test world."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.test import Client

from config import embedded
from teams.models import Organisation, Person, Role, Team
from tests import world
from tests.scheduling import Scheduling

SERVERS = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded servers once, in the process that starts the others."""
    if not hasattr(config, "workerinput"):
        SERVERS.enter_context(embedded.running(durable=False))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        SERVERS.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture
def acme(db) -> Organisation:
    """An organisation in Berlin with one pipeline of three stages."""
    return world.found("acme", timezone="Europe/Berlin")


@pytest.fixture
def north(acme: Organisation) -> Team:
    return world.team(acme.root, "North")


@pytest.fixture
def south(acme: Organisation) -> Team:
    return world.team(acme.root, "South")


@pytest.fixture
def ana(north: Team) -> Person:
    """Manages North, with an account."""
    return world.person(north, "Ana", role=Role.MANAGER, account=True)


@pytest.fixture
def ben(north: Team) -> Person:
    """Sells in North, with an account."""
    return world.person(north, "Ben", account=True)


@pytest.fixture
def cora(acme: Organisation) -> Person:
    """Administers Acme, with an account."""
    return world.person(acme.root, "Cora", role=Role.ADMIN, account=True)


@pytest.fixture
def stranger(db) -> Person:
    """Administers another organisation on the same installation."""
    globex = world.found("globex")
    return world.person(globex.root, "Stranger", role=Role.ADMIN, account=True)


@pytest.fixture
def signed_in() -> Iterator[Callable[[Person], Client]]:
    """A browser in which somebody has signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.user)
        return client

    return sign_in
