"""One seeded world for each module of the walk."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.access.seeding import Seeded, seed
from tests.access.walking import Walk


@pytest.fixture(scope="module")
def here(django_db_setup, django_db_blocker) -> Iterator[Seeded]:
    """The world, in a transaction that is rolled back when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def walk(here: Seeded) -> Walk:
    return Walk(here)
