"""What the installation holds besides the demo: organisations in which every page has its say."""

from django.core.management import call_command

from teams.models import Organisation, Person, Role
from tests import world
from tests.e2e.furnishing import furnish
from tests.e2e.payloads import Payloads

INTAKES = ("intake", "plain")
"""Organisations into which a test imports: one with JavaScript, one without."""


def seed() -> None:
    furnish("atlas", word=str)
    furnish("hostile", word=Payloads())
    world.person(world.found("blank").root, "Bea", role=Role.ADMIN, account=True)
    world.user("nobody@daya.example", name="Nobody")
    for slug in INTAKES:
        found_intake(slug)
    found_newcomers()


def found_intake(slug: str) -> None:
    """Ada administers, Mona manages North, where Ben sells: one won and one lost in May 2020."""
    organisation = world.found(slug, timezone="Europe/Berlin")
    north = world.team(organisation.root, "North")
    world.person(organisation.root, "Ada", role=Role.ADMIN, account=True)
    world.person(north, "Mona", role=Role.MANAGER, account=True)
    ben = world.person(north, "Ben")
    one_won_one_lost(organisation, ben)
    call_command("recompute", organization=slug, verbosity=0)


def one_won_one_lost(organisation: Organisation, owner: Person) -> None:
    world.won(organisation, owner, world.day("2020-05-11"))
    world.lost(organisation, owner, world.day("2020-05-12"))


def found_newcomers() -> None:
    """Ada administers an organisation that takes somebody in."""
    organisation = world.found("newcomers")
    world.team(organisation.root, "North")
    world.person(organisation.root, "Ada", role=Role.ADMIN, account=True)
