"""Eighteen months of deals as a CRM would log them: seeded, with effects planted on purpose.

The metrics must find what is planted, and must not find what is not (``tests/config/test_demo``):

- Jakarta wins more from the last whole quarter on (coaching).
- Medan closes faster from then on (shorter approvals).
- International changes in nothing.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.demo.people import SQUADS, ZONE, Squad, mail
from metrics.periods import MONTH, QUARTER, Period

SEED = 20_240_817
MONTHS = 18
DEALS_A_MONTH = 6
STAGES = ("First contact", "Qualified", "Proposal", "Negotiation")
HEADER = (
    "deal_id", "deal_name", "account", "product", "amount", "owner", "stage", "changed_at",
    "loss_reason", "created_at",
)  # fmt: skip

WIN_RATES = {"Jakarta": 0.32, "Surabaya": 0.41, "Medan": 0.44, "Balikpapan": 0.38}
CYCLE_DAYS = {"Medan": 64.0, "Balikpapan": 58.0, "Jakarta": 41.0, "Surabaya": 36.0}
COACHED, COACHED_RATE = "Jakarta", 0.62
FASTER, FASTER_DAYS = "Medan", 30.0
ELSEWHERE_RATE, ELSEWHERE_DAYS = 0.40, 45.0

PRODUCTS = {"Kasir Pro": 28, "Gudang Cloud": 75, "Armada Suite": 160, "Analitik Plus": 240}
"""Price in millions of rupiah."""

ACCOUNTS = (
    "Sinar Abadi", "Cahaya Timur", "Mitra Sejahtera", "Bumi Lestari", "Karya Utama", "Samudra Raya",
    "Harapan Jaya", "Anugerah Logistik", "Borneo Retail", "Straits Trading", "Lion City Foods",
    "Perth Outdoor", "Kiwi Dairy", "Melbourne Tools", "Penang Optics", "Toko Sumber Rejeki",
)  # fmt: skip
KINDS = ("PT", "CV", "Group", "Holdings", "Cabang Selatan", "Cabang Utara")
REASONS = ("price", "no decision", "competitor", "timing", "budget")


class Event(NamedTuple):
    deal: str
    name: str
    account: str
    product: str
    amount: int
    owner: str
    stage: str
    at: datetime
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The instants the history is laid out by."""

    now: datetime
    begins: datetime
    effect: datetime

    @classmethod
    def before(cls, now: datetime) -> "Calendar":
        """Eighteen months up to ``now``; effects begin with the last whole quarter."""
        zone = ZoneInfo(ZONE)
        today = now.astimezone(zone).date()
        month = Period.containing(today, MONTH).back(MONTHS + 1)[0]
        quarter = Period.containing(today, QUARTER).previous()
        assert quarter is not None  # noqa: S101
        begins, effect = (datetime.combine(p.start, time(), zone) for p in (month, quarter))
        return cls(now=now, begins=begins, effect=effect)


def log(said: Iterable[Event]) -> bytes:
    """As CSV in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for event in said:
        cells = [str(cell) for cell in event]
        cells[HEADER.index("changed_at")] = event.at.isoformat(timespec="seconds")
        cells[HEADER.index("created_at")] = event.created_at.isoformat(timespec="seconds")
        writer.writerow(cells)
    return text.getvalue().encode()


def events(calendar: Calendar) -> Iterator[Event]:
    """Every stage change up to now."""
    random = Random(SEED)  # noqa: S311
    number = 0
    for squad in SQUADS:
        for rep in squad.reps:
            pace = random.uniform(0.8, 1.25)
            at = calendar.begins
            while at < calendar.now:
                at += timedelta(days=random.expovariate(DEALS_A_MONTH * pace / 30.4))
                number += 1
                begun = in_office_hours(at, random)
                yield from story(calendar, random, squad, mail(rep), f"NN-{number:05}", begun)


def story(
    calendar: Calendar, random: Random, squad: Squad, owner: str, deal: str, begun: datetime
) -> Iterator[Event]:
    """One deal from first contact to its end, or to now."""
    account = f"{random.choice(ACCOUNTS)} {random.choice(KINDS)}"
    product = random.choice(list(PRODUCTS))
    amount = round(PRODUCTS[product] * random.lognormvariate(0, 0.4)) * 1_000_000
    created = begun - timedelta(minutes=random.randint(5, 2_000))

    def event(stage: str, at: datetime, reason: str = "") -> Event:
        name = f"{product} – {account}"
        return Event(deal, name, account, product, amount, owner, stage, at, reason, created)

    steps = list(path(calendar, random, squad, begun))
    yield from (event(*step) for step in steps if step[1] < calendar.now)
    last, ended, _reason = steps[-1]
    again = ended + timedelta(days=random.uniform(10, 40))
    if last == "Lost" and random.random() < 0.04 and again < calendar.now:
        yield event("Proposal", again)


def path(
    calendar: Calendar, random: Random, squad: Squad, begun: datetime
) -> Iterator[tuple[str, datetime, str]]:
    """(stage, instant, reason) up to the close, whenever that will be."""
    yield STAGES[0], begun, ""
    if random.random() < 0.06:
        yield "Disqualified", begun + timedelta(days=random.uniform(1, 9)), "not a fit"
        return
    length = cycle(calendar, random, squad, begun)
    closed = begun + length
    won = random.random() < win_rate(calendar, squad, closed)
    reached = len(STAGES) if won else random.randint(1, len(STAGES))
    for place in range(1, reached):
        yield STAGES[place], begun + length * place / (reached + 0.5), ""
    yield ("Won", closed, "") if won else ("Lost", closed, random.choice(REASONS))


def win_rate(calendar: Calendar, squad: Squad, closed: datetime) -> float:
    if squad.name == COACHED and closed >= calendar.effect:
        return COACHED_RATE
    return WIN_RATES.get(squad.name, ELSEWHERE_RATE)


def cycle(calendar: Calendar, random: Random, squad: Squad, begun: datetime) -> timedelta:
    """Log-normal around the squad's usual length."""
    faster = squad.name == FASTER and begun >= calendar.effect - timedelta(days=FASTER_DAYS)
    usual = FASTER_DAYS if faster else CYCLE_DAYS.get(squad.name, ELSEWHERE_DAYS)
    return timedelta(days=usual * random.lognormvariate(0, 0.45))


def in_office_hours(at: datetime, random: Random) -> datetime:
    """Between nine and five of a weekday on or after ``at``."""
    day = at.date()
    while day.weekday() > 4:
        day += timedelta(days=1)
    opens = datetime.combine(day, time(9), at.tzinfo)
    return opens + timedelta(seconds=random.randint(0, 8 * 3600))
