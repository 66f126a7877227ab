"""A definition with a new version replaces the numbers of the one before it."""

from django.db.models import Exists, OuterRef

from jobs.models import Job
from metrics.declared import DEFINITIONS
from metrics.marking import promise_recompute_all
from metrics.models import Atom, Counted
from teams.models import Organisation


def publish_definitions() -> None:
    """Promise to recompute every organisation whose numbers are of other definitions.

    While an update rolls out, a worker of the old code may write old numbers once more; it says so,
    and the organisation is recomputed again. One that was given up waits for a person.
    """
    current = Counted.objects.filter(organisation=OuterRef("pk"), definitions=DEFINITIONS)
    counts = Atom.objects.filter(organisation=OuterRef("pk"))
    promised = Job.objects.unfinished().filter(task="metrics.recompute_all")
    standing = {job["organisation"] for job in promised.values_list("args", flat=True)}
    for organisation in Organisation.objects.filter(Exists(counts), ~Exists(current)):
        if organisation.pk not in standing:
            promise_recompute_all(organisation)
