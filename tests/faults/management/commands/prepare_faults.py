"""An organisation with checked imports that wait to be committed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand

from sales.importing.mapping import OPPORTUNITIES, Mapping
from sales.importing.planning import plan
from sales.importing.receiving import receive, set_mapping
from teams.models import Organisation, Role
from tests import world
from tests.faults.files import FILES, ids_of

REPS = 6
MAPPING = Mapping(
    kind=OPPORTUNITIES,
    columns={"id": "id", "owner": "owner", "stage": "stage", "closed_at": "closed"},
    stages={"Won": "won", "Lost": "lost"},
    pipeline_stages=world.STAGES,
    entered={world.STAGES[0]: "opened"},
    date_format="iso",
)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        acme = world.found("acme", timezone="Europe/Berlin")
        world.person(acme.root, "Cora", role=Role.ADMIN, account=True)
        for number in range(REPS):
            team = world.team(acme.root, f"Team {number}")
            world.person(team, f"Rep {number}")
        for name, rows in FILES.items():
            self.leave(acme, name, rows)

    def leave(self, organisation: Organisation, name: str, rows: int) -> None:
        run = receive(organisation, kind=OPPORTUNITIES, name=f"{name}.csv", chunks=csv(name, rows))
        set_mapping(run, MAPPING)
        plan(run)


def csv(name: str, rows: int) -> Iterator[bytes]:
    yield b"id,owner,stage,opened,closed\n"
    for number, external_id in enumerate(ids_of(name, rows)):
        opened = date(2024, 1, 1) + timedelta(days=number % 700)
        closed = opened + timedelta(days=number % 90)
        stage = "Won" if number % 3 else "Lost"
        line = f"{external_id},Rep {number % REPS},{stage},{opened},{closed}\n"
        yield line.encode()
