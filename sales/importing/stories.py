"""What a row says about stages: the events it asserts, or why they cannot be so."""

from dataclasses import dataclass
from datetime import datetime

from sales.importing.fields import Fields, Moment
from sales.importing.mapping import Mapping
from sales.importing.vocabulary import (
    BEFORE,
    DISQUALIFIED,
    IGNORE,
    LOST,
    STAGE_EVENTS,
    WON,
)

OPEN = "open"
CLOSED, SEEN, NOT_BEGUN = "closed", "seen", "before"
LOST_AS_DISQUALIFIED = "disqualified"
UNSAID = "\0"
"""The cell of a stage of which the row says nothing, not even that it was never entered. No cell
that is read holds it: PostgreSQL keeps it in no text."""


@dataclass(slots=True)
class Event:
    """A stage event a row asserts.

    ``slot`` names what of the row says it, so that a later file can correct it: the event's id in
    a log; ``closed``, ``seen``, ``before`` or ``entered:`` with the stage's name in a row for each
    opportunity. ``at`` None is so now, since when is unknown. An open event without a position says
    that nothing has begun, or, of a stage, that whatever is known of its slot stays.
    """

    slot: str
    kind: str
    position: int | None
    reason: str
    at: datetime | None


def entered_slot(stage: str) -> str:
    return f"entered:{stage}"


class Stories:
    """Reads the events of one file's rows."""

    def __init__(self, mapping: Mapping, fields: Fields, header: list[str], now: datetime) -> None:
        self.mapping, self.fields, self.now = mapping, fields, now
        by_position = sorted(mapping.entered.items(), key=lambda item: mapping.position(item[0]))
        self.entered = [
            (entered_slot(stage), mapping.position(stage), column, header.index(column))
            for stage, column in by_position
        ]
        self.targets = {stage: stage for stage in mapping.pipeline_stages} | dict(mapping.stages)
        self.positions = {stage: mapping.position(stage) for stage in mapping.pipeline_stages}
        self.disqualified = frozenset(mapping.disqualified_reasons)
        self.read = self._logged if mapping.kind == STAGE_EVENTS else self._of_opportunity

    def _target(self, cells: list[str]) -> str:
        """What the row's stage means; a stage of the pipeline means itself unless mapped."""
        value = self.fields.required("stage", cells)
        if value not in self.targets:
            raise self.fields.bad("stage", value, "unknown_stage")
        return self.targets[value]

    def _of_opportunity(self, cells: list[str], created: Moment | None) -> list[Event] | None:
        """None: the row is to be left out."""
        target = self._target(cells)
        if target == IGNORE:
            return None
        events = []
        latest = created.at if created else None
        for slot, position, column, place in self.entered:
            text = cells[place].strip()
            if text == UNSAID:
                events.append(Event(slot, OPEN, None, "", None))
            elif text not in self.fields.nulls:
                at = self._placed(self.fields.moment(column, text), created)
                events.append(Event(slot, OPEN, position, "", at))
                latest = max(latest, at) if latest else at
        if target == BEFORE:
            events.append(Event(NOT_BEGUN, OPEN, None, "", None))
        elif target in self.positions:
            events.append(Event(SEEN, OPEN, self.positions[target], "", None))
        else:
            text = self.fields.required("closed_at", cells, "closed_without_date")
            moment = self.fields.moment(self.fields.columns["closed_at"], text)
            at = self._placed(moment, created)
            events.append(self._closed(target, cells, CLOSED, self._after(moment, at, latest)))
        return events

    def _logged(self, cells: list[str], created: Moment | None) -> list[Event] | None:
        target = self._target(cells)
        if target in {IGNORE, BEFORE}:
            return None
        text = self.fields.required("at", cells)
        moment = self.fields.moment(self.fields.columns["at"], text)
        at = self._placed(moment, created)
        slot = self.fields.text("event_id", cells)
        if target in self.positions:
            return [Event(slot, OPEN, self.positions[target], "", at)]
        return [self._closed(target, cells, slot, at)]

    def _closed(self, target: str, cells: list[str], slot: str, at: datetime) -> Event:
        if target == WON:
            return Event(slot, WON, len(self.positions) + 1, "", at)
        reason = self.fields.text("loss_reason", cells)
        if target == DISQUALIFIED or reason in self.disqualified:
            reason = LOST_AS_DISQUALIFIED
        return Event(slot, LOST, None, reason, at)

    def _placed(self, moment: Moment, created: Moment | None) -> datetime:
        """When it happened: not in the future, and not before the opportunity was created."""
        if moment.at > self.now:
            raise moment.bad("event_in_future")
        if created is None or moment.at >= created.at:
            return moment.at
        if self.fields.is_same_day(moment, created.at):
            return created.at
        raise moment.bad("event_before_creation")

    def _after(self, moment: Moment, at: datetime, latest: datetime | None) -> datetime:
        """The close, not before the last stage was entered; a bare day may be that same day."""
        if latest is None or at >= latest:
            return at
        if self.fields.is_same_day(moment, latest):
            return latest
        raise moment.bad("closed_before_stage")
