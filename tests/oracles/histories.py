"""Random histories of an organisation, with everything that makes counting hard.

Instants are few and lie around edges of periods and changes of clocks, so that they collide.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from teams.recorded import BEGINNING

ZONES = {
    "Europe/Berlin": (2021, 3, 28),
    "Australia/Lord_Howe": (2021, 10, 3),
    "America/Sao_Paulo": (2018, 11, 4),
    "America/Havana": (2020, 11, 1),
    "Pacific/Apia": (2011, 12, 31),
    "Asia/Jakarta": (2021, 1, 31),
}
"""With a day on or after which their clocks change; Apia once left a whole day out."""

TEAMS, PEOPLE, DEALS, EVENTS = 5, 3, 10, 6
LEARNED = [datetime(2000, 1, 1, tzinfo=UTC), *(datetime(2021, m, 9, tzinfo=UTC) for m in (2, 4, 9))]
"""When facts were recorded or voided: the first before everything, the others in between."""

Spans = list[tuple[datetime, datetime | None, Any]]
"""(from, to, what); a stretch where nothing held is left out."""

Versions = list[tuple[datetime, datetime | None, Any]]
"""(recorded_at, voided_at, what was believed meanwhile)"""


@dataclass(frozen=True, kw_only=True)
class DealHistory:
    """``events``: (kind, position, reason, at, recorded_at, voided_at)."""

    events: list[tuple[str, int | None, str, datetime, datetime, datetime | None]]
    owners: Versions
    details: Versions


@dataclass(frozen=True, kw_only=True)
class History:
    """Teams and people by number. Team 0 is the root; ``parents`` begins with team 1's."""

    zone: str
    fiscal: int
    parents: list[Versions]
    memberships: list[Versions]
    seconds: list[int | None]
    deals: list[DealHistory]

    @property
    def year(self) -> int:
        """The year most of it happens in."""
        return ZONES[self.zone][0]


def instants(zone: str) -> list[datetime]:
    """Edges of months and of fiscal years, changes of clocks, and what lies right beside them."""
    local, change = ZoneInfo(zone), date(*ZONES[zone])
    days = [
        change,
        change.replace(day=1),
        *(date(change.year, month, 1) for month in (1, 4, 7, 12)),
    ]
    edges = {datetime.combine(day, time(), local).astimezone(UTC) for day in days}
    edges |= {edge + timedelta(days=180) for edge in list(edges)[:2]}
    shifts = (timedelta(0), -timedelta(microseconds=1), timedelta(hours=2), timedelta(days=9))
    return sorted(edge + shift for edge in edges for shift in shifts)


def local_days(zone: str) -> list[date]:
    return sorted({instant.astimezone(ZoneInfo(zone)).date() for instant in instants(zone)})


def spans(
    at: st.SearchStrategy[datetime], what: st.SearchStrategy[Any]
) -> st.SearchStrategy[Spans]:
    """What held from the beginning on, changing at up to two instants; None is nothing."""

    def joined(drawn: tuple[set[datetime], list[Any]]) -> Spans:
        cuts = sorted(drawn[0])
        edges = zip([BEGINNING, *cuts], [*cuts, None], drawn[1], strict=False)
        return [(start, end, held) for start, end, held in edges if held is not None]

    cuts = st.sets(at, max_size=2)
    return st.tuples(cuts, st.lists(what, min_size=3, max_size=3)).map(joined)


def versions(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Versions]:
    """What was believed, and once corrected perhaps; perhaps voided at last."""

    def joined(drawn: tuple[list[datetime], list[Any], bool]) -> Versions:
        turns, beliefs, is_over = drawn
        ends = [*turns[1:], None]
        found = list(zip(turns, ends, beliefs, strict=False))
        return found[:-1] if is_over and len(found) > 1 else found

    turns = st.lists(st.sampled_from(LEARNED), min_size=1, max_size=2, unique=True).map(sorted)
    return st.tuples(turns, st.lists(what, min_size=2, max_size=2), st.booleans()).map(joined)


def always(versions: Versions) -> Versions:
    """Believed from before everything until now."""
    *earlier, last = versions
    found = [*earlier, (last[0], None, last[2])]
    return [(LEARNED[0], found[0][1], found[0][2]), *found[1:]]


@st.composite
def deals(draw: st.DrawFn, at: st.SearchStrategy[datetime]) -> DealHistory:
    event = st.tuples(
        st.sampled_from(["open", "open", "open", "won", "lost"]),
        st.integers(1, 3),
        st.sampled_from(["", "price", "disqualified"]),
        at,
        st.sampled_from(LEARNED),
        st.sampled_from([None, None, None, *LEARNED[1:]]),
    )
    detail = st.fixed_dictionaries(
        {
            "amount": st.none() | st.integers(0, 9),
            "currency": st.sampled_from(["EUR", "EUR", "USD"]),
            "created_at": st.none() | at,
            "is_test": st.sampled_from([False, False, False, True]),
            "deleted": st.sampled_from([False, False, False, True]),
            "merged": st.sampled_from([False, False, False, True]),
        }
    )
    return DealHistory(
        events=draw(st.lists(event, min_size=1, max_size=EVENTS)),
        owners=draw(versions(spans(at, st.none() | st.integers(0, PEOPLE - 1)))),
        details=draw(versions(detail)),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    zone = draw(st.sampled_from(list(ZONES)))
    few = draw(st.lists(st.sampled_from(instants(zone)), min_size=3, max_size=7, unique=True))
    at = st.sampled_from(few)
    team = st.integers(0, TEAMS - 1)
    people = st.lists(versions(spans(at, st.none() | team)), min_size=PEOPLE, max_size=PEOPLE)
    return History(
        zone=zone,
        fiscal=draw(st.sampled_from([1, 4, 12])),
        parents=[
            always(draw(versions(spans(at, st.integers(0, number - 1)))))
            for number in range(1, TEAMS)
        ],
        memberships=draw(people),
        seconds=draw(st.lists(st.none() | team, min_size=PEOPLE, max_size=PEOPLE)),
        deals=draw(st.lists(deals(at), min_size=3, max_size=DEALS)),
    )
