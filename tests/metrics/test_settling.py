"""What a permalink says was known can change no more: nothing open may still add to it."""

import pytest
from django.db import connection
from django.utils import timezone

from metrics.settling import RECOMPUTING, settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere():
    """A transaction of another connection."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


def write(elsewhere):
    with elsewhere.cursor() as cursor:
        cursor.execute("UPDATE teams_organisation SET name = name || '!'")


def test_while_nobody_writes_everything_until_now_is_settled(acme):
    before = timezone.now()

    assert before <= settled() <= timezone.now()


def test_while_something_is_being_written_only_what_was_known_before_it_began(acme, elsewhere):
    before = timezone.now()
    write(elsewhere)
    during = timezone.now()

    assert before <= settled() <= during

    elsewhere.rollback()
    assert settled() >= during


def test_who_only_reads_holds_nothing_up(acme, elsewhere):
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT 1 FROM teams_organisation")
    during = timezone.now()

    assert settled() >= during


def test_a_recompute_holds_nothing_up_for_it_writes_no_facts(acme, elsewhere):
    with elsewhere.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s::int)", [RECOMPUTING, acme.pk]
        )
    write(elsewhere)
    during = timezone.now()

    assert settled() >= during
