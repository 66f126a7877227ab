"""Changes to facts that the tests of numbers make: another owner, other details, a void."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sales.models import Opportunity, OpportunityDetail, OpportunityOwner
from teams.models import Person


def hand_over(opportunity: Opportunity, *, to: Person | None, at: datetime) -> None:
    """From ``at`` on somebody else owns it, or nobody."""
    opportunity.owners.in_force().get(to_at=None).close(at)
    if to is not None:
        OpportunityOwner.objects.create(
            organisation_id=opportunity.organisation_id,
            opportunity=opportunity,
            person=to,
            from_at=at,
        )


def correct(
    opportunity: Opportunity, *, recorded_at: datetime | None = None, **changes: Any
) -> None:
    """Replace what is said of it, known since ``recorded_at`` (now)."""
    now = recorded_at or timezone.now()
    old = opportunity.details.in_force().get()
    opportunity.details.all().void(now)
    kept = ("name", "account", "product", "amount", "currency", "created_at", "is_test", "deleted",
            "merged_into")  # fmt: skip
    values = {field: getattr(old, field) for field in kept} | changes
    OpportunityDetail.objects.create(
        organisation_id=opportunity.organisation_id,
        opportunity=opportunity,
        recorded_at=now,
        **values,
    )
