"""Changed facts make numbers stale: heard in the transaction of the change, kept by a job."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.dispatch import receiver
from django.utils import timezone

from jobs.models import Job
from jobs.promising import promise
from metrics.lead_atoms import LEADS
from metrics.models import Stale
from metrics.opportunity_atoms import OPPORTUNITIES
from metrics.recomputing import mark_stale
from sales.signals import leads_changed, opportunities_changed
from teams.models import Organisation
from teams.recorded import BEGINNING
from teams.signals import calendar_changed, hours_changed, memberships_changed, tree_changed

SUBJECTS = (OPPORTUNITIES, LEADS)
HAD = """
INSERT INTO metrics_stale (organisation_id, subject, entity)
SELECT %s, %s, {key} FROM {held} WHERE person_id = ANY(%s) GROUP BY {key}"""


@receiver(opportunities_changed, dispatch_uid="metrics.opportunities_changed")
def on_opportunities(
    sender: Any, *, organisation: Organisation, opportunities: Iterable[int], **kwargs: Any
) -> None:
    mark_stale(organisation, OPPORTUNITIES, opportunities)
    promise_recompute(organisation)


@receiver(leads_changed, dispatch_uid="metrics.leads_changed")
def on_leads(
    sender: Any, *, organisation: Organisation, leads: Iterable[int], **kwargs: Any
) -> None:
    mark_stale(organisation, LEADS, leads)
    promise_recompute(organisation)


@receiver(memberships_changed, dispatch_uid="metrics.memberships_changed")
def on_memberships(
    sender: Any, *, organisation: Organisation, people: Iterable[int], **kwargs: Any
) -> None:
    """Whatever these people ever had may count for another team now."""
    with connection.cursor() as cursor:
        marked = 0
        for subject in SUBJECTS:
            cursor.execute(
                HAD.format(held=subject.held, key=subject.key),
                [organisation.pk, subject.number, list(people)],
            )
            marked += cursor.rowcount
    if marked:
        promise_recompute(organisation)


@receiver(tree_changed, dispatch_uid="metrics.tree_changed")
@receiver(calendar_changed, dispatch_uid="metrics.calendar_changed")
@receiver(hours_changed, dispatch_uid="metrics.hours_changed")
def on_everything(sender: Any, *, organisation: Organisation, **kwargs: Any) -> None:
    """A moved team moves every scope, another zone every period, other hours every response."""
    promise_recompute_all(organisation)


def promise_recompute_all(organisation: Organisation) -> None:
    promise(
        "metrics.recompute_all",
        key=f"metrics.recompute_all:{organisation.pk}",
        args={"organisation": organisation.pk},
    )


def promise_recompute(organisation: Organisation) -> None:
    promise("metrics.recompute", key=key_of(organisation), args={"organisation": organisation.pk})


def sweep_marks() -> None:
    """Promise a recompute wherever marks wait that no job stands for.

    Where a recompute was given up, only a person or newly changed facts, which may have removed the
    cause, begin another: trying the same again every half minute would make the limit of attempts
    none. The marks stay until a recompute has used them up.
    """
    marked = Stale.objects.order_by().values("organisation").distinct()
    promised = set(
        Job.objects.unfinished().filter(task="metrics.recompute").values_list("key", flat=True)
    )
    for organisation in Organisation.objects.filter(pk__in=marked):
        if key_of(organisation) not in promised:
            promise_recompute(organisation)


DUE = """
SELECT o.id FROM teams_organisation o LEFT JOIN metrics_counted c ON c.organisation_id = o.id
WHERE EXISTS (SELECT FROM metrics_atom a WHERE a.organisation_id = o.id AND a.matures_at <= %(now)s
              AND a.matures_at > COALESCE(c.matured_until, %(beginning)s))"""


def sweep_matured() -> None:
    """Promise to count what has matured meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": timezone.now(), "beginning": BEGINNING})
        due = [row[0] for row in cursor]
    for organisation in due:
        promise(
            "metrics.mature",
            key=f"metrics.mature:{organisation}",
            args={"organisation": organisation},
        )


def key_of(organisation: Organisation) -> str:
    return f"metrics.recompute:{organisation.pk}"
