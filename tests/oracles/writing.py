"""Writes a random history down as fact rows."""

from datetime import datetime
from typing import Any

from sales.models import Opportunity, OpportunityDetail, OpportunityOwner, StageEvent
from teams.models import Membership, Organisation, Person, Role, Team, TeamPlacement
from teams.tree import rebuild_lines
from tests import world
from tests.oracles.histories import LEARNED, History, Spans, Versions
from tests.world import NUMBERS

WON = len(world.STAGES) + 1


def write(history: History) -> Organisation:
    """An organisation to which all this happened."""
    organisation = world.found(
        f"org-{next(NUMBERS)}", timezone=history.zone, fiscal_year_start=history.fiscal
    )
    teams = [
        organisation.root,
        *(_team(organisation, n) for n in range(1, len(history.parents) + 1)),
    ]
    people = Person.objects.bulk_create(
        Person(organisation=organisation, name=f"P{number}")
        for number in range(len(history.memberships))
    )
    _place(history, teams)
    _seat(history, teams, people)
    _sell(history, organisation, people)
    rebuild_lines(organisation)
    return organisation


def _team(organisation: Organisation, number: int) -> Team:
    return Team.objects.create(organisation=organisation, name=f"T{number}", slug=f"t{number}")


def _spells(versions: Versions) -> list[tuple[dict[str, datetime | None], Any]]:
    """(the four instants, what held) of every span of every version."""
    found = []
    for recorded_at, voided_at, believed in versions:
        spans: Spans = believed
        for start, end, held in spans:
            span = {"from_at": start, "to_at": end}
            found.append((span | {"recorded_at": recorded_at, "voided_at": voided_at}, held))
    return found


def _place(history: History, teams: list[Team]) -> None:
    TeamPlacement.objects.bulk_create(
        TeamPlacement(team=team, parent=teams[parent], **when)
        for team, versions in zip(teams[1:], history.parents, strict=True)
        for when, parent in _spells(versions)
    )


def _seat(history: History, teams: list[Team], people: list[Person]) -> None:
    primary = [
        Membership(person=person, team=teams[team], role=Role.REP, **when)
        for person, versions in zip(people, history.memberships, strict=True)
        for when, team in _spells(versions)
    ]
    others = [
        Membership(
            person=person,
            team=teams[team],
            role=Role.MANAGER,
            is_primary=False,
            recorded_at=LEARNED[0],
        )
        for person, team in zip(people, history.seconds, strict=True)
        if team is not None
    ]
    Membership.objects.bulk_create([*primary, *others])


def _sell(history: History, organisation: Organisation, people: list[Person]) -> None:
    stages = {s.position: s for s in organisation.pipelines.get().current.stages.all()}
    pipeline, mine = organisation.pipelines.get(), {"organisation": organisation}
    deals = Opportunity.objects.bulk_create(
        Opportunity(**mine, pipeline=pipeline, source="crm", external_id=f"D{number}")
        for number in range(len(history.deals))
    )
    events, owners, details = [], [], []
    for deal, told in zip(deals, history.deals, strict=True):
        for seq, (kind, came_from, position, reason, at, seen, *when) in enumerate(told.events):
            event = StageEvent(
                **mine,
                opportunity=deal,
                seq=seq,
                kind=kind,
                from_pos=came_from,
                to_pos={"open": position, "won": WON, "lost": None}[kind],
                stage=stages[position] if kind == "open" else None,
                reason=reason if kind == "lost" else "",
                at=at,
                seen=seen,
                recorded_at=when[0],
                voided_at=when[1],
            )
            events.append(event)
        owners += [
            OpportunityOwner(**mine, opportunity=deal, person=people[person], **when)
            for when, person in _spells(told.owners)
        ]
        details += [
            _detail(deal, deals, values, recorded_at=recorded_at, voided_at=voided_at)
            for recorded_at, voided_at, values in told.details
        ]
    StageEvent.objects.bulk_create(events)
    OpportunityOwner.objects.bulk_create(owners)
    OpportunityDetail.objects.bulk_create(details)


def _detail(
    deal: Opportunity, deals: list[Opportunity], values: dict[str, Any], **when: datetime | None
) -> OpportunityDetail:
    values = dict(values)
    merged = values.pop("merged") and deal != deals[0]
    return OpportunityDetail(
        organisation_id=deal.organisation_id,
        opportunity=deal,
        merged_into=deals[0].external_id if merged else "",
        **values,
        **when,
    )
