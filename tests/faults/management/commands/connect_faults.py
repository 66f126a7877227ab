"""CRMs that are connected to the organisation: of each the format, its address and its secret."""

from typing import Any

from django.core.management.base import BaseCommand

from sales.connecting.connecting import connect, give_secret, take_secret
from sales.models import Connection
from teams.models import Organisation
from tests.sales.connecting.sending import CLIENT_SECRET


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.get(slug="acme")
        for sender in (Connection.Format.HUBSPOT, Connection.Format.DAYA):
            made = connect(organisation, name=f"Our {sender}", sender=sender, source=sender)
            secret = CLIENT_SECRET
            if sender == Connection.Format.HUBSPOT:
                take_secret(made, secret)
            else:
                secret = give_secret(made)
            self.stdout.write(f"{sender} {made.address} {secret}")
