"""Seeded organisations of four sizes, loaded by COPY into the fact tables with all their indexes.

The same rows go into a DuckDB file, which computes the same numbers as the limit to compare with.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from django.db import connection, transaction

from benchmarks.measuring import step
from benchmarks.organisation import found
from sales.models import Opportunity, OpportunityDetail, OpportunityOwner, StageEvent
from teams.models import Organisation

SEED = 20_260_101
END = datetime(2025, 10, 1, tzinfo=UTC)
"""The first instant without facts; fixed, so that the data are the same whenever they are made."""

STAGES = ("First contact", "Qualified", "Proposal", "Negotiation", "Contract")
WON = len(STAGES) + 1
SLOTS = len(STAGES) + 6
"""A history: the stages; back and forth; closed; reopened, closed again; closed once more."""
BACK, FORTH, CLOSE, REOPEN, CLOSE_AGAIN, REPEAT = range(len(STAGES), SLOTS)

DAY = 86_400_000_000
OPEN_KIND, WON_KIND, LOST_KIND = range(3)
KINDS = np.array(["open", "won", "lost"], dtype=object)
REASONS = np.array(["price", "competitor", "no decision", "disqualified"], dtype=object)
COPIED = (Opportunity, OpportunityDetail, OpportunityOwner, StageEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``fan_out`` is how many teams stand under each, from the root down."""

    name: str
    fan_out: tuple[int, ...]
    reps: int
    months: int
    opportunities: int

    @property
    def slug(self) -> str:
        return f"size-{self.name.lower()}"


SIZES = {
    size.name: size
    for size in (
        Size(name="S", fan_out=(3, 3), reps=40, months=18, opportunities=1_200),
        Size(name="M", fan_out=(2, 3, 2), reps=200, months=40, opportunities=100_000),
        Size(name="L", fan_out=(8, 4, 5), reps=2_000, months=40, opportunities=1_000_000),
        Size(name="4L", fan_out=(8, 4, 5), reps=2_000, months=160, opportunities=4_000_000),
    )
}

Columns = dict[str, Any]
"""A table as arrays of one length by column."""


def load(size: Size, folder: Path) -> tuple[Organisation, Path]:
    """The organisation of that size and the DuckDB file with its facts; made unless it exists."""
    duck = folder / f"{size.slug}.duckdb"
    known = Organisation.objects.filter(slug=size.slug).first()
    if known is not None:
        return known, duck
    with transaction.atomic():
        organisation, people, stages = found(size, STAGES)
        with step(f"drawing {size.opportunities:,} opportunities"):
            tables = draw(size, organisation, people, stages)
            into_duckdb(tables, duck)
        for model in COPIED:
            with step(f"copying into {model._meta.db_table} with its indexes"):
                copy(duck, model._meta.db_table, folder)
    with step("analysing"), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return organisation, duck


def copy(duck: Path, table: str, folder: Path) -> None:
    """Stream a DuckDB table into the PostgreSQL table of the same name and columns."""
    file = folder / f"{table}.csv"
    with duckdb.connect(str(duck), read_only=True) as con:
        columns = ", ".join(f'"{row[0]}"' for row in con.execute(f"DESCRIBE {table}").fetchall())
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"COPY {table} TO '{file}' (HEADER false, NULLSTR '\\N')")
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')"
    with connection.cursor() as cursor, cursor.copy(statement) as into, open(file, "rb") as out:
        while chunk := out.read(1 << 20):
            into.write(chunk)
    file.unlink()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


def into_duckdb(tables: dict[str, Columns], duck: Path) -> None:
    """Events, details and owners lie in the order in which they were learned, as in a live CRM."""
    duck.unlink(missing_ok=True)
    with duckdb.connect(str(duck)) as con:
        con.execute("SET TimeZone = 'UTC'")
        for name, columns in tables.items():
            order = "id" if name == "sales_opportunity" else "recorded_at, opportunity_id"
            times = [key for key, array in columns.items() if array.dtype.kind == "M"]
            aware = ", ".join(
                f'"{key}"::timestamp AT TIME ZONE \'UTC\' AS "{key}"' for key in times
            )
            con.register("drawn", columns)
            con.execute(
                f"CREATE TABLE {name} AS SELECT * REPLACE ({aware}) FROM drawn ORDER BY {order}"
            )
            con.unregister("drawn")


def draw(
    size: Size, organisation: Organisation, people: np.ndarray, stages: np.ndarray
) -> dict[str, Columns]:
    """The four fact tables. The same size and seed give the same facts."""
    generator = np.random.default_rng(SEED)
    first = (Opportunity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    ids = np.arange(first, first + size.opportunities)
    end = np.int64(END.timestamp() * 1_000_000)
    begun = np.sort(end - generator.integers(0, _length(size), size.opportunities))
    tables = {
        "sales_opportunity": {
            "id": ids,
            "organisation_id": np.full(len(ids), organisation.pk),
            "pipeline_id": np.full(len(ids), organisation.pipelines.get().pk),
            "source": _same("bench", len(ids)),
            "external_id": np.array([f"D{number:07}" for number in range(len(ids))], dtype=object),
            "recorded_at": _instants(begun),
        },
        "sales_opportunitydetail": _details(generator, ids, begun),
        "sales_opportunityowner": _owners(generator, ids, begun, people),
        "sales_stageevent": _events(generator, ids, begun, end, stages),
    }
    for name, columns in tables.items():
        if name != "sales_opportunity":
            columns["organisation_id"] = np.full(len(columns["opportunity_id"]), organisation.pk)
    return tables


def _length(size: Size) -> int:
    """Microseconds of history: whole months back from the end."""
    back = END.year * 12 + END.month - 1 - size.months
    start = END.replace(year=back // 12, month=back % 12 + 1)
    return int((END - start).total_seconds()) * 1_000_000


def _details(generator: np.random.Generator, ids: np.ndarray, begun: np.ndarray) -> Columns:
    """One row in force for each opportunity; a tenth was known with another amount before."""
    n = len(ids)
    amount = np.exp(generator.normal(13, 1, n)).astype(np.int64)
    unknown = generator.random(n) < 0.03
    currency = np.where(generator.random(n) < 0.02, "USD", "EUR").astype(object)
    currency[unknown] = ""
    created = begun - generator.integers(0, 5 * DAY, n)
    merged = generator.random(n) < 0.002
    merged[0] = False
    now = {
        "opportunity_id": ids,
        "name": np.array([f"Deal {number}" for number in ids], dtype=object),
        "account": np.array([f"Account {number % 5_000}" for number in ids], dtype=object),
        "product": np.array([f"Product {number % 12}" for number in ids], dtype=object),
        "amount": np.ma.array(amount, mask=unknown),
        "currency": currency,
        "created_at": _instants(created, generator.random(n) < 0.1),
        "is_test": generator.random(n) < 0.003,
        "deleted": generator.random(n) < 0.005,
        "merged_into": np.where(merged, "D0000000", "").astype(object),
        "recorded_at": _instants(begun),
        "voided_at": _instants(begun, np.ones(n, dtype=bool)),
    }
    corrected = generator.random(n) < 0.1
    before = {name: column[corrected] for name, column in now.items()}
    before["amount"] = before["amount"] // 2
    before["voided_at"] = _instants(begun[corrected] + DAY)
    now["recorded_at"] = _instants(np.where(corrected, begun + DAY, begun))
    return _stacked(before, now)


def _owners(
    generator: np.random.Generator, ids: np.ndarray, begun: np.ndarray, people: np.ndarray
) -> Columns:
    """An owner for almost all; one in twelve is handed over after three weeks."""
    owned = generator.random(len(ids)) > 0.01
    handed = owned & (generator.random(len(ids)) < 0.08)
    change = _instants(begun + 21 * DAY)
    always = np.datetime64("1900-01-01", "us")
    first = {
        "opportunity_id": ids[owned],
        "person_id": generator.choice(people, owned.sum()),
        "from_at": np.full(owned.sum(), always),
        "to_at": np.ma.array(change.data, mask=~handed)[owned],
        "recorded_at": _instants(begun[owned]),
    }
    second = {
        "opportunity_id": ids[handed],
        "person_id": generator.choice(people, handed.sum()),
        "from_at": change.data[handed],
        "to_at": _instants(begun[handed], np.ones(handed.sum(), dtype=bool)),
        "recorded_at": _instants(begun[handed] + 21 * DAY),
    }
    return _stacked(first, second)


def _events(
    generator: np.random.Generator,
    ids: np.ndarray,
    begun: np.ndarray,
    end: np.int64,
    stages: np.ndarray,
) -> Columns:
    """Stage by stage, some back and forth, three quarters closed, some reopened, some corrected."""
    happens, kind, position = _histories(generator, len(ids))
    gap = (np.exp(generator.normal(2.2, 1.0, happens.shape)) * DAY).astype(np.int64)
    gap[:, 0] = 0
    at = begun[:, None] + np.cumsum(np.where(happens, gap, 0), axis=1)
    happens &= at < end
    came_from = _last_open_before(happens, kind, position)
    row, slot = np.nonzero(happens)
    kinds, places = kind[row, slot], position[row, slot]
    reason = np.where(kinds == LOST_KIND, generator.choice(REASONS, len(row)), "").astype(object)
    now = {
        "opportunity_id": ids[row],
        "seq": np.cumsum(happens, axis=1)[row, slot],
        "external_id": _same("", len(row)),
        "kind": KINDS[kinds],
        "from_pos": np.ma.masked_equal(came_from[row, slot], 0),
        "to_pos": np.ma.array(places, mask=kinds == LOST_KIND),
        "stage_id": np.ma.array(stages[np.minimum(places, WON - 1) - 1], mask=kinds != OPEN_KIND),
        "reason": reason,
        "at": _instants(at[row, slot]),
        "recorded_at": _instants(at[row, slot]),
        "voided_at": _instants(at[row, slot], np.ones(len(row), dtype=bool)),
    }
    corrected = generator.random(len(row)) < 0.01
    before = {name: column[corrected] for name, column in now.items()}
    before["at"] = before["at"] - np.timedelta64(1, "h")
    before["voided_at"] = _instants(at[row, slot][corrected] + DAY)
    now["recorded_at"] = _instants(at[row, slot] + np.where(corrected, DAY, 0))
    return _stacked(before, now)


def _histories(generator: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each opportunity and slot: whether it happens, its kind, its position."""
    reached = generator.choice(len(STAGES), n, p=[0.22, 0.22, 0.2, 0.18, 0.18]) + 1
    entered = np.minimum(np.where(generator.random(n) < 0.05, 2, 1), reached)
    closes = generator.random(n) < 0.8
    outcome = np.where(generator.random(n) < 0.2 + 0.1 * reached, WON_KIND, LOST_KIND)
    again = np.where(generator.random(n) < 0.5, WON_KIND, LOST_KIND)
    places = np.arange(1, len(STAGES) + 1)

    happens = np.zeros((n, SLOTS), dtype=bool)
    happens[:, :BACK] = (places >= entered[:, None]) & (places <= reached[:, None])
    happens[:, BACK] = happens[:, FORTH] = (generator.random(n) < 0.03) & (reached > entered)
    happens[:, CLOSE] = closes
    happens[:, REOPEN] = closes & (generator.random(n) < 0.02)
    happens[:, CLOSE_AGAIN] = happens[:, REOPEN] & (generator.random(n) < 0.85)
    happens[:, REPEAT] = closes & ~happens[:, REOPEN] & (generator.random(n) < 0.01)

    kind = np.zeros((n, SLOTS), dtype=np.int8)
    kind[:, CLOSE] = kind[:, REPEAT] = outcome
    kind[:, CLOSE_AGAIN] = again

    position = np.zeros((n, SLOTS), dtype=np.int16)
    position[:, :BACK] = places
    position[:, BACK] = reached - 1
    position[:, FORTH] = position[:, REOPEN] = reached
    position[kind == WON_KIND] = WON
    return happens, kind, np.maximum(position, 1)


def _last_open_before(happens: np.ndarray, kind: np.ndarray, position: np.ndarray) -> np.ndarray:
    found = np.zeros_like(position)
    last = np.zeros(len(position), dtype=position.dtype)
    for slot in range(SLOTS):
        found[:, slot] = last
        opens = happens[:, slot] & (kind[:, slot] == OPEN_KIND)
        last = np.where(opens, position[:, slot], last)
    return found


def _instants(micros: np.ndarray, unknown: np.ndarray | None = None) -> np.ma.MaskedArray:
    nothing = np.ma.nomask if unknown is None else unknown
    return np.ma.array(micros.astype("datetime64[us]"), mask=nothing)


def _same(text: str, n: int) -> np.ndarray:
    return np.full(n, text, dtype=object)


def _stacked(before: Columns, after: Columns) -> Columns:
    return {name: np.ma.concatenate([before[name], after[name]]) for name in after}
