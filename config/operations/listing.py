"""Which jobs the operations page lists, and how many there are behind each choice."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from jobs.models import Job, JobQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``state`` and ``task`` are empty for all; ``routine`` shows the schedule's work too."""

    state: str = ""
    task: str = ""
    routine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """``states`` and ``tasks`` count what each choice would list beside the others made."""

    jobs: JobQuerySet
    states: list[tuple[str, str, int]]
    tasks: dict[str, int]
    routine: int


def asked_by(query: Mapping[str, str]) -> Asked:
    """What a query string asks for; a state that is none is not asked for."""
    state = query.get("state", "")
    return Asked(
        state=state if state in Job.State.values else "",
        task=query.get("task", "").replace("\0", ""),
        routine=query.get("routine") == "shown",
    )


def listing(asked: Asked) -> Listing:
    known = Job.objects.all() if asked.routine else Job.objects.but_routine()
    of_task = known.filter(task=asked.task) if asked.task else known
    of_state = known.filter(state=asked.state) if asked.state else known
    states = _counts(of_task, "state")
    return Listing(
        jobs=of_task & of_state,
        states=[(code, str(name), states.get(code, 0)) for code, name in Job.State.choices],
        tasks=({asked.task: 0} if asked.task else {}) | _counts(of_state, "task"),
        routine=Job.objects.routine().count(),
    )


def _counts(jobs: JobQuerySet, by: str) -> dict[str, int]:
    return dict(jobs.order_by(by).values_list(by).annotate(Count("pk")))
