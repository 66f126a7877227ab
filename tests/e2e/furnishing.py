"""An organisation small enough to look at whole, with something in every state a page can show."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils.timezone import now

from jobs.models import Job
from sales.connecting.connecting import connect, give_secret
from sales.connecting.taking_in import take_in
from sales.models import Lead
from teams import joining
from teams.inviting import invite
from teams.keeping_hours import add_calendar, take_leave, work_by
from teams.keys import count_use, make_key, revoke_key
from teams.models import Organisation, Person, Role, Team, WebhookAttempt, WebhookMessage
from teams.webhooks import add_webhook, switch_off
from tests import world
from tests.e2e.files import furnish_imports

Word = Callable[[str], str]
"""Makes a name of a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    admin: Person
    manager: Person
    reps: tuple[Person, Person]


def furnish(slug: str, *, word: Word) -> None:
    organisation = world.found(slug, timezone="Europe/Berlin")
    Organisation.objects.filter(pk=organisation.pk).update(name=word(slug.title()))
    staff = furnish_people(organisation, word)
    furnish_hours(organisation, staff, word)
    furnish_deals(organisation, staff, word)
    furnish_leads(organisation, staff, word)
    furnish_imports(organisation, staff.admin, word)
    furnish_jobs(word)
    furnish_keys(organisation, staff.admin, word)
    furnish_webhooks(organisation, staff.admin, word)
    furnish_connections(organisation, staff.admin, word)
    call_command("recompute", organization=slug, verbosity=0)


def furnish_people(organisation: Organisation, word: Word) -> Staff:
    """Of every kind; those with an account are ada, rita, mona and rae."""
    root = organisation.root
    region = world.team(root, word("Region"))
    north, south = (world.team(region, word(name)) for name in ("North", "South"))

    def person(team: Team | None, name: str, role: str = Role.REP, **more: object) -> Person:
        made = world.person(team, name, role=role, organisation=organisation, **more)
        made.name = word(name)
        made.save(update_fields=["name"])
        if made.user:
            made.user.name = made.name
            made.user.save(update_fields=["name"])
        return made

    admin = person(root, "Ada", Role.ADMIN, account=True)
    admin.user.is_staff = True
    admin.user.save(update_fields=["is_staff"])
    person(region, "Rita", Role.MANAGER, account=True)
    manager = person(north, "Mona", Role.MANAGER, account=True)
    rae, moved = person(north, "Rae", account=True), person(north, "Max")
    joining.move(moved.memberships.get(), team=south, at=now() - timedelta(days=20))
    person(None, "Nowhere")
    invite(person(south, "Ivo"), by=admin)
    joining.deactivate(person(south, "Dora"))
    return Staff(admin=admin, manager=manager, reps=(rae, moved))


def furnish_hours(organisation: Organisation, staff: Staff, word: Word) -> None:
    """A calendar one person works by, one of nobody; days off to come and over."""
    rae, moved = staff.reps
    holidays = [(now().date(), word("Feast")), (now().date() + timedelta(days=30), "")]
    shifts = add_calendar(organisation, name=word("Shifts"), zone="UTC", holidays=holidays)
    add_calendar(organisation, name=word("Of no one"), zone="Asia/Kathmandu")
    work_by(rae, calendar=shifts)
    for person, days in ((rae, 7), (rae, -30), (moved, 0)):
        take_leave(person, first=ago(-days).date(), last=ago(-days - 2).date())


def ago(days: float) -> datetime:
    return now() - timedelta(days=days)


def furnish_deals(organisation: Organisation, staff: Staff, word: Word) -> None:
    """Won, lost, won after a loss, open, of nobody, a test record, deleted, unpriced."""

    rae, moved = staff.reps
    for days in (3, 5, 8, 100, 102, 200):
        more = {"name": word("Pumps"), "account": word("Mill"), "product": word("Pump")}
        world.won(organisation, rae, ago(days), amount=120_000, **more)
        world.lost(organisation, moved, ago(days + 1), amount=80_000, **more)
    begun = ("open", 1, ago(60))
    won_after_a_loss = (begun, ("lost", ago(40), word("price")), ("open", 2, ago(30)))
    world.deal(organisation, rae, *won_after_a_loss, ("won", ago(2)), name=word("Again"))
    world.deal(organisation, rae, begun, name=word("Open"), amount=5_000)
    world.deal(organisation, None, begun, ("won", ago(4)), name=word("Of nobody"))
    world.deal(organisation, rae, begun, ("won", ago(4)), name=word("Test"), is_test=True)
    world.deal(organisation, rae, begun, ("lost", ago(4)), name=word("Deleted"), deleted=True)
    world.deal(organisation, rae, name=word("No stage"))


def furnish_leads(organisation: Organisation, staff: Staff, word: Word) -> None:
    """Waiting, answered and won, closed unanswered, spam, merged and deleted, of nobody."""
    rae, moved = staff.reps

    def lead(days: float, *held: tuple[Person, datetime], **detail: object) -> Lead:
        said = {"name": word("Mara"), "account": word("Mill"), "origin": word("web form")}
        return world.lead(organisation, ago(days), *held, **said | detail)

    deal = world.won(organisation, rae, ago(6), name=word("Of a lead"), amount=70_000)
    lead(1, (rae, ago(0.9)))
    closing = {"closed_at": ago(8), "closing_reason": word("no budget")}
    lead(9, (moved, ago(8.9)), **closing)
    lead(3, left_out="spam")
    lead(4, (rae, ago(3.9)), merged_into=word("L1"), deleted=True)
    lead(5)
    converted = lead(
        12, (moved, ago(11.9)), (rae, ago(11.5)), opportunity=deal.external_id, closed_at=ago(10)
    )
    for about in (converted, deal):
        world.activity(about, ago(11), actor=word("Rae"), person=rae)
        world.activity(about, ago(10.5), kind="email", direction="inbound", actor=word("Mara"))
        world.activity(about, ago(10.4), kind="email", automated=True)
        world.activity(about, ago(10.3), kind="note", actor=word("Rae"), voided_at=ago(2))


def furnish_keys(organisation: Organisation, admin: Person, word: Word) -> None:
    """One that was used, one that never was, one that was revoked."""
    for name in ("CRM", "Warehouse", "Trial"):
        key, _text = make_key(organisation, name=word(name), scopes=["sales:write"], by=admin)
        if name == "CRM":
            count_use(key, now())
        elif name == "Trial":
            revoke_key(key)


def furnish_webhooks(organisation: Organisation, admin: Person, word: Word) -> None:
    """One that took a message, refused one, and waits with one; one that was switched off."""
    made = {"events": ["import.finished", "snapshots.changed"], "by": admin}
    hook, _secret = add_webhook(
        organisation, url="https://hooks.example.com/daya", description=word("Warehouse"), **made
    )
    off, _secret = add_webhook(organisation, url="https://old.example.com/" + "a" * 80, **made)
    switch_off(off, because="failing")
    states = (
        ("delivered", {"ended_at": now()}, {"status": 200, "answer": ""}),
        ("given_up", {"ended_at": now()}, {"status": 500, "answer": word("out of order ")}),
        ("waiting", {"next_at": ago(-1), "tries": 1}, {"error": "tls"}),
    )
    for state, more, attempt in states:
        message = WebhookMessage.objects.create(
            endpoint=hook, event="import.finished", message_id=f"msg_{state}_{hook.pk}",
            body='{"type":"import.finished","data":{"id":1}}', state=state, **more,
        )  # fmt: skip
        WebhookAttempt.objects.create(message=message, at=now(), milliseconds=31, **attempt)


def furnish_connections(organisation: Organisation, admin: Person, word: Word) -> None:
    """A CRM that sent what its mapping does not explain and what cannot be read; one that never
    sent anything."""
    made = connect(
        organisation, name=word("Salesforce"), sender="salesforce", source="salesforce", by=admin
    )
    give_secret(made)
    connect(organisation, name=word("HubSpot"), sender="hubspot", source="hubspot", by=admin)
    header = {
        "entityName": "Opportunity",
        "recordIds": ["006A"],
        "commitTimestamp": 1_700_000_000_000,
    }
    moved = {"ChangeEventHeader": header | {"changeType": "CREATE"}, "StageName": word("A stage")}
    lost = {"ChangeEventHeader": header | {"changeType": "GAP_UPDATE"}}
    for number, body in enumerate((moved, lost)):
        made.messages.create(external_id=f"msg_{number}", body=json.dumps(body))
    take_in(made)


def furnish_jobs(word: Word) -> None:
    """One that was given up and one that waits for its next attempt, both with an error."""
    error = word("ValueError: in a line that goes on and on, past what a table shows of it ")
    dead = {"state": Job.State.DEAD, "finished_at": now(), "attempts": 5}
    Job.objects.create(task="tests.given_up", error=error, **dead)
    Job.objects.create(
        task="tests.tried_again",
        state=Job.State.FAILED,
        attempts=2,
        error=error,
        run_after=now() + timedelta(days=1),
    )
