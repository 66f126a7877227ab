"""One world for the whole walk: two organisations in which every text is a word of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.test import Client

from jobs.models import Job, SlotRun
from metrics.recomputing import recompute_all
from sales.answering import log_response
from sales.connecting.connecting import connect, give_secret
from sales.importing.mapping import OPPORTUNITIES, guess
from sales.importing.receiving import receive
from sales.models import (
    Activity,
    ActivityDetail,
    Connection,
    ImportRun,
    Lead,
    LeadAssignment,
    LeadDetail,
    MappingProfile,
    Message,
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    Pipeline,
    Rejection,
    SentRecord,
    StagedActivity,
    StagedAssignment,
    StagedEvent,
    StagedLead,
    StagedOpportunity,
    StageEvent,
)
from teams import joining
from teams.inviting import invite, token_of
from teams.keeping_hours import add_calendar, take_leave
from teams.keys import make_key, revoke_key
from teams.models import (
    ApiKey,
    BusinessCalendar,
    Holiday,
    KeptAnswer,
    Leave,
    Membership,
    Organisation,
    Person,
    Role,
    Team,
    User,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)
from teams.webhooks import add_webhook
from tests import world
from tests.access.words import Words
from tests.world import day

State = ImportRun.State


@dataclass
class Seeded:
    """What there is, by the labels of ``table``."""

    words: Words = field(default_factory=Words)
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    deals: dict[str, Opportunity] = field(default_factory=dict)
    leads: dict[str, Lead] = field(default_factory=dict)
    answers: dict[str, ActivityDetail] = field(default_factory=dict)
    runs: dict[str, ImportRun] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    webhooks: dict[str, WebhookEndpoint] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    told: dict[str, WebhookMessage] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    calendars: dict[str, BusinessCalendar] = field(default_factory=dict)
    leaves: dict[str, Leave] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def account(self, name: str, person: Person | None = None, **more: Any) -> User:
        """An account whose name and address nobody else may read, not even the organisation."""
        home = f"account of {name}"
        user = world.user(self.words.mail(home), name=self.words.of(home), **more)
        if person:
            person.user = user
            person.save(update_fields=["user"])
        return user

    def person(self, label: str, team: str, home: str, role: str = Role.REP) -> Person:
        made = Person.objects.create(
            organisation=self.teams[team].organisation,
            name=self.words.of(home),
            email=self.words.mail(home),
            external_id=self.words.of(home),
        )
        self.memberships[label] = joining.join(made, team=self.teams[team], role=role)
        self.people[label], self.homes[label] = made, home
        return made

    def program(self, label: str, organisation: str, home: str, *scopes: str) -> ApiKey:
        """A client that sends the key with everything it asks."""
        where, name = self.teams[organisation].organisation, self.words.of(home)
        key, text = make_key(where, name=name, scopes=scopes)
        self.clients[label] = Client(headers={"Authorization": f"Bearer {text}"})
        self.cookies[label] = {}
        return key

    def client(self, label: str, user: User | None) -> None:
        self.clients[label] = Client()
        if user:
            self.clients[label].force_login(user)
        cookies = self.clients[label].cookies.items()
        self.cookies[label] = {name: morsel.value for name, morsel in cookies}


def seed() -> Seeded:
    """Everything. Takes a second or two; made once for a module."""
    here = Seeded()
    _organisations(here)
    _people(here)
    _personas(here)
    _programs(here)
    _webhooks(here)
    _connections(here)
    for organisation, nobody in (("acme", "root of acme"), ("globex", "globex")):
        _files(here, organisation, nobody)
    _deals(here)
    _jobs(here)
    for label in ("acme", "globex"):
        recompute_all(here.teams[label].organisation)
    return here


def _organisations(here: Seeded) -> None:
    for label, below in (("acme", ["north", "south", "empty"]), ("globex", ["west"])):
        organisation = world.found(here.words.of(label))
        organisation.name = organisation.root.name = here.words.of(label)
        organisation.save()
        organisation.root.save()
        pipeline = organisation.pipelines.get()
        Pipeline.objects.filter(pk=pipeline.pk).update(name=here.words.of(label))
        _hours(here, label, organisation)
        for stage in pipeline.current.stages.all():
            stage.name = here.words.of(label)
            stage.save()
        here.teams[label] = organisation.root
        for name in below:
            here.teams[name] = world.team(organisation.root, here.words.of(name))
    here.teams["inner"] = world.team(here.teams["north"], here.words.of("inner"))
    here.teams["inner south"] = world.team(here.teams["south"], here.words.of("inner south"))
    here.homes |= {label: label for label in here.teams}


def _hours(here: Seeded, label: str, organisation: Organisation) -> None:
    """Those of the organisation; at Acme others, that nobody works by and only an admin reads."""
    calendars = {f"hours of {label}": (label, organisation.root.calendar)}
    if label == "acme":
        others = add_calendar(organisation, name="Others", zone="UTC")
        calendars["hours of nobody"] = ("root of acme", others)
    for name, (home, calendar) in calendars.items():
        BusinessCalendar.objects.filter(pk=calendar.pk).update(name=here.words.of(home))
        Holiday.objects.create(calendar=calendar, day=date(2024, 1, 1), name=here.words.of(home))
        here.calendars[name], here.homes[name] = calendar, home


def _people(here: Seeded) -> None:
    for label, team, home in (
        ("rep", "north", "rep"),
        ("ned", "north", "people of north"),
        ("eve", "north", "eve"),
        ("ina", "inner", "inner"),
        ("sam", "south", "south"),
        ("wes", "west", "west"),
    ):
        here.person(label, team, home)
    for label in ("rep", "ned", "ina", "sam", "wes"):
        day_off = date(2024, 7, 1)
        here.leaves[label] = take_leave(here.people[label], first=day_off, last=day_off)
    here.account("ned", here.people["ned"])
    both = here.person("in two teams", "north", "people of north")
    joining.join(both, team=here.teams["inner south"], role=Role.REP)
    here.person("manager", "north", "people of north", Role.MANAGER)
    here.person("former manager", "north", "people of north", Role.MANAGER)
    here.person("team admin", "north", "people of north", Role.ADMIN)
    here.person("admin", "acme", "root of acme", Role.ADMIN)
    here.person("deactivated", "south", "south", Role.MANAGER)
    here.person("other admin", "globex", "globex", Role.ADMIN)
    here.token = token_of(invite(here.people["eve"], by=here.people["admin"]))


def _personas(here: Seeded) -> None:
    for label in ("rep", "manager", "former manager", "team admin", "admin", "deactivated"):
        here.client(label, here.account(label, here.people[label]))
    here.client("other admin", here.account("other admin", here.people["other admin"]))
    here.client("staff", here.account("staff", is_staff=True, is_superuser=True))
    here.client("anonymous", None)
    here.client("expired session", here.people["admin"].user)
    here.clients["expired session"].session.delete()
    gone = here.people["former manager"]
    joining.leave(here.memberships["former manager"])
    here.memberships["former manager"] = gone.memberships.in_force().get()
    gone.email, gone.external_id = here.words.mail("gone"), here.words.of("gone")
    gone.save()
    joining.deactivate(here.people["deactivated"])


def _programs(here: Seeded) -> None:
    every = ApiKey.Scope.values
    here.keys["key of acme"] = here.program("key", "acme", "root of acme", *every)
    here.program("key that reads sales", "acme", "root of acme", "sales:read")
    here.keys["key of globex"] = here.program("key at globex", "globex", "globex", *every)
    KeptAnswer.objects.create(
        key=here.keys["key of acme"],
        idempotency_key=here.words.of("root of acme"),
        digest="",
        body=here.words.of("root of acme"),
    )
    revoke_key(here.program("revoked key", "acme", "root of acme", *every))


def _webhooks(here: Seeded) -> None:
    """That each organisation is told of something; what they answered; and their secrets, which
    nobody reads."""
    for organisation, home in (("acme", "root of acme"), ("globex", "globex")):
        label, word = f"webhook of {organisation}", lambda home=home: here.words.of(home)
        hook, _secret = add_webhook(
            here.teams[organisation].organisation,
            url=f"https://hooks.example.com/{word()}",
            events=["import.finished"],
            description=word(),
        )
        WebhookEndpoint.objects.filter(pk=hook.pk).update(
            former_secret=here.words.of("nobody"), former_until=day("2024-01-01")
        )
        here.told[label] = WebhookMessage.objects.create(
            endpoint=hook, event="ping", message_id=word(), body=word(), state="given_up",
            ended_at=day("2024-01-01"),
        )  # fmt: skip
        WebhookAttempt.objects.create(
            message=here.told[label], at=day("2024-01-01"), status=500, milliseconds=1,
            answer=word(),
        )  # fmt: skip
        here.webhooks[label], here.homes[label] = hook, home


def _connections(here: Seeded) -> None:
    """A CRM of each organisation, and what it sent of which not all was taken in."""
    for organisation, home in (("acme", "root of acme"), ("globex", "globex")):
        label, word = f"connection of {organisation}", lambda home=home: here.words.of(home)
        made = connect(
            here.teams[organisation].organisation,
            name=word(),
            sender="salesforce",
            source=word(),
        )
        give_secret(made)
        Message.objects.create(
            connection=made, external_id=word(), body=word(), state="troubled",
            complaints=[["gap", word()]],
        )  # fmt: skip
        SentRecord.objects.create(
            connection=made, subject="Lead", external_id=word(), values={word(): [word(), 1]}
        )
        here.connections[label], here.homes[label] = made, home


def _files(here: Seeded, organisation: str, home: str) -> None:
    at = "" if organisation == "acme" else " at globex"
    root, word = here.teams[organisation], lambda: here.words.of(home)
    columns = ["id", "stage", word(), word()]
    said = "\n".join([",".join(columns), ",".join(["1", word(), word(), word()])])
    mapping = guess(OPPORTUNITIES, columns, stages=[word()])
    for label, state in (("uploaded", State.UPLOADED), ("committed", State.COMMITTED)):
        run = receive(
            root.organisation,
            kind=OPPORTUNITIES,
            name=f"{here.words.of(home)}.csv",
            chunks=[said.encode()],
            by=here.people["admin" if organisation == "acme" else "other admin"],
        )
        run.toml, run.state, run.failure = mapping.to_toml(), state, word()
        run.source, run.finished_at = word(), run.created_at
        run.save()
        here.runs[label + at] = run
        _rows(run, word)
    MappingProfile.objects.create(
        organisation=root.organisation, name=word(), kind=OPPORTUNITIES, toml=f'source = "{word()}"'
    )


def _rows(run: ImportRun, word: Callable[[], str]) -> None:
    sampled = {"id": word(), "name": word(), "owner": word(), "amount": 1, "currency": "EUR"}
    run.sample = [sampled | {"outcome": "created", "events": []}]
    run.planned_at = run.created_at
    run.save()
    Rejection.objects.create(
        run=run, line=2, column=word(), value=word(), code="x", row=word(),
        message=Message.objects.filter(connection__organisation=run.organisation).first(),
    )  # fmt: skip
    StagedOpportunity.objects.create(
        run=run, line=2, external_id=word(), name=word(), account=word(), product=word(),
        currency="", is_test=False, deleted=False, merged_into=word(), owner=word(),
    )  # fmt: skip
    StagedEvent.objects.create(
        run=run, line=2, external_id=word(), slot=word(), kind="won", reason=word()
    )
    StagedLead.objects.create(
        run=run, line=2, external_id=word(), name=word(), account=word(), origin=word(),
        inbound_at=run.created_at, needs_response=True, left_out="", merged_into=word(),
        deleted=False, closing_reason=word(), opportunity=word(),
    )  # fmt: skip
    StagedAssignment.objects.create(
        run=run, line=2, external_id=word(), lead=word(), at=run.created_at, owner=word()
    )
    StagedActivity.objects.create(
        run=run, line=2, external_id=word(), lead=word(), opportunity=word(), kind="call",
        direction="outbound", automated=False, at=run.created_at, actor=word(), deleted=False,
    )  # fmt: skip


def _deals(here: Seeded) -> None:
    for label, home in (
        ("rep", "rep"), ("ned", "people of north"), ("ina", "inner"), ("sam", "south"),
        ("wes", "west"), ("of nobody", "root of acme"), ("former manager", "people of north"),
    ):  # fmt: skip
        owner = here.people.get(label)
        organisation = owner.organisation if owner else here.teams["acme"].organisation
        here.deals[label], here.homes[label] = _deal(here, organisation, owner, home), home
        here.leads[label] = _lead(here, here.deals[label], owner, home)
        if owner:
            here.answers[label] = log_response(here.leads[label], kind="call", person=owner)


def _elsewhere(home: str) -> str:
    """A home in the same organisation whose words few may read who read those of ``home``."""
    return {"south": "people of north", "west": "globex"}.get(home, "south")


def _deal(here: Seeded, organisation: Organisation, owner: Person | None, home: str) -> Opportunity:
    word = lambda: here.words.of(home)  # noqa: E731
    made = world.deal(
        organisation, owner, ("open", 1, day("2024-01-01")), ("lost", day("2024-02-01"), word()),
        amount=100, name=word(), account=word(), product=word(),
        merged_into=here.words.of(_elsewhere(home)),
    )  # fmt: skip
    made.source, made.external_id = word(), word()
    made.save()
    StageEvent.objects.filter(opportunity=made).update(external_id=word())
    if organisation == here.teams["acme"].organisation:
        for model in (StageEvent, OpportunityDetail, OpportunityOwner):
            model.objects.filter(opportunity=made).update(recorded_by=here.runs["committed"])
    return made


def _lead(here: Seeded, deal: Opportunity, holder: Person | None, home: str) -> Lead:
    """One that was converted to the deal, the rep's to one elsewhere; the deal's owner holds it."""
    word = lambda: here.words.of(home)  # noqa: E731
    made = world.lead(
        deal.organisation, day("2023-12-01"), (holder, day("2023-12-02")), external_id=word(),
        name=word(), account=word(), origin=word(), closing_reason=word(),
        merged_into=here.words.of(_elsewhere(home)),
        opportunity=here.words.of(_elsewhere(home)) if home == "rep" else deal.external_id,
    )  # fmt: skip
    Lead.objects.filter(pk=made.pk).update(source=deal.source)
    LeadAssignment.objects.filter(lead=made).update(external_id=word())
    for about in (made, deal):
        done = world.activity(about, day("2023-12-03"), actor=word())
        Activity.objects.filter(pk=done.activity_id).update(source=word(), external_id=word())
    if deal.organisation == here.teams["acme"].organisation:
        for model in (LeadDetail, LeadAssignment):
            model.objects.filter(lead=made).update(recorded_by=here.runs["committed"])
    return made


def _jobs(here: Seeded) -> None:
    Job.objects.all().delete()
    for label, state in (("dead", Job.State.DEAD), ("done", Job.State.DONE)):
        here.jobs[label] = Job.objects.create(
            task=here.words.of("operations"),
            key=here.words.of("operations"),
            error=here.words.of("operations"),
            args={"run": here.runs["committed"].pk},
            state=state,
            finished_at=day("2024-01-01"),
        )
    SlotRun.objects.create(name=here.words.of("operations"), at=day("2024-01-01"))
