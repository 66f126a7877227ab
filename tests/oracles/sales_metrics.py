"""Win rate and sales cycle by brute force: every deal looked at, one after the other.

Written from the definitions (D0, D4, D6, D7), not from the application's queries.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.oracles.sales_facts import Detail, Event, Facts, known

COHORT_WINDOW = timedelta(days=180)
MICROSECOND = timedelta(microseconds=1)

Scope = tuple[int, int | None]
"""(team, rep); rep None is the whole team."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One deal in one metric. ``reasons`` it is left out for; ``pending`` is not yet matured."""

    deal: int
    at: datetime
    scopes: frozenset[Scope]
    hit: bool
    value: int | None = None
    pending: bool = False
    reasons: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        return "excluded" if self.reasons else "pending" if self.pending else "counted"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A deal's events in order, and what they say."""

    events: list[Event]
    created_at: datetime | None

    @property
    def last(self) -> Event:
        return self.events[-1]

    @property
    def closed_at(self) -> datetime | None:
        """When the last uninterrupted run of won, or of lost, began."""
        if self.last.kind == "open":
            return None
        first = self.last
        for event in reversed(self.events):
            if event.kind != self.last.kind:
                break
            first = event
        return first.at

    @property
    def first_contact(self) -> datetime | None:
        """Entry into stage 1; nothing lies below it that could be jumped over from.

        A deal seen there before any dated entry had entered nobody knows when. If it was there from
        the start, its creation stands for that; otherwise, or if that is unknown, the sighting.
        """
        entries = [event for event in self.events if event.kind == "open" and event.to_pos == 1]
        dated = [event.at for event in entries if not event.seen]
        seen = next((event for event in entries if event.seen), None)
        if seen is None or (dated and min(dated) <= seen.at):
            return min(dated, default=None)
        began_there = seen.from_pos is None and self.created_at is not None
        return min(self.created_at, seen.at) if began_there else seen.at

    @property
    def is_unfit(self) -> bool:
        """Disqualified without ever having reached stage 2."""
        reached = any(event.to_pos is not None and event.to_pos >= 2 for event in self.events)
        return self.last.kind == "lost" and self.last.reason == "disqualified" and not reached


class Oracle:
    """What was known at ``as_of``, or is believed now where that is None; ``now`` is when a window
    counts as over."""

    def __init__(self, facts: Facts, *, as_of: datetime | None, now: datetime) -> None:
        self.facts, self.now = facts, as_of or now
        self.owners = known(facts.owners, as_of)
        self.members = known(facts.members, as_of)
        self.placements = known(facts.placements, as_of)
        self.details = {each.opportunity_id: each for each in known(facts.details, as_of)}
        told = defaultdict(list)
        for event in known(facts.events, as_of):
            told[event.opportunity_id].append(event)
        self.stories = {
            deal: Story(
                events=sorted(events, key=lambda event: (event.at, event.seq)),
                created_at=created(self.details.get(deal)),
            )
            for deal, events in told.items()
        }

    def counted(self, slug: str) -> list[Counted]:
        """Every deal that a metric counts, leaves out or waits for."""
        found = []
        for deal, story in self.stories.items():
            counted = METRICS[slug](self, deal, story)
            if counted is not None:
                found.append(counted)
        return found

    def scopes(self, deal: int, at: datetime) -> frozenset[Scope]:
        """Everything the deal counts in: owner's part and whole, their team and all above it."""
        root = self.facts.root
        holders = [o.person_id for o in self.owners if o.opportunity_id == deal and o.holds(at)]
        if not holders:
            return frozenset({(root, None)})
        (rep,) = holders
        teams = [
            m.team_id for m in self.members if m.person_id == rep and m.is_primary and m.holds(at)
        ]
        team = teams[0] if teams else root
        above = {(each, None) for each in self.upwards(team, at)}
        return frozenset({(root, None), (root, rep), (team, rep)} | above)

    def upwards(self, team: int, at: datetime) -> list[int]:
        (placement,) = [p for p in self.placements if p.team_id == team and p.holds(at)]
        parent = placement.parent_id
        return [team] if parent is None else [team, *self.upwards(parent, at)]

    def never(self, deal: int) -> set[str]:
        """Reasons why no metric counts the deal."""
        detail = self.details.get(deal)
        if detail is None:
            return set()
        reasons = {"deleted": detail.deleted, "test": detail.is_test}
        reasons["duplicate"] = detail.merged_into != ""
        return {reason for reason, holds in reasons.items() if holds}

    def amount(self, deal: int) -> int | None:
        detail = self.details.get(deal)
        return detail.amount if detail and detail.currency == self.facts.currency else None


def win_rate(oracle: Oracle, deal: int, story: Story, *, strict: bool = False) -> Counted | None:
    at = story.closed_at
    if at is None:
        return None
    reasons = oracle.never(deal)
    if story.is_unfit and not strict:
        reasons |= {"disqualified"}
    return Counted(
        deal=deal,
        at=at,
        scopes=oracle.scopes(deal, at),
        hit=story.last.kind == "won",
        reasons=frozenset(reasons),
    )


def win_rate_strict(oracle: Oracle, deal: int, story: Story) -> Counted | None:
    return win_rate(oracle, deal, story, strict=True)


def win_rate_value(oracle: Oracle, deal: int, story: Story) -> Counted | None:
    found = win_rate(oracle, deal, story)
    if found is None:
        return None
    amount = oracle.amount(deal)
    reasons = found.reasons | ({"no_amount"} if amount is None else set())
    return Counted(
        deal=deal, at=found.at, scopes=found.scopes, hit=found.hit, value=amount, reasons=reasons
    )


def win_rate_by_start(oracle: Oracle, deal: int, story: Story) -> Counted | None:
    found, contact = win_rate(oracle, deal, story), story.first_contact
    if found is None or contact is None:
        return None
    scopes = oracle.scopes(deal, contact)
    return Counted(deal=deal, at=contact, scopes=scopes, hit=found.hit, reasons=found.reasons)


def win_rate_cohort(oracle: Oracle, deal: int, story: Story) -> Counted | None:
    contact = story.first_contact
    if contact is None:
        return None
    end = contact + COHORT_WINDOW
    return Counted(
        deal=deal,
        at=contact,
        scopes=oracle.scopes(deal, contact),
        hit=any(each.kind == "won" and contact <= each.at < end for each in story.events),
        pending=end > oracle.now,
        reasons=frozenset(oracle.never(deal)),
    )


def sales_cycle(oracle: Oracle, deal: int, story: Story) -> Counted | None:
    at = story.closed_at
    if at is None or story.last.kind != "won":
        return None
    start, reasons = story.first_contact or story.created_at, oracle.never(deal)
    if start is None:
        reasons |= {"no_start"}
    elif start > at:
        reasons |= {"negative"}
    return Counted(
        deal=deal,
        at=at,
        scopes=oracle.scopes(deal, at),
        hit=True,
        value=None if start is None else (at - start) // MICROSECOND,
        reasons=frozenset(reasons),
    )


def created(detail: Detail | None) -> datetime | None:
    return detail.created_at if detail else None


METRICS = {
    "win-rate": win_rate,
    "win-rate-strict": win_rate_strict,
    "win-rate-value": win_rate_value,
    "win-rate-by-start": win_rate_by_start,
    "win-rate-cohort": win_rate_cohort,
    "stage-conversion": win_rate_cohort,
    "sales-cycle": sales_cycle,
}


def first_day(day: date, grain: str, fiscal: int) -> date:
    """The day the month, fiscal quarter or fiscal year around ``day`` begins."""
    first = day.replace(day=1)
    length = {"month": 1, "quarter": 3, "year": 12}[grain]
    while (first.month - fiscal) % length:
        first = (first - timedelta(days=1)).replace(day=1)
    return first


Numbers = dict[str, int | float | None]


def numbers(slug: str, deals: list[Counted]) -> Numbers:
    """What is made of the deals of one scope and period."""
    by = defaultdict(list)
    for deal in deals:
        by[deal.shown].append(deal)
    counted = by["counted"]
    found: Numbers = {
        "n": len(counted),
        "pending": len(by["pending"]),
        "excluded": len(by["excluded"]),
    }
    if slug == "sales-cycle":
        return found | spread(sorted(deal.value for deal in counted))
    weigh = (lambda deal: deal.value) if slug == "win-rate-value" else (lambda deal: 1)
    return found | {
        "numerator": sum(weigh(deal) for deal in counted if deal.hit),
        "denominator": sum(weigh(deal) for deal in counted),
    }


def spread(values: list[int]) -> Numbers:
    """Total, median and quartiles: the last two linear between neighbours."""
    found: Numbers = {"total": sum(values) if values else None}
    for name, share in (
        ("p25", Fraction(1, 4)),
        ("median", Fraction(1, 2)),
        ("p75", Fraction(3, 4)),
    ):
        found[name] = None
        if values:
            rank = share * (len(values) - 1)
            below, above = values[int(rank)], values[min(int(rank) + 1, len(values) - 1)]
            found[name] = float(below + (above - below) * (rank - int(rank)))
    return found
