"""A batch looks up what it names, however little the planner knows of tables that were filled a
moment ago. It may read a table once that it takes to be small, but not once for each row."""

import pytest
from django.db import connection

from sales.importing.delivering import Delivery, deliver
from teams.keys import make_key
from tests import world

AT = "2024-03-01T09:00:00Z"
MANY, FEW = 1_000, 10
MOST = FEW * MANY / 2
"""Rows that a batch may read. Reading all there are for each of its own would be twice as many."""

DEALS = {
    "id": "{n}",
    "stage": "won",
    "owner": "ben@acme.example",
    "entered": {"First contact": AT, "Qualified": AT},
    "closed_at": "2024-03-20T16:30:00Z",
}
KINDS = {
    "opportunities": DEALS,
    "stage_events": {"id": "{n}", "stage": "Qualified", "at": AT, "owner": "ben@acme.example"},
    "leads": {"id": "{n}", "inbound_at": AT},
    "activities": {"id": "{n}", "activity": "call", "lead": "{n}", "at": "2024-03-01T09:30:00Z"},
    "lead_assignments": {"lead": "{n}", "owner": "ben@acme.example", "at": AT},
}


@pytest.fixture(autouse=True)
def tables_as_made(db):
    """What the planner learnt of other tests' rows would outlive them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE sales_importrun, sales_lead, sales_activity, sales_opportunity CASCADE"
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [MANY, 0], ids=["new", "again"])
def test_no_row_of_a_batch_has_it_read_all_others(acme, ben, kind, first):
    key, _text = make_key(acme, name="CRM", scopes=["sales:write"])
    if kind in {"activities", "lead_assignments"}:
        send(key, "leads", range(MANY + FEW))
    send(key, kind, range(MANY))
    before = rows_read()

    send(key, kind, range(first, first + FEW))

    assert rows_read() - before < MOST


@pytest.mark.django_db(transaction=True)
def test_tables_that_grew_are_looked_at(acme):
    key, _text = make_key(acme, name="CRM", scopes=["sales:write"])
    send(key, "leads", range(MANY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    assert known("sales_leaddetail") == -1

    send(key, "leads", range(FEW))

    assert known("sales_leaddetail") == MANY


def send(key, kind: str, numbers: range) -> None:
    rows = [named(KINDS[kind], number) for number in numbers]
    pipeline = (
        {"pipeline_stages": world.STAGES} if kind in {"opportunities", "stage_events"} else {}
    )
    delivered = deliver(
        key.organisation, Delivery(kind=kind, source="crm", rows=rows, **pipeline), sender=key
    )
    assert not delivered.rejections


def named(row: dict, number: int) -> dict:
    return {
        name: value.format(n=number) if isinstance(value, str) else value
        for name, value in row.items()
    }


def rows_read() -> int:
    """Of tables and by way of indexes, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
            " WHERE relname LIKE 'sales_%' AND relname NOT LIKE 'sales_staged%'"
        )
        return int(cursor.fetchone()[0])


def known(table: str) -> int:
    """How many rows of the table the planner knows of; -1 if it never looked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])
