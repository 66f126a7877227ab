"""``manage.py create_organization acme --timezone Europe/Amsterdam --admin ana@example.com``"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from teams.founding import found_organisation
from teams.inviting import invitations_of, link_of, path_of
from teams.models import Invitation


class Command(BaseCommand):
    help = "Found an organisation with its root team and, if named, its first admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", help="short name, for addresses and commands")
        parser.add_argument("--name", default="", help="name shown to people")
        parser.add_argument("--timezone", default="UTC", help="such as Europe/Amsterdam")
        parser.add_argument("--currency", default="EUR", help="such as EUR")
        parser.add_argument("--fiscal-year-start", type=int, default=1, help="month, 1 to 12")
        parser.add_argument("--admin", default="", help="mail address of the first admin")
        parser.add_argument("--admin-name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = found_organisation(
                options["organization"],
                name=options["name"],
                timezone=options["timezone"],
                currency=options["currency"].upper(),
                fiscal_year_start=options["fiscal_year_start"],
                admin_email=options["admin"],
                admin_name=options["admin_name"],
            )
        except ValidationError as error:
            raise CommandError(described(error)) from error
        self.stdout.write(f"Founded {organisation.slug}, time zone {organisation.timezone}.")
        for invitation in invitations_of(organisation):
            self.stdout.write(f"{invitation.email} may open an account: {where(invitation)}")


def where(invitation: Invitation) -> str:
    """The link; without its beginning where nobody said where Daya is served."""
    if settings.SITE_URL_IS_STATED:
        return link_of(invitation)
    path = path_of(invitation)
    return f"{path} (after the address at which Daya is served; DAYA_SITE_URL is not set)"


def described(error: ValidationError) -> str:
    """Field and reason of everything that is wrong."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "; ".join(
        f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()
    )
