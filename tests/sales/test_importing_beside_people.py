"""An import and people who change teams at the same moment do not stand in each other's way."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import transaction

from sales.importing.committing import commit
from sales.models import ImportRun
from sales.signals import opportunities_changed
from teams.joining import move
from tests import world
from tests.jobs.threads import aside
from tests.sales.crm import planned

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 15


def test_an_import_goes_on_while_somebody_holds_the_organisation(acme):
    run = planned(acme, "Id,Stage", "A,Proposal", "B,Proposal")
    begun, held = Event(), Event()

    def wait(done: int, total: int) -> None:
        begun.set()
        held.wait(SOON)

    with ThreadPoolExecutor() as pool:
        importing = aside(pool, lambda: commit(run, progress=wait, batch=1))
        begun.wait(SOON)
        with transaction.atomic():
            acme.locked()
            held.set()
            importing.result(timeout=SOON)

    run.refresh_from_db()
    assert run.state == ImportRun.State.COMMITTED


def test_a_move_and_facts_of_an_import_that_both_promise_a_recompute_both_end(
    acme, north, south, ben
):
    world.deal(acme, ben, ("open", 1, world.day("2024-01-01")))
    written, moving = Event(), Event()

    def lock_and_move() -> None:
        written.wait(SOON)
        with transaction.atomic():
            acme.locked()
            moving.set()
            move(ben.memberships.get(), team=south)

    with ThreadPoolExecutor() as pool:
        move_of_ben = aside(pool, lock_and_move)
        with transaction.atomic():
            changed = world.deal(acme, ben)
            opportunities_changed.send(
                sender=ImportRun, organisation=acme, opportunities=[changed.pk]
            )
            written.set()
            moving.wait(SOON)
        move_of_ben.result(timeout=SOON)

    assert ben.memberships.in_force().filter(to_at=None).get().team == south
