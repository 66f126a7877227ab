"""Loading the demo organisation the way a customer would: people, imports, a recompute."""

from datetime import date, datetime, timedelta
from importlib import resources

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from config.demo.history import Calendar, events, log
from config.demo.leads import HOLIDAYS, files, leads
from config.demo.people import (
    ADMINS,
    CURRENCY,
    NAME,
    ORGANISATION,
    PASSWORD,
    REGIONS,
    SQUADS,
    ZONE,
    mail,
)
from metrics.freshening import bring_up_to_date
from sales.importing.committing import commit
from sales.importing.mapping import from_toml
from sales.importing.planning import plan
from sales.importing.receiving import receive, set_mapping
from sales.models import ImportRun
from teams.founding import found_organisation
from teams.joining import join, move
from teams.keeping_hours import set_holidays
from teams.models import Organisation, Person, Role, Team, User
from teams.tree import add_team

MOVED, MOVED_TO, MOVED_DAYS_AGO = "Joko Susilo", "Jakarta", 210
"""Somebody changed teams: what he closed before stays with the team he left."""

NAMES = {
    "stage_events": "crm-stage-log.csv",
    "leads": "crm-leads.csv",
    "lead_assignments": "crm-lead-owners.csv",
    "activities": "crm-activities.csv",
}


def load_demo(now: datetime | None = None) -> Organisation:
    """Found the organisation, import its history and compute its numbers.

    What is there already stays; what an interrupted load left undone is done.
    """
    moment = now or timezone.now()
    found = Organisation.objects.filter(slug=ORGANISATION).first()
    organisation = found or _found(moment)
    committed = organisation.import_runs.filter(state=ImportRun.State.COMMITTED)
    there = set(committed.values_list("kind", flat=True))
    for kind, content in exports(moment).items():
        if kind not in there:
            _import(organisation, kind, content)
    bring_up_to_date(organisation)
    return organisation


@transaction.atomic
def _found(now: datetime) -> Organisation:
    organisation = found_organisation(ORGANISATION, name=NAME, timezone=ZONE, currency=CURRENCY)
    _close_on_holidays(organisation, now)
    _open_accounts(_people(organisation, now))
    return organisation


def _close_on_holidays(organisation: Organisation, now: datetime) -> None:
    days = [
        (date(year, month, day), name)
        for year in range(now.year - 2, now.year + 2)
        for (month, day), name in HOLIDAYS.items()
    ]
    set_holidays(organisation.calendars.get(), days=days)


def _people(organisation: Organisation, now: datetime) -> list[Person]:
    people = [_person(organisation.root, name, Role.ADMIN) for name in ADMINS]
    teams: dict[str, Team] = {}
    for name, manager in REGIONS.items():
        teams[name] = add_team(organisation.root, name=name)
        people.append(_person(teams[name], manager, Role.MANAGER))
    for squad in SQUADS:
        teams[squad.name] = add_team(teams[squad.region], name=squad.name)
        people.append(_person(teams[squad.name], squad.manager, Role.MANAGER))
        people += [_person(teams[squad.name], rep, Role.REP) for rep in squad.reps]
    moved = next(person for person in people if person.name == MOVED)
    before = moved.memberships.in_force().get()
    move(before, team=teams[MOVED_TO], at=now - timedelta(days=MOVED_DAYS_AGO))
    return people


def _person(team: Team, name: str, role: str) -> Person:
    person = Person.objects.create(organisation=team.organisation, name=name, email=mail(name))
    join(person, team=team, role=role)
    return person


def _open_accounts(people: list[Person]) -> None:
    """Everybody may sign in with the demo's password."""
    password = make_password(PASSWORD)
    for person in people:
        user = User.objects.create(
            email=person.email,
            name=person.name,
            password=password,
            is_staff=person.name == ADMINS[0],
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        person.user = user
        person.save(update_fields=["user"])


def exports(now: datetime) -> dict[str, bytes]:
    """What the CRM has said up to ``now``: files by kind, each after those it builds on."""
    calendar = Calendar.before(now)
    deals = list(events(calendar))
    return {"stage_events": log(deals), **files(leads(calendar, deals))}


def _import(organisation: Organisation, kind: str, content: bytes) -> None:
    """By the same steps as a file that an admin uploads. Where an earlier load ended half way on
    another day, rows about what was imported then and is not known now are left out."""
    mapping = from_toml(resources.files("config.demo").joinpath(f"{kind}.toml").read_text())
    run = receive(
        organisation,
        kind=kind,
        name=NAMES[kind],
        chunks=[content],
        by=organisation.people.get(name=ADMINS[0]),
    )
    run.valid_only = True
    run.save(update_fields=["valid_only"])
    set_mapping(run, mapping)
    plan(run)
    commit(run)
