"""What a permalink says was known can change no more: no open import may still add to it."""

import pytest
from django.db import connection
from django.utils import timezone

from sales.importing.locking import WRITING, settled
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writing():
    """A transaction of another connection, which writes an organisation's facts."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


def begin(writing, organisation):
    """Begin to write as an import does."""
    with writing.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({WRITING})", [organisation.pk])


def test_while_nobody_writes_everything_until_now_is_settled(acme):
    before = timezone.now()

    assert before <= settled(acme) <= timezone.now()


def test_while_an_import_is_open_only_what_was_known_before_it_began(acme, writing):
    before = timezone.now()
    begin(writing, acme)
    during = timezone.now()

    assert before <= settled(acme) <= during

    writing.rollback()
    assert settled(acme) >= during


def test_an_import_elsewhere_holds_nothing_up(acme, writing):
    begin(writing, world.found("globex"))
    during = timezone.now()

    assert settled(acme) >= during
