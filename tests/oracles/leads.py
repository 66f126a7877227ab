"""Lead response by brute force: every lead looked at, one after the other.

Written from the definition (D3), not from the application's queries. Working time is measured with
``business_time``, which a minute counter proves elsewhere.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from sales.models import Activity, ActivityDetail, Lead, LeadAssignment, LeadDetail
from teams import keeping_hours
from teams.models import BusinessCalendar, Organisation, Person, Team
from teams.working_time import Calendar, business_time
from tests.oracles.histories import LEARNED, History
from tests.oracles.sales_facts import Facts, Owner, facts_of, known
from tests.oracles.sales_metrics import MICROSECOND, Counted, Oracle

LEADS = 60
FOREVER = datetime.max.replace(tzinfo=UTC)
EVENINGS = [[(18 * 60, 22 * 60)]] * 7


def write_leads(organisation: Organisation, told: History, seed: int) -> None:
    """Leads of an organisation that a history was written down for, and three sets of hours."""
    random = Random(seed)
    _write_hours(organisation, told, random)
    people = [*organisation.people.order_by("pk"), None]
    for number in range(LEADS):
        inbound = _near(told, random)
        lead = Lead.objects.create(organisation=organisation, source="crm", external_id=str(number))
        for when in _versions(random):
            _write_detail(lead, inbound, random, when)
        for when in _versions(random):
            _write_holders(lead, inbound, random, people, when)
        for _time in range(random.randrange(4)):
            _write_activity(lead, _near(told, random, around=inbound), random)


def _write_hours(organisation: Organisation, told: History, random: Random) -> None:
    usual = organisation.root.calendar
    keeping_hours.change_calendar(
        usual, name=usual.name, zone=told.zone, weekly=keeping_hours.OFFICE_HOURS
    )
    evenings = keeping_hours.add_calendar(
        organisation, name="Evenings", zone=told.zone, weekly=EVENINGS
    )
    day = random.choice(told.instants).date()
    keeping_hours.set_holidays(evenings, days=[(day, "Holiday")])
    keeping_hours.work_by(random.choice(_others(organisation)), calendar=evenings)
    nights = keeping_hours.add_calendar(
        organisation, name="Mondays", zone="Asia/Kathmandu", weekly=[[(0, 1440)], *[[]] * 6]
    )
    keeping_hours.work_by(random.choice(list(organisation.people.all())), calendar=nights)
    keeping_hours.ensure_stretches(organisation)


def _others(organisation: Organisation) -> list[Team]:
    return list(organisation.teams.filter(is_root=False).order_by("pk"))


def _near(told: History, random: Random, *, around: datetime | None = None) -> datetime:
    """Around an instant at which much happens, or within some hours of another."""
    hours = timedelta(minutes=random.choice([-90, -1, 0, 0, 20, 60, 61, 240, 4000]))
    return (around or random.choice(told.instants)) + hours


def _versions(random: Random) -> list[dict[str, datetime | None]]:
    turn = random.choice(LEARNED[1:])
    first = {"recorded_at": LEARNED[0], "voided_at": None}
    if random.randrange(4):
        return [first]
    return [first | {"voided_at": turn}, {"recorded_at": turn, "voided_at": None}]


def _write_detail(lead: Lead, inbound: datetime, random: Random, when: dict[str, Any]) -> None:
    closed = inbound + timedelta(hours=random.choice([0, 1, 50]))
    LeadDetail.objects.create(
        organisation=lead.organisation,
        lead=lead,
        inbound_at=inbound,
        needs_response=random.randrange(8) > 0,
        left_out=random.choice(["", "", "", "", "", "spam", "test", "duplicate"]),
        merged_into=random.choice(["", "", "", "", "", "", "0"]),
        deleted=not random.randrange(9),
        closed_at=closed if random.randrange(3) == 0 else None,
        **when,
    )


def _write_holders(
    lead: Lead,
    inbound: datetime,
    random: Random,
    people: list[Person | None],
    when: dict[str, Any],
) -> None:
    starts = sorted(
        {
            inbound + timedelta(minutes=random.randrange(-30, 3000))
            for _n in range(random.randrange(4))
        }
    )
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        LeadAssignment.objects.create(
            organisation=lead.organisation,
            lead=lead,
            person=random.choice(people),
            from_at=start,
            to_at=end,
            **when,
        )


def _write_activity(lead: Lead, at: datetime, random: Random) -> None:
    number = random.getrandbits(60)
    made = Activity.objects.create(
        organisation=lead.organisation, source="crm", external_id=f"A{number}"
    )
    for when in _versions(random):
        ActivityDetail.objects.create(
            organisation=lead.organisation,
            activity=made,
            lead=lead,
            kind=random.choice(["call", "email", "message", "meeting", "note", "status"]),
            direction=random.choice(["outbound", "outbound", "inbound"]),
            automated=not random.randrange(4),
            deleted=not random.randrange(6),
            at=at,
            **when,
        )


@dataclass(frozen=True, kw_only=True)
class Answered(Counted):
    """A lead. ``value`` is the working microseconds to the answer, or to its close; ``running``
    those so far of one that waits; ``given`` those until it was given to somebody."""

    happened: bool
    running: int
    given: int | None


class LeadOracle:
    """What was known at ``as_of``, or is believed now where that is None."""

    def __init__(
        self, organisation: Organisation, *, as_of: datetime | None, now: datetime
    ) -> None:
        self.as_of, self.now = as_of, as_of or now
        self.target = timedelta(minutes=organisation.response_minutes)
        mine = {"organisation": organisation}
        held = LeadAssignment.objects.filter(**mine).exclude(person=None).order_by("from_at")
        facts: Facts = replace(
            facts_of(organisation),
            owners=[
                Owner(
                    opportunity_id=each.lead_id,
                    person_id=each.person_id,
                    from_at=each.from_at,
                    to_at=each.to_at,
                    recorded_at=each.recorded_at,
                    voided_at=each.voided_at,
                )
                for each in held
            ],
        )
        self.oracle = Oracle(facts, as_of=as_of, now=now)
        self.placements = known(facts.placements, None)
        self.details = [
            each for each in LeadDetail.objects.filter(**mine) if _is_known(each, as_of)
        ]
        self.activities = defaultdict(list)
        for each in ActivityDetail.objects.filter(**mine):
            if _is_known(each, as_of):
                self.activities[each.lead_id].append(each)
        whole = BusinessCalendar.objects.whole().filter(**mine)
        self.hours = {each.pk: each.hours() for each in whole}
        self.of_team = dict(organisation.teams.values_list("pk", "calendar"))
        self.of_person = dict(organisation.people.values_list("pk", "calendar"))

    def counted(self) -> list[Answered]:
        return [self.lead(detail) for detail in self.details]

    def lead(self, detail: LeadDetail) -> Answered:
        arrived = detail.inbound_at
        answers = [
            each.at
            for each in self.activities[detail.lead_id]
            if each.kind in ("call", "email", "message", "meeting")
            and each.direction == "outbound"
            and not each.automated
            and not each.deleted
            and each.at >= arrived
        ]
        answer = min(answers, default=None)
        given = next((o for o in self.oracle.owners if o.opportunity_id == detail.lead_id), None)
        hours = self.clock(given)

        def worked(end: datetime) -> int:
            return business_time(arrived, end, hours) // MICROSECOND

        end = answer or detail.closed_at
        value = None if end is None else worked(end)
        target = self.target // MICROSECOND
        return Answered(
            deal=detail.lead_id,
            at=arrived,
            scopes=self.oracle.scopes(detail.lead_id, answer or self.as_of or FOREVER),
            hit=answer is not None and value is not None and value <= target,
            value=value,
            pending=worked(self.now) < target,
            reasons=frozenset(_reasons(detail)),
            happened=answer is not None,
            running=worked(self.now),
            given=None if answer is None or given is None else worked(min(given.from_at, answer)),
        )

    def clock(self, given: Owner | None) -> Calendar:
        (root,) = [p.team_id for p in self.placements if p.parent_id is None][:1]
        if given is None:
            return self.hours[self.of_team[root]]
        if own := self.of_person[given.person_id]:
            return self.hours[own]
        at, above = given.from_at, []
        teams = [
            m.team_id
            for m in self.oracle.members
            if m.person_id == given.person_id and m.is_primary and m.holds(at)
        ]
        if teams:
            above = self.upwards(teams[0], at)
        return self.hours[
            next((self.of_team[t] for t in above if self.of_team[t]), self.of_team[root])
        ]

    def upwards(self, team: int, at: datetime) -> list[int]:
        (placement,) = [p for p in self.placements if p.team_id == team and p.holds(at)]
        parent = placement.parent_id
        return [team] if parent is None else [team, *self.upwards(parent, at)]


def _is_known(fact: Any, as_of: datetime | None) -> bool:
    if as_of is None:
        return fact.voided_at is None
    return fact.recorded_at <= as_of and (fact.voided_at is None or fact.voided_at > as_of)


def _reasons(detail: LeadDetail) -> set[str]:
    found = {
        "deleted": detail.deleted,
        "duplicate": detail.merged_into != "" or detail.left_out == "duplicate",
        "spam": detail.left_out == "spam",
        "test": detail.left_out == "test",
        "no_response_needed": not detail.needs_response,
    }
    return {reason for reason, holds in found.items() if holds}


def kaplan_meier(leads: list[Answered], share: Fraction) -> int | None:
    """The first time at which at least ``share`` have been answered, in exact fractions."""
    left = Fraction(1)
    ends = [(each.running if each.value is None else each.value, each.happened) for each in leads]
    for time in sorted({time for time, happened in ends if happened}):
        at_risk = sum(end >= time for end, _happened in ends)
        left *= 1 - Fraction(sum(end == time and happened for end, happened in ends), at_risk)
        if left <= 1 - share:
            return time
    return None
