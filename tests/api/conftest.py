"""Programs that speak for Acme and for another organisation."""

from collections.abc import Callable

import pytest

from teams.models import ApiKey, Organisation
from tests.api.asking import Program, program

ALL = ApiKey.Scope.values


@pytest.fixture
def crm(acme: Organisation) -> Program:
    """Acme's, with every scope."""
    return program(acme, *ALL)


@pytest.fixture
def other_crm(stranger) -> Program:
    """Of Globex, with every scope."""
    return program(stranger.organisation, *ALL)


@pytest.fixture
def with_scopes(acme: Organisation) -> Callable[..., Program]:
    """Of Acme, with the scopes that are named."""
    return lambda *scopes: program(acme, *scopes)
