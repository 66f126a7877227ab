"""Builders of the test world: say only what matters, the rest is made up."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.timezone import now

from sales.models import (
    Activity,
    ActivityDetail,
    Lead,
    LeadAssignment,
    LeadDetail,
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    Pipeline,
    PipelineVersion,
    Stage,
    StageEvent,
)
from teams import tree
from teams.founding import found_organisation
from teams.joining import join
from teams.models import Membership, Organisation, Person, Role, Team, TeamPlacement, User
from teams.recorded import BEGINNING

NUMBERS = count(1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
STAGES = ("First contact", "Qualified", "Proposal")
PASSWORD = "correct horse battery"

Step = tuple[Any, ...]
"""("open", 2, at), ("won", at), ("lost", at) or ("lost", at, reason)."""


def found(slug: str, *, timezone: str = "UTC", **fields: Any) -> Organisation:
    organisation = found_organisation(slug, name=slug.title(), timezone=timezone, **fields)
    _known_for_long(organisation)
    pipeline = Pipeline.objects.create(organisation=organisation, name="Sales")
    version = PipelineVersion.objects.create(pipeline=pipeline, number=1)
    for position, name in enumerate(STAGES, start=1):
        Stage.objects.create(version=version, position=position, name=name)
    return organisation


def team(parent: Team, name: str, *, since: datetime = BEGINNING) -> Team:
    made = tree.add_team(parent, name=name, since=since)
    _known_for_long(parent.organisation)
    return made


def _known_for_long(organisation: Organisation) -> None:
    """Past readings know the tree and who is in it."""
    for model, path in ((TeamPlacement, "team"), (Membership, "person")):
        model.objects.filter(**{f"{path}__organisation": organisation}).update(recorded_at=LONG_AGO)


def person(
    in_team: Team | None,
    name: str,
    *,
    role: str = Role.REP,
    since: datetime = BEGINNING,
    account: bool = False,
    organisation: Organisation | None = None,
) -> Person:
    where = organisation or in_team.organisation
    made = Person.objects.create(
        organisation=where,
        name=name,
        email=f"{name.lower().replace(' ', '.')}@{where.slug}.example",
    )
    if in_team is not None:
        join(made, team=in_team, role=role, since=since)
        made.memberships.update(recorded_at=LONG_AGO)
    if account:
        made.user = user(made.email, name=name)
        made.save(update_fields=["user"])
    return made


def user(email: str, *, name: str = "", **fields: Any) -> User:
    made = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    return made


def deal(
    organisation: Organisation,
    owner: Person | None,
    *steps: Step,
    amount: int | None = None,
    name: str = "",
    recorded_at: datetime = LONG_AGO,
    **detail: Any,
) -> Opportunity:
    """An opportunity with its stage events, all known since ``recorded_at``."""
    pipeline = organisation.pipelines.get()
    number = next(NUMBERS)
    made = Opportunity.objects.create(
        organisation=organisation, pipeline=pipeline, source="crm", external_id=f"D{number}"
    )
    OpportunityDetail.objects.create(
        organisation=organisation,
        opportunity=made,
        name=name or f"Deal {number}",
        amount=amount,
        currency=organisation.currency if amount is not None else "",
        recorded_at=recorded_at,
        **detail,
    )
    if owner is not None:
        OpportunityOwner.objects.create(
            organisation=organisation, opportunity=made, person=owner, recorded_at=recorded_at
        )
    happen(made, *steps, recorded_at=recorded_at)
    return made


def happen(
    opportunity: Opportunity, *steps: Step, recorded_at: datetime | None = None
) -> list[StageEvent]:
    """Append stage events after those that are there."""
    stages = {stage.position: stage for stage in opportunity.pipeline.current.stages.all()}
    events = list(opportunity.events.in_force().order_by("at", "seq"))
    seq = max((event.seq for event in opportunity.events.all()), default=0)
    opened = [event.to_pos for event in events if event.kind == "open"]
    made = []
    for kind, *rest in steps:
        seq += 1
        position = rest.pop(0) if kind == "open" else len(stages) + 1 if kind == "won" else None
        at, *reason = rest
        made.append(
            StageEvent.objects.create(
                organisation_id=opportunity.organisation_id,
                opportunity=opportunity,
                seq=seq,
                kind=kind,
                from_pos=opened[-1] if opened else None,
                to_pos=position,
                stage=stages[position] if kind == "open" else None,
                reason=reason[0] if reason else "",
                at=at,
                recorded_at=recorded_at or now(),
            )
        )
        if kind == "open":
            opened.append(position)
    return made


def lead(
    organisation: Organisation,
    inbound_at: datetime,
    *held: tuple[Person | None, datetime],
    external_id: str = "",
    recorded_at: datetime = LONG_AGO,
    **detail: Any,
) -> Lead:
    """A lead that came in then, and each that held it, from when."""
    known = {"organisation": organisation, "recorded_at": recorded_at}
    made = Lead.objects.create(
        source="crm", external_id=external_id or f"L{next(NUMBERS)}", **known
    )
    LeadDetail.objects.create(lead=made, inbound_at=inbound_at, **known, **detail)
    ends = [from_at for _person, from_at in held[1:]]
    for (holder, from_at), to_at in zip(held, [*ends, None], strict=False):
        LeadAssignment.objects.create(
            lead=made, person=holder, from_at=from_at, to_at=to_at, **known
        )
    return made


def activity(
    about: Lead | Opportunity,
    at: datetime,
    *,
    kind: str = "call",
    direction: str = "outbound",
    recorded_at: datetime = LONG_AGO,
    **detail: Any,
) -> ActivityDetail:
    """Something done with a lead or an opportunity."""
    known = {"organisation": about.organisation, "recorded_at": recorded_at}
    made = Activity.objects.create(source="crm", external_id=f"A{next(NUMBERS)}", **known)
    on = "lead" if isinstance(about, Lead) else "opportunity"
    said = {"kind": kind, "direction": direction, "at": at, on: about, **detail}
    return ActivityDetail.objects.create(activity=made, **known, **said)


def day(text: str, hour: int = 12) -> datetime:
    """Noon UTC of an ISO day."""
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=UTC)


def won(organisation: Organisation, owner: Person | None, at: datetime, **more: Any) -> Opportunity:
    return deal(organisation, owner, ("open", 1, day("2020-01-01")), ("won", at), **more)


def lost(
    organisation: Organisation, owner: Person | None, at: datetime, **more: Any
) -> Opportunity:
    return deal(organisation, owner, ("open", 1, day("2020-01-01")), ("lost", at), **more)
