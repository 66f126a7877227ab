"""The fact rows of an organisation as plain Python, for oracles that count them by brute force."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sales.models import OpportunityDetail, OpportunityOwner, StageEvent
from teams.models import Membership, Organisation, TeamPlacement


@dataclass(frozen=True, kw_only=True)
class Fact:
    recorded_at: datetime
    voided_at: datetime | None

    def known(self, as_of: datetime | None) -> bool:
        """Believed at ``as_of``; None is believed now."""
        if as_of is None:
            return self.voided_at is None
        return self.recorded_at <= as_of and (self.voided_at is None or self.voided_at > as_of)


@dataclass(frozen=True, kw_only=True)
class Spell(Fact):
    from_at: datetime
    to_at: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at and (self.to_at is None or at < self.to_at)


@dataclass(frozen=True, kw_only=True)
class Event(Fact):
    opportunity_id: int
    seq: int
    kind: str
    from_pos: int | None
    to_pos: int | None
    reason: str
    at: datetime
    seen: bool


@dataclass(frozen=True, kw_only=True)
class Detail(Fact):
    opportunity_id: int
    amount: int | None
    currency: str
    created_at: datetime | None
    is_test: bool
    deleted: bool
    merged_into: str


@dataclass(frozen=True, kw_only=True)
class Owner(Spell):
    opportunity_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class Member(Spell):
    person_id: int
    team_id: int
    is_primary: bool


@dataclass(frozen=True, kw_only=True)
class Placement(Spell):
    team_id: int
    parent_id: int | None


Kind = TypeVar("Kind", bound=Fact)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is or was believed of one organisation."""

    zone: ZoneInfo
    fiscal: int
    currency: str
    root: int
    events: list[Event]
    details: list[Detail]
    owners: list[Owner]
    members: list[Member]
    placements: list[Placement]


def facts_of(organisation: Organisation) -> Facts:
    """All fact rows, voided ones too."""
    mine, teams = {"organisation": organisation}, {"team__organisation": organisation}
    return Facts(
        zone=organisation.zone,
        fiscal=organisation.fiscal_year_start,
        currency=organisation.currency,
        root=organisation.root.pk,
        events=_rows(Event, StageEvent.objects.filter(**mine)),
        details=_rows(Detail, OpportunityDetail.objects.filter(**mine)),
        owners=_rows(Owner, OpportunityOwner.objects.filter(**mine)),
        members=_rows(Member, Membership.objects.filter(**teams)),
        placements=_rows(Placement, TeamPlacement.objects.filter(**teams)),
    )


def _rows(kind: type[Kind], rows: Any) -> list[Kind]:
    columns = [field.name for field in fields(kind)]
    return [kind(**row) for row in rows.values(*columns)]


def known(facts: Iterable[Kind], as_of: datetime | None) -> list[Kind]:
    return [fact for fact in facts if fact.known(as_of)]
