"""``manage.py recompute [--organization ORG] [--metric M] [--since DATE]``"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metrics.declared import BY_SLUG, METRICS
from metrics.recomputing import recompute_all
from teams.founding import organisation_called
from teams.models import Organisation


class Command(BaseCommand):
    help = "Derive atoms and snapshots again from the facts, here and now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", help="all of them if not named")
        parser.add_argument("--metric", choices=sorted(BY_SLUG), help="all of them if not named")
        parser.add_argument("--since", type=date.fromisoformat, help="periods from that day on")

    def handle(self, *args: Any, **options: Any) -> None:
        metrics = [BY_SLUG[options["metric"]]] if options["metric"] else METRICS
        for organisation in self.organisations(options["organization"]):
            recompute_all(organisation, metrics=metrics, since=options["since"])
            self.stdout.write(f"Recomputed {organisation.slug}.")

    def organisations(self, slug: str | None) -> list[Organisation]:
        if slug is None:
            return list(Organisation.objects.order_by("slug"))
        try:
            return [organisation_called(slug)]
        except LookupError as error:
            raise CommandError(str(error)) from error
