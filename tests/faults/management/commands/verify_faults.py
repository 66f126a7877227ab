"""Whether what was derived bit by bit is what is derived from the facts afresh."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metrics.models import Atom, Snapshot, Stale
from metrics.recomputing import recompute_all
from teams.models import Organisation

NOT_FACTS = {"id", "computed_at"}


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if Stale.objects.exists():
            raise CommandError("Marks of stale numbers are left.")
        kept = contents()
        for organisation in Organisation.objects.all():
            recompute_all(organisation)
        if contents() != kept:
            raise CommandError("The kept numbers are not those of the facts.")
        self.stdout.write(str(len(kept[1])))


def contents() -> tuple[list[tuple[Any, ...]], ...]:
    """Every atom and snapshot, without what differs between two equal ones."""
    return tuple(
        sorted(
            model.objects.order_by().values_list(
                *(field.name for field in model._meta.fields if field.name not in NOT_FACTS)
            ),
            key=repr,
        )
        for model in (Atom, Snapshot)
    )
