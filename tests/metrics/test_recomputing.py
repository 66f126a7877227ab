"""Recomputing what changed ends in the same rows as recomputing everything."""

import pytest
from django.db import OperationalError, connection, transaction

from metrics.declared import WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.models import Atom, Snapshot, Stale
from metrics.recomputing import recompute_all, recompute_stale
from tests import world
from tests.metrics.editing import Editor, contents, tell
from tests.world import day, happen, won

CLOSE = day("2021-03-15")


@pytest.fixture
def branches(acme, cora, north, south):
    """Three teams, one of them below another."""
    return north, south, world.team(south, "Deep South")


@pytest.mark.parametrize("moves_teams", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_incremental_equals_from_scratch_after_random_edits(acme, branches, seed, moves_teams):
    editor = Editor(acme, seed, moves_teams=moves_teams)
    for number in range(40):
        editor.edit()
        if number % 3 == 0:
            bring_up_to_date(acme)
    bring_up_to_date(acme)
    kept = contents(acme)

    recompute_all(acme)

    assert contents(acme) == kept
    assert all(kept)


def test_recomputing_twice_changes_nothing(acme, branches):
    Editor(acme, 7, moves_teams=False)
    recompute_all(acme)
    kept = contents(acme)

    tell(*acme.opportunities.all())
    recompute_stale(acme)

    assert contents(acme) == kept


def test_batches_end_in_the_same_rows(acme, branches):
    Editor(acme, 8, moves_teams=False)

    while recompute_stale(acme, limit=3):
        pass

    kept = contents(acme)
    recompute_all(acme)
    assert contents(acme) == kept


def test_snapshots_that_lost_their_facts_vanish(acme, ben):
    made = won(acme, ben, CLOSE)
    tell(made)
    recompute_stale(acme)
    made.events.all().void(day("2021-04-01"))

    tell(made)
    recompute_stale(acme)

    assert not Snapshot.objects.exists()
    assert not Atom.objects.exists()


def test_a_deal_that_moves_to_another_month_leaves_the_old_one(acme, ben):
    made = won(acme, ben, CLOSE)
    tell(made)
    recompute_stale(acme)
    made.events.filter(kind="won").void(day("2021-04-01"))
    happen(made, ("won", day("2021-05-02")))

    tell(made)
    recompute_stale(acme)

    months = Snapshot.objects.filter(metric="win-rate", grain="month", rep=None, team=acme.root)
    assert [f"{row.start:%Y-%m}" for row in months] == ["2021-05"]


def test_other_organisations_are_left_alone(acme, ben, stranger):
    tell(won(stranger.organisation, stranger, CLOSE))

    recompute_all(acme)
    recompute_stale(acme)

    assert Stale.objects.count() == 1
    assert not Snapshot.objects.exists()


@pytest.fixture
def elsewhere(transactional_db):
    """Another connection to the same database."""
    other = connection.copy()
    yield other
    other.close()


MARK = "INSERT INTO metrics_stale (organisation_id, subject, entity) VALUES (%s, 1, %s)"
VOID = "UPDATE sales_stageevent SET voided_at = now() WHERE opportunity_id = %s"


def test_a_fact_that_arrives_during_a_recompute_keeps_its_mark(elsewhere, acme, ben):
    made = won(acme, ben, CLOSE)
    tell(made)

    with transaction.atomic():
        recompute_stale(acme)
        with elsewhere.cursor() as cursor:
            cursor.execute(VOID, [made.pk])
            cursor.execute(MARK, [acme.pk, made.pk])

    assert Snapshot.objects.exists()
    assert recompute_stale(acme) == 1
    assert not Snapshot.objects.exists()


def test_a_recompute_neither_waits_for_an_open_transaction_nor_loses_its_mark(elsewhere, acme, ben):
    made = won(acme, ben, CLOSE)
    elsewhere.set_autocommit(False)
    with elsewhere.cursor() as cursor:
        cursor.execute(MARK, [acme.pk, made.pk])

    assert recompute_stale(acme) == 0
    elsewhere.commit()

    assert recompute_stale(acme) == 1
    assert Snapshot.objects.exists()


def test_one_recompute_of_an_organisation_at_a_time(elsewhere, acme, stranger):
    lock = "SELECT pg_try_advisory_xact_lock(hashtext('metrics.recompute'), %s::int)"

    def free(organisation):
        with elsewhere.cursor() as cursor:
            cursor.execute(lock, [organisation.pk])
            return cursor.fetchone()[0]

    with transaction.atomic():
        recompute_stale(acme)

        assert not free(acme)
        assert free(stranger.organisation)
    assert free(acme)


def test_a_worker_that_dies_leaves_its_marks_and_the_old_numbers(elsewhere, acme, ben):
    made = won(acme, ben, CLOSE)
    recompute_all(acme)
    kept = contents(acme)
    made.events.filter(kind="won").void(day("2021-04-01"))
    tell(made)

    with pytest.raises(OperationalError):
        recompute_until_cut_off(acme, elsewhere)
    connection.close()

    assert contents(acme) == kept
    assert recompute_stale(acme) == 1
    assert not Snapshot.objects.filter(metric=WIN_RATE.slug).exists()


@transaction.atomic
def recompute_until_cut_off(organisation, elsewhere):
    recompute_stale(organisation)
    with elsewhere.cursor() as cursor:
        pid = connection.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
