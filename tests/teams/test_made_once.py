"""A form posted again, as by loading its answer again, makes nothing a second time."""

import re

import pytest

from sales.models import Connection
from teams.models import ApiKey, WebhookEndpoint

HOME = "/teams/acme/acme/"
MAKING = {
    "keys": (ApiKey, {"name": "CRM", "scopes": "sales:read"}),
    "connections": (Connection, {"format": "daya", "name": "Warehouse", "source": "crm"}),
    "webhooks": (
        WebhookEndpoint,
        {"url": "https://hooks.example.com/daya", "events": "import.finished"},
    ),
}


@pytest.fixture
def admin(cora, signed_in):
    return signed_in(cora)


def form(admin, what: str, said: dict[str, str]) -> dict[str, str]:
    """As the page has it, filled in."""
    page = admin.get(f"{HOME}{what}/new/").content.decode()
    (nonce,) = re.findall(r'name="nonce" value="([^"]+)"', page)
    return said | {"nonce": nonce}


@pytest.mark.parametrize("what", MAKING)
def test_the_same_form_posted_twice_makes_one_and_shows_no_second_secret(admin, what):
    model, said = MAKING[what]
    filled = form(admin, what, said)
    shown = admin.post(f"{HOME}{what}/new/", filled).content.decode()
    (secret,) = re.findall(r'<pre class="trace"[^>]*>([^<]+)</pre>', shown)[:1]

    again = admin.post(f"{HOME}{what}/new/", filled, follow=True)

    assert model.objects.count() == 1
    assert "It was made already, and its secret was shown then." in again.content.decode()
    assert secret not in again.content.decode()


@pytest.mark.parametrize("what", MAKING)
def test_a_form_opened_anew_makes_another(admin, what):
    model, said = MAKING[what]
    for _ in range(2):
        admin.post(f"{HOME}{what}/new/", form(admin, what, said))

    assert model.objects.count() == 2


@pytest.mark.parametrize("what", MAKING)
def test_a_form_that_was_refused_can_be_sent_again_once_mended(admin, what):
    model, said = MAKING[what]
    filled = form(admin, what, said)
    wrong = dict.fromkeys(said, "")

    page = admin.post(f"{HOME}{what}/new/", filled | wrong)
    admin.post(f"{HOME}{what}/new/", filled)

    assert page.status_code == 422
    assert filled["nonce"] in page.content.decode()
    assert model.objects.count() == 1
