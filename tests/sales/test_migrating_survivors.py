"""Going back to where a survivor had to be known names the opportunities whose survivor is not."""

from importlib import import_module

import pytest
from django.core.management import CommandError
from django.db import connection

from tests import world
from tests.world import day

MIGRATION = import_module("sales.migrations.0010_merged_into_by_external_id")


def go_back():
    """As far as nothing is in the way; the schema stays."""
    last = MIGRATION.Migration.operations[-1]
    with connection.schema_editor() as editor:
        last.reverse_code(None, editor)


def merged(organisation, survivor):
    return world.deal(organisation, None, ("open", 1, day("2024-01-01")), merged_into=survivor)


def test_one_merged_into_what_is_not_known_is_named(acme):
    merged(acme, merged(acme, "").external_id)
    deal = merged(acme, "nothing")

    with pytest.raises(CommandError, match=f"not known: acme/crm/{deal.external_id}\\. "):
        go_back()


def test_what_is_known_in_another_source_is_not_known(acme):
    survivor = merged(acme, "")
    survivor.source = "other"
    survivor.save()
    merged(acme, survivor.external_id)

    with pytest.raises(CommandError, match="not known"):
        go_back()


def test_survivors_that_are_known_are_no_obstacle(acme):
    merged(acme, merged(acme, "").external_id)

    go_back()
