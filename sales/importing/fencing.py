"""Who may change an import: its state says what may be done, its attempt who is doing it.

A worker that lost its lease without noticing still holds an older attempt and is refused.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from sales.models import ImportRun


class Overtaken(Exception):
    """Another worker, or a person's decision, has taken the import over; write nothing more."""


def move(run: ImportRun, before: Iterable[str], after: str, **changes: Any) -> bool:
    """Bring the import from one of the states ``before`` to ``after``. Whoever worked on it is
    overtaken. False, and nothing is changed, where it is in another state."""
    found = ImportRun.objects.filter(pk=run.pk, state__in=list(before))
    moved = bool(found.update(state=after, attempt=F("attempt") + 1, **changes))
    run.refresh_from_db()
    return moved


def save(run: ImportRun, **changes: Any) -> None:
    """Write what came of the attempt that ``run`` holds. Raises Overtaken.

    In a transaction nobody can take the import over until that ends.
    """
    held = ImportRun.objects.filter(pk=run.pk, state=run.state, attempt=run.attempt)
    if not held.update(**changes):
        raise Overtaken
    for name, value in changes.items():
        setattr(run, name, value)
