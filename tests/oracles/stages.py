"""Conversion at a stage by brute force, written from D4: every deal, event by event."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.oracles.sales_facts import Event
from tests.oracles.sales_metrics import MICROSECOND, Counted, Oracle, Story

WINDOW = timedelta(days=90)


def entered(event: Event, stage: int) -> bool:
    """Whether it leads into the stage, from any side, or forward over it."""
    if event.kind == "open" and event.to_pos == stage:
        return True
    if event.from_pos is None or event.to_pos is None:
        return False
    return event.from_pos < stage < event.to_pos


def entry_of(story: Story, stage: int) -> tuple[datetime, bool] | None:
    """When it first entered the stage, and whether anybody knows the date of an entry."""
    if stage == 1:
        contact = story.first_contact
        return None if contact is None else (contact, True)
    entries = [event for event in story.events if entered(event, stage)]
    dated = [event.at for event in entries if not event.seen]
    if not entries:
        return None
    return min(dated or [event.at for event in entries]), bool(dated)


def at_stage(oracle: Oracle, stage: int) -> list[Counted]:
    """Every deal that ever entered the stage."""
    found = []
    for deal, story in oracle.stories.items():
        entry = entry_of(story, stage)
        if entry is None:
            continue
        at, is_dated = entry
        onwards = [e.at for e in story.events if e.at >= at and e.to_pos and e.to_pos > stage]
        went_on = min(onwards, default=None)
        counted = Counted(
            deal=deal,
            at=at,
            scopes=oracle.scopes(deal, at),
            hit=went_on is not None and went_on < at + WINDOW,
            value=None if went_on is None else (went_on - at) // MICROSECOND,
            pending=at + WINDOW > oracle.now,
            reasons=frozenset(oracle.never(deal)),
        )
        found.append(
            counted if is_dated else replace(counted, reasons=counted.reasons | {"undated"})
        )
    return found
