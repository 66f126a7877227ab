"""Random histories of an organisation, with everything that makes counting hard.

Instants are few and lie around edges of periods and changes of clocks, so that they collide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

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

TEAMS, PEOPLE, DEALS, EVENTS = 5, 4, 80, 6
HALF_A_YEAR = timedelta(days=180)
LEARNED = [datetime(2000, 1, 1, tzinfo=UTC), *(datetime(2021, m, 9, tzinfo=UTC) for m in (2, 4, 9))]
"""When facts were recorded or voided: the first before everything, the others in between."""

Spans = list[tuple[datetime, datetime | None, Any]]
"""(from, to, what); a stretch where nothing held is left out."""

Versions = list[tuple[datetime, datetime | None, Any]]
"""(recorded_at, voided_at, what was believed meanwhile)"""


@dataclass(frozen=True, kw_only=True)
class DealHistory:
    """``events``: (kind, last open position before, position, reason, at, only seen, recorded_at,
    voided_at)."""

    events: list[tuple[str, int | None, int | None, str, datetime, bool, datetime, datetime | None]]
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
    instants: list[datetime]

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
    edges = sorted({datetime.combine(day, time(), local).astimezone(UTC) for day in days})
    shifts = (timedelta(0), -timedelta(microseconds=1), timedelta(hours=2), timedelta(days=9))
    return [edge + shift for edge in edges for shift in shifts]


def history(seed: int) -> History:
    """One of endlessly many, always the same for one seed."""
    return Historian(seed).history()


class Historian:
    """Draws histories from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.zone = list(ZONES)[seed % len(ZONES)]
        some = self.random.sample(instants(self.zone), 8)
        self.instants = sorted({*some, some[0] + HALF_A_YEAR, some[1] + HALF_A_YEAR})

    def history(self) -> History:
        teams = range(1, TEAMS)
        return History(
            zone=self.zone,
            fiscal=self.random.choice([1, 4, 12]),
            parents=[self.parents(number) for number in teams],
            memberships=[self.versions(lambda: self.spans(self.team)) for _person in range(PEOPLE)],
            seconds=[self.seldom(self.team(), often=2) for _person in range(PEOPLE)],
            deals=[self.deal() for _number in range(DEALS)],
            instants=self.instants,
        )

    def seldom(self, thing: Any, *, often: int = 6, otherwise: Any = None) -> Any:
        """``thing`` one time in so many."""
        return thing if self.random.randrange(often) == 0 else otherwise

    def at(self) -> datetime:
        return self.random.choice(self.instants)

    def team(self) -> int | None:
        return self.seldom(None, otherwise=self.random.randrange(TEAMS))

    def owner(self) -> int | None:
        return self.seldom(None, otherwise=self.random.randrange(PEOPLE))

    def spans(self, what: Callable[[], Any]) -> Spans:
        """What held from the beginning on, changing at up to two instants; None is nothing."""
        cuts = sorted(self.random.sample(self.instants, self.random.randrange(3)))
        edges = zip([BEGINNING, *cuts], [*cuts, None], strict=True)
        spans = [(start, end, what()) for start, end in edges]
        return [span for span in spans if span[2] is not None]

    def versions(self, what: Callable[[], Any]) -> Versions:
        """What was believed first and perhaps later, and perhaps no more."""
        turns = sorted(self.random.sample(LEARNED, self.random.choice([1, 1, 2])))
        found = [
            (learned, doubted, what())
            for learned, doubted in zip(turns, [*turns[1:], None], strict=True)
        ]
        return self.seldom(found[:1], otherwise=found)

    def parents(self, number: int) -> Versions:
        """A team is always somewhere: below one of those before it."""
        turn = self.random.choice(LEARNED[1:])
        edges = self.seldom(
            [(LEARNED[0], turn), (turn, None)], often=2, otherwise=[(LEARNED[0], None)]
        )
        return [(*edge, self.spans(lambda: self.random.randrange(number))) for edge in edges]

    def deal(self) -> DealHistory:
        return DealHistory(
            events=[self.event() for _number in range(self.random.randint(1, EVENTS))],
            owners=self.versions(lambda: self.spans(self.owner)),
            details=self.versions(self.detail),
        )

    def event(self) -> tuple[Any, ...]:
        choice = self.random.choice
        kind = choice(["open", "open", "won", "lost"])
        reason = choice(["", "disqualified"]) if kind == "lost" else ""
        learned = self.seldom(choice(LEARNED[1:]), often=3, otherwise=LEARNED[0])
        doubted = self.seldom(choice(LEARNED[1:]))
        seen = kind == "open" and self.seldom(True, often=3, otherwise=False)
        came_from = choice([None, 1, 1, 2, 3])
        return kind, came_from, choice([1, 1, 2, 3]), reason, self.at(), seen, learned, doubted

    def detail(self) -> dict[str, Any]:
        return {
            "amount": self.seldom(None, otherwise=self.random.randrange(10)),
            "currency": self.seldom("USD", otherwise="EUR"),
            "created_at": self.seldom(None, otherwise=self.at()),
            "is_test": self.seldom(True, often=12, otherwise=False),
            "deleted": self.seldom(True, often=12, otherwise=False),
            "merged": self.seldom(True, often=12, otherwise=False),
        }
