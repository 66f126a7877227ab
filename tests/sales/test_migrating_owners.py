"""Opportunities that have two owners at once are named before the database refuses such."""

from importlib import import_module

import pytest
from django.core.management import CommandError
from django.db import connection

from sales.models import OpportunityOwner
from teams.recorded import BEGINNING
from tests import world
from tests.world import day

MIGRATION = import_module("sales.migrations.0008_one_owner_at_a_time")
JANUARY, MARCH, MAY = day("2021-01-01"), day("2021-03-01"), day("2021-05-01")


@pytest.fixture
def deal(acme):
    return world.deal(acme, None, ("open", 1, JANUARY))


def migrate():
    with connection.schema_editor() as editor:
        MIGRATION.refuse_overlaps(None, editor)


def as_before():
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE sales_opportunityowner DROP CONSTRAINT opportunity_has_one_owner_at_a_time"
        )


def owned(person, deal, from_at, to_at):
    OpportunityOwner.objects.create(
        organisation=deal.organisation,
        opportunity=deal,
        person=person,
        from_at=from_at,
        to_at=to_at,
    )


def test_what_overlaps_is_named_and_left_as_it_is(ana, ben, deal):
    as_before()
    owned(ben, deal, JANUARY, MAY)
    owned(ana, deal, MARCH, None)

    with pytest.raises(CommandError, match=f"two owners at once: acme/crm/{deal.external_id}\\. "):
        migrate()

    assert deal.owners.in_force().count() == 2


def test_what_the_database_does_not_refuse_is_no_obstacle(ana, ben, deal):
    owned(ben, deal, JANUARY, MARCH)
    owned(ana, deal, MARCH, MAY)
    owned(ana, deal, BEGINNING, None)

    migrate()
