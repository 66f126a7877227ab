"""The steps and owners of one opportunity, what is no longer believed included.

A fact is recorded anew when another changes what stands beside it: a stage that becomes known later
changes where the next event came from, and the next owner ends the time of the one before. That is
still one statement, and told once.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sales.models import Opportunity, OpportunityOwner, StageEvent
from sales.models.facts import Fact

STEP = ("external_id", "kind", "stage_id", "to_pos", "reason", "at", "seen")
OWNER = ("person_id", "from_at")
"""What is told of each; the rest follows from its neighbours."""


@dataclass(slots=True)
class Statement:
    """``first`` said it, ``fact`` says it now or said it last. ``number`` is the event's id in the
    CRM where others that are told look just like it."""

    first: Any
    fact: Any
    number: str = ""


def steps_of(opportunity: Opportunity) -> list[Statement]:
    """Newest first."""
    recorded = opportunity.events.select_related("stage", "recorded_by", "voided_by")
    told = _statements(recorded, STEP)
    alike = Counter(_look(each.fact) for each in told)
    for each in told:
        if alike[_look(each.fact)] > 1:
            each.number = each.fact.external_id
    return sorted(told, key=lambda each: (each.fact.at, each.fact.seq, each.fact.pk), reverse=True)


def _look(event: StageEvent) -> tuple[Any, ...]:
    return event.kind, event.to_pos, event.stage_id, event.reason, event.at


def owners_of(opportunity: Opportunity) -> list[Statement]:
    """Newest first; of those from one instant the one that is believed before the others."""
    recorded = opportunity.owners.select_related("person", "recorded_by", "voided_by")
    return sorted(_statements(recorded, OWNER), key=_owner_order, reverse=True)


def _owner_order(told: Statement) -> tuple[Any, ...]:
    owner: OpportunityOwner = told.fact
    return owner.from_at, owner.voided_at is None, owner.recorded_at, owner.pk


def _statements(recorded: Iterable[Fact], said: tuple[str, ...]) -> list[Statement]:
    """Facts that say the same and follow one another without a moment between are one."""
    told: list[Statement] = []
    going_on: dict[tuple[Any, ...], Statement] = {}
    for fact in sorted(recorded, key=lambda each: (each.recorded_at, each.pk)):
        words = tuple(getattr(fact, name) for name in said)
        before = going_on.pop((*words, fact.recorded_at), None)
        if before:
            before.fact = fact
        else:
            before = Statement(first=fact, fact=fact)
            told.append(before)
        if fact.voided_at:
            going_on[(*words, fact.voided_at)] = before
    return told
