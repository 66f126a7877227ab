"""A definition with a new version replaces the numbers of the one before it."""

from django.db import transaction

from metrics.declared import METRICS
from metrics.marking import promise_recompute_all
from metrics.models import Atom, Published
from teams.models import Organisation


@transaction.atomic
def publish_definitions() -> None:
    """Promise to recompute every organisation once for definitions that stored numbers are not of.

    Only newer ones: while an update rolls out, the old code must not undo what the new one did.
    """
    stored = dict(Published.objects.values_list("metric", "version"))
    newer = [metric for metric in METRICS if metric.version > stored.get(metric.slug, 0)]
    if not newer:
        return
    Published.objects.bulk_create(
        [Published(metric=metric.slug, version=metric.version) for metric in newer],
        update_conflicts=True,
        unique_fields=["metric"],
        update_fields=["version"],
    )
    counted = Atom.objects.order_by().values("organisation").distinct()
    for organisation in Organisation.objects.filter(pk__in=counted):
        promise_recompute_all(organisation)
