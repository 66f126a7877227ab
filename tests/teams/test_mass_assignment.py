"""Whatever else is sent along with a form, only the form's own fields move."""

from django.db.models import Model
from django.test import Client

from teams.inviting import invite, link_of
from teams.models import Membership, Organisation, Person, Team, User, WebhookEndpoint
from teams.webhooks import add_webhook
from tests import world
from tests.world import PASSWORD

PEOPLE = "/teams/acme/acme/people/"


def everything(model: type[Model], value: object) -> dict[str, object]:
    """A value for each field of a model, under each name it might be read by."""
    fields = model._meta.concrete_fields
    return {name: value for field in fields for name in (field.name, field.attname)}


def values_of(row: Model) -> dict[str, object]:
    return type(row).objects.values().get(pk=row.pk)


def moved(row: Model, before: dict[str, object]) -> set[str]:
    after = values_of(row)
    return {name for name in before if before[name] != after[name]}


def sent(client: Client, path: str, row: Model, form: dict[str, object], value: object) -> set[str]:
    """Which fields of a row moved."""
    before = values_of(row)
    client.post(path, everything(type(row), value) | form)
    return moved(row, before)


def test_ones_own_account(cora, stranger, signed_in):
    client = signed_in(cora)

    for value in (stranger.user_id, "1", "true", "2020-01-01"):
        form = {"name": f"Cora {value}"}
        assert sent(client, "/account/", cora.user, form, value) == {"name"}


def test_a_person(cora, ben, stranger, signed_in):
    client = signed_in(cora)
    globex = stranger.organisation

    for value in (globex.pk, stranger.user_id, "2020-01-01"):
        form = {"name": f"B{value}", "email": f"b{value}@x.example", "external_id": f"b{value}"}
        path = f"{PEOPLE}{ben.pk}/edit/"
        assert sent(client, path, ben, form, value) == {"name", "email", "external_id"}


def test_a_new_person(acme, cora, north, stranger, signed_in):
    form = {"name": "Eve", "email": "", "external_id": "", "team": north.pk, "role": "rep"}

    signed_in(cora).post(f"{PEOPLE}new/", everything(Person, stranger.organisation.pk) | form)

    eve = Person.objects.get(name="Eve")
    assert (eve.organisation, eve.user, eve.deactivated_at) == (acme, None, None)
    assert eve.pk != stranger.organisation.pk


def test_an_organisation(acme, cora, stranger, signed_in):
    form = {
        "name": "A", "timezone": "Asia/Jakarta", "currency": "IDR", "fiscal_year_start": 4,
        "response_minutes": 30,
    }  # fmt: skip
    path = "/teams/acme/acme/settings/"

    found = sent(signed_in(cora), path, acme, form, stranger.organisation.pk)

    assert found == {"name", "timezone", "currency", "fiscal_year_start", "response_minutes"}
    assert Organisation.objects.filter(slug="globex").get() == stranger.organisation


def test_a_team(acme, cora, north, stranger, signed_in):
    path = "/teams/acme/acme/structure/north/"
    form = {"name": "Nordics"}

    found = sent(signed_in(cora), path, north, form, stranger.organisation.pk)

    assert found == {"name"}


def test_a_new_team(acme, cora, stranger, signed_in):
    form = {"parent": acme.root.pk, "name": "West"}

    path = "/teams/acme/acme/structure/acme/new/"
    signed_in(cora).post(path, everything(Team, stranger.organisation.pk) | form)

    west = Team.objects.get(name="West")
    assert (west.organisation, west.slug, west.is_root) == (acme, "west", False)
    assert west.closed_at is None


def test_a_membership(cora, ben, south, stranger, signed_in):
    held = ben.memberships.get()
    form = {"team": south.pk, "role": "rep"}
    path = f"{PEOPLE}{ben.pk}/memberships/{held.pk}/"

    signed_in(cora).post(path, everything(Membership, stranger.pk) | form | {"since": ""})

    now = Membership.objects.in_force().get(person=ben, to_at=None)
    assert (now.team, now.role, now.is_primary) == (south, "rep", True)
    assert now.from_at > held.recorded_at


def test_a_webhook(acme, cora, stranger, signed_in):
    hook, _secret = add_webhook(acme, url="https://a.example.com/", events=["import.finished"])
    path = f"/teams/acme/acme/webhooks/{hook.pk}/change/"

    for value in (stranger.organisation.pk, "2020-01-01", "gone"):
        form = {
            "url": f"https://b.example.com/{value}",
            "events": ["snapshots.changed"],
            "description": f"B {value}",
        }
        moved_now = sent(signed_in(cora), path, hook, form, value)
        assert moved_now <= {"url", "events", "description"}
    assert values_of(hook)["url"] == "https://b.example.com/gone"


def test_a_new_webhook(acme, cora, stranger, signed_in):
    form = {"url": "https://a.example.com/", "events": ["import.finished"], "description": ""}
    said = everything(WebhookEndpoint, stranger.organisation.pk) | form

    signed_in(cora).post("/teams/acme/acme/webhooks/new/", said)

    made = WebhookEndpoint.objects.get()
    assert (made.organisation, made.created_by, made.switched_off_at) == (acme, cora, None)
    assert made.pk != stranger.organisation.pk


def test_an_account_by_invitation(north):
    eve = world.person(north, "Eve")
    form = {"name": "Eve", "password": PASSWORD}

    Client().post(link_of(invite(eve)), everything(User, "1") | {"email": "x@x.example"} | form)

    made = User.objects.get()
    assert (made.email, made.is_staff, made.is_superuser) == ("eve@acme.example", False, False)
