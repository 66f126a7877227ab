"""A webhook of the organisation, told when imports end."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from teams.models import Organisation
from teams.webhooks import add_webhook


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        organisation = Organisation.objects.get(slug="acme")
        _made, secret = add_webhook(organisation, url=url, events=["import.finished"])
        self.stdout.write(secret)
