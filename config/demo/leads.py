"""Leads as a CRM would export them, who held them, and what was done: seeded, with effects planted.

The numbers must find what is planted (``tests/config/test_demo_leads``), in working time, for leads
come in at night and on Sundays too:

- Surabaya answers fast, Medan slowly and often never.
- Balikpapan answers faster from the last whole quarter on (somebody is on duty).
- International changes in nothing.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import NamedTuple

from config.demo.history import ACCOUNTS, KINDS, SEED, Calendar, Event
from config.demo.people import SQUADS, Squad, mail

LEADS_A_MONTH = 5
"""For each rep."""
OPENS, CLOSES = time(9), time(17)
HOLIDAYS = {
    (1, 1): "Tahun Baru", (5, 1): "Hari Buruh", (6, 1): "Hari Lahir Pancasila",
    (8, 17): "Hari Kemerdekaan", (12, 25): "Natal",
}  # fmt: skip
"""By month and day."""

USUAL_MINUTES = 45.0
MINUTES = {"Surabaya": 14.0, "Medan": 170.0, "Balikpapan": 110.0}
ON_DUTY, ON_DUTY_MINUTES = "Balikpapan", 30.0
USUALLY_NEVER = 0.07
NEVER = {"Surabaya": 0.02, "Medan": 0.2}

ORIGINS = ("web form", "web form", "web form", "referral", "trade fair", "partner", "phone")
FIRST_NAMES = (
    "Andi", "Citra", "Dian", "Farhan", "Galih", "Intan", "Kevin", "Laras", "Melati", "Nanda",
    "Reza", "Sinta", "Teguh", "Vina", "Yoga", "Zahra", "Chloe", "Daniel", "Mei Ling", "Arjun",
)  # fmt: skip
LAST_NAMES = (
    "Pratama", "Wijaya", "Kusuma", "Halim", "Saputra", "Ginting", "Pangaribuan", "Mahendra",
    "Setiawan", "Tanoto", "Walker", "Lee", "Fernandes", "Suryadi", "Hartono", "Lubis",
)  # fmt: skip
ENDINGS = ("no budget", "cannot be reached", "chose somebody else", "only looking", "too small")

Row = tuple[str, ...]


class Doing(NamedTuple):
    what: str
    at: datetime
    by: str


@dataclass(slots=True, kw_only=True)
class Lead:
    number: str
    contact: str
    company: str
    origin: str
    came_in: datetime
    status: str = "working"
    duplicate_of: str = ""
    closed: datetime | None = None
    reason: str = ""
    deal: str = ""
    held: list[tuple[str, datetime]] = field(default_factory=list)
    done: list[Doing] = field(default_factory=list)


Deals = dict[str, list[Event]]
"""By owner, the first event of each deal that no lead became yet, in order."""


def leads(calendar: Calendar, deals: Iterable[Event]) -> list[Lead]:
    """Every lead up to now, with what happened to it up to now."""
    random = Random(SEED)  # noqa: S311
    unclaimed: Deals = defaultdict(list)
    for event in deals:
        if event.stage == "First contact":
            unclaimed[event.owner].append(event)
    made: list[Lead] = []
    for squad in SQUADS:
        turns = cycle(squad.reps)
        for came_in in arrivals(calendar, random, len(squad.reps)):
            lead = arrived(random, f"LD-{len(made) + 1:05}", came_in)
            made.append(lead)
            if left_out(random, lead, made):
                continue
            give(random, lead, mail(next(turns)), mail(next(turns)))
            work_on(calendar, random, squad, lead, unclaimed)
    for lead in made:
        forget_after(lead, calendar.now)
    return made


def arrivals(calendar: Calendar, random: Random, reps: int) -> Iterator[datetime]:
    """By day and night; fewer at night and on weekends."""
    at = calendar.begins
    while True:
        at += timedelta(days=random.expovariate(LEADS_A_MONTH * reps * 2 / 30.4))
        if at >= calendar.now:
            return
        is_busy = at.weekday() < 5 and 8 <= at.hour < 19
        if random.random() < (0.95 if is_busy else 0.22):
            yield at


def arrived(random: Random, number: str, came_in: datetime) -> Lead:
    return Lead(
        number=number,
        contact=f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}",
        company=f"{random.choice(ACCOUNTS)} {random.choice(KINDS)}",
        origin=random.choice(ORIGINS),
        came_in=came_in,
    )


def left_out(random: Random, lead: Lead, before: list[Lead]) -> bool:
    """Spam, a test or a duplicate of another: nobody works on it."""
    kind = random.choices(("", "spam", "duplicate", "test"), (0.93, 0.04, 0.025, 0.005))[0]
    if not kind or len(before) < 2:
        return False
    lead.status = kind
    if kind == "duplicate":
        lead.contact, lead.company, lead.duplicate_of = (
            before[-2].contact, before[-2].company, before[-2].number,
        )  # fmt: skip
    return True


def give(random: Random, lead: Lead, to: str, other: str) -> None:
    """Mostly within minutes of working time; one in sixteen is passed on the day after."""
    usual = 4 if random.random() < 0.9 else 90
    at = after_working(lead.came_in, random.lognormvariate(0, 0.6) * usual)
    lead.held.append((to, at))
    if random.random() < 0.06:
        lead.held.append((other, after_working(at, 480)))
    if lead.origin == "web form":
        lead.done.append(
            Doing("Automatic reply", lead.came_in + timedelta(seconds=random.randint(2, 40)), "")
        )


def work_on(calendar: Calendar, random: Random, squad: Squad, lead: Lead, unclaimed: Deals) -> None:
    """From the first answer to what became of it; many are never answered."""
    owner, given = lead.held[-1]
    if random.random() < NEVER.get(squad.name, USUALLY_NEVER):
        give_up(random, lead, given + timedelta(days=random.uniform(15, 60)))
        return
    minutes = random.lognormvariate(0, 0.7) * usual_minutes(calendar, squad, lead.came_in)
    answered = after_working(given, minutes)
    lead.done += doings(random, owner, answered)
    if random.random() < (0.5 if minutes <= 60 else 0.3) and convert(lead, owner, unclaimed):
        return
    give_up(random, lead, lead.done[-1].at + timedelta(days=random.uniform(2, 40)))


def usual_minutes(calendar: Calendar, squad: Squad, came_in: datetime) -> float:
    if squad.name == ON_DUTY and came_in >= calendar.effect:
        return ON_DUTY_MINUTES
    return MINUTES.get(squad.name, USUAL_MINUTES)


def doings(random: Random, owner: str, answered: datetime) -> Iterator[Doing]:
    """An answer, and what follows from it."""
    yield Doing(random.choice(("Call", "Call", "Email", "WhatsApp")), answered, owner)
    at = answered
    if random.random() < 0.5:
        at = after_working(at, random.uniform(30, 900))
        yield Doing("Email received", at, "")
        at = after_working(at, random.uniform(5, 200))
        yield Doing("Email", at, owner)
    if random.random() < 0.3:
        at = after_working(at, random.uniform(5, 300))
        yield Doing("Meeting booked", at, owner)
    if random.random() < 0.3:
        yield Doing("Note", at + timedelta(minutes=random.randint(1, 30)), owner)


def convert(lead: Lead, owner: str, unclaimed: Deals) -> bool:
    """It becomes the owner's next deal, if one begins within three weeks."""
    last = lead.done[-1].at
    for place, deal in enumerate(unclaimed[owner]):
        if last < deal.created_at < last + timedelta(days=21):
            del unclaimed[owner][place]
            lead.company, lead.deal, lead.closed = deal.account, deal.deal, deal.created_at
            lead.status = "converted"
            return True
    return False


def give_up(random: Random, lead: Lead, at: datetime) -> None:
    lead.status, lead.closed, lead.reason = "closed", at, random.choice(ENDINGS)


def forget_after(lead: Lead, now: datetime) -> None:
    """What has not happened yet nobody exports."""
    lead.held = [each for each in lead.held if each[1] < now]
    lead.done = [each for each in lead.done if each.at < now]
    if lead.closed and lead.closed >= now:
        lead.status, lead.closed, lead.reason, lead.deal = "working", None, "", ""


def after_working(at: datetime, minutes: float) -> datetime:
    """So many minutes of working time after ``at``."""
    left, day = timedelta(minutes=minutes), at.date()
    while True:
        opens, closes = (datetime.combine(day, hour, at.tzinfo) for hour in (OPENS, CLOSES))
        begins = max(at, opens)
        if not is_closed(day) and begins < closes:
            if left < closes - begins:
                return begins + left
            left -= closes - begins
        day += timedelta(days=1)


def is_closed(day: date) -> bool:
    return day.weekday() > 4 or (day.month, day.day) in HOLIDAYS


def files(made: list[Lead]) -> dict[str, bytes]:
    """The exports by kind, as CSV in UTF-8."""
    done = ((lead, each) for lead in made for each in lead.done)
    return {
        "leads": _written(
            ("lead_id", "contact", "company", "origin", "received_at", "status", "duplicate_of",
             "closed_at", "reason", "deal_id"),
            (
                (lead.number, lead.contact, lead.company, lead.origin, _said(lead.came_in),
                 lead.status, lead.duplicate_of, _said(lead.closed), lead.reason, lead.deal)
                for lead in made
            ),
        ),
        "lead_assignments": _written(
            ("lead_id", "owner", "assigned_at"),
            ((lead.number, owner, _said(at)) for lead in made for owner, at in lead.held),
        ),
        "activities": _written(
            ("activity_id", "type", "done_at", "lead_id", "done_by"),
            (
                (f"AC-{number:06}", each.what, _said(each.at), lead.number, each.by)
                for number, (lead, each) in enumerate(done, start=1)
            ),
        ),
    }  # fmt: skip


def _said(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _written(header: Row, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
