"""An admin makes webhooks, sees each secret once, watches what is told, and ends them."""

import pytest
from django.test import override_settings

from teams.announcing import announce
from teams.models import Role, WebhookEndpoint, WebhookMessage
from teams.webhooks import MOST
from tests import world
from tests.teams.webhooks.receiving import listener, run_due

HOOKS = "/teams/acme/acme/webhooks/"
SAID = {
    "url": "https://hooks.example.com/daya",
    "description": "Warehouse",
    "events": ["import.finished"],
}


@pytest.fixture
def admin(cora, signed_in):
    return signed_in(cora)


def text(page) -> str:
    return page.content.decode()


def page_of(endpoint: WebhookEndpoint) -> str:
    return f"{HOOKS}{endpoint.pk}/"


def test_there_is_none_yet(admin):
    assert "No webhook yet" in text(admin.get(HOOKS))


def test_a_webhook_is_made_and_its_secret_is_shown_once(admin, acme, cora):
    page = admin.post(HOOKS + "new/", SAID)

    made, secret = acme.webhooks.get(), page.context["secret"]
    assert secret in text(page)
    assert "no-store" in page["Cache-Control"]
    assert (made.url, made.description, made.created_by) == (SAID["url"], "Warehouse", cora)
    for path in (HOOKS, page_of(made), page_of(made) + "change/"):
        assert secret not in text(admin.get(path))
    assert secret not in str(list(WebhookEndpoint.objects.values()))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"url": "http://hooks.example.com/"}, "must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "is not a public one"),
        ({"url": "https://me:secret@hooks.example.com/"}, "no user name, no password"),
        ({"url": ""}, "This field is required"),
        ({"events": []}, "Choose at least one"),
        ({"events": ["ping"]}, "not one of the available choices"),
        ({"description": "a\u2028b"}, "on one line"),
    ],
)
def test_what_is_wrong_is_said(admin, wrong, reason):
    page = admin.post(HOOKS + "new/", SAID | wrong)

    assert page.status_code == 422
    assert reason in text(page)
    assert not WebhookEndpoint.objects.exists()


def test_there_may_be_no_more_than_some(admin, acme):
    for _number in range(MOST):
        listener(acme, SAID["url"])

    page = admin.post(HOOKS + "new/", SAID)

    assert page.status_code == 422
    assert acme.webhooks.count() == MOST


def test_the_log_shows_what_was_told_and_answered(admin, acme, receiver, settings):
    def answers(handler) -> None:
        handler.send_response(500)
        handler.end_headers()
        handler.wfile.write(b"<b>out of order</b>")

    settings.WEBHOOKS_TO_PRIVATE = True
    endpoint, secret = listener(acme, receiver.url)
    receiver.answers = [answers]
    announce(acme, "import.finished", {"id": 712})
    run_due()

    page = text(admin.get(page_of(endpoint)))

    assert "500" in page
    assert "&lt;b&gt;out of order&lt;/b&gt;" in page
    assert "&quot;id&quot;:712" in page
    assert WebhookMessage.objects.get().message_id in page
    assert "next attempt" in page
    assert secret not in page


def test_a_test_is_sent_and_the_log_is_looked_at_until_it_is(admin, acme, receiver, settings):
    settings.WEBHOOKS_TO_PRIVATE = True
    endpoint, _secret = listener(acme, receiver.url)

    page = text(admin.post(page_of(endpoint) + "test/", follow=True))
    run_due()
    fragment = text(admin.get(page_of(endpoint), headers={"HX-Request": "true"}))

    assert "hx-trigger" in page
    assert "hx-trigger" not in fragment
    assert "<html" not in fragment
    assert "Delivered" in fragment
    assert len(receiver.heard) == 1


def test_a_webhook_is_switched_off_and_on(admin, acme):
    endpoint, _secret = listener(acme, SAID["url"])

    off = text(admin.post(page_of(endpoint) + "off/", follow=True))
    refused = text(admin.post(page_of(endpoint) + "test/", follow=True))
    on = text(admin.post(page_of(endpoint) + "on/", follow=True))

    assert "Switched off on" in off
    assert "This webhook is switched off" in refused
    assert "Switched off on" not in on
    assert not WebhookMessage.objects.exists()


def test_a_webhook_is_changed(admin, acme):
    endpoint, _secret = listener(acme, SAID["url"])
    said = SAID | {"url": "https://other.example.com/", "events": ["snapshots.changed"]}

    refused = admin.post(page_of(endpoint) + "change/", said | {"url": "https://localhost/"})
    admin.post(page_of(endpoint) + "change/", said)

    endpoint.refresh_from_db()
    assert refused.status_code == 422
    assert (endpoint.url, endpoint.events) == (said["url"], ["snapshots.changed"])


def test_a_new_secret_is_shown_once(admin, acme):
    endpoint, former = listener(acme, SAID["url"])

    page = admin.post(page_of(endpoint) + "secret/")

    assert page.context["secret"] in text(page)
    assert page.context["secret"] != former
    assert "no-store" in page["Cache-Control"]
    assert former not in text(page)


def test_a_message_is_sent_again(admin, acme):
    endpoint, _secret = listener(acme, SAID["url"])
    announce(acme, "import.finished", {})
    admin.post(page_of(endpoint) + "off/")
    admin.post(page_of(endpoint) + "on/")
    message = WebhookMessage.objects.get()

    admin.post(f"{page_of(endpoint)}messages/{message.pk}/again/")

    message.refresh_from_db()
    assert message.state == "waiting"


def test_a_webhook_is_removed_with_its_messages(admin, acme):
    endpoint, _secret = listener(acme, SAID["url"])
    announce(acme, "import.finished", {})

    page = admin.post(page_of(endpoint) + "remove/", follow=True)

    assert "The webhook is removed." in text(page)
    assert not WebhookMessage.objects.exists()


def test_only_admins_of_the_whole_organisation_see_webhooks(acme, north, ana, signed_in):
    admin_of_north = world.person(north, "Nora", role=Role.ADMIN, account=True)

    for person in (ana, admin_of_north):
        assert signed_in(person).get(HOOKS).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_asks_the_same_number_of_questions(
    admin, acme, count, django_assert_max_num_queries
):
    endpoint, _secret = listener(acme, SAID["url"])
    for _number in range(count):
        announce(acme, "import.finished", {})

    for path in (HOOKS, page_of(endpoint)):
        with django_assert_max_num_queries(20):
            admin.get(path)


@pytest.mark.parametrize(("private", "said"), [(True, "allows http://"), (False, "is public.")])
def test_the_form_says_which_addresses_are_taken(admin, private, said):
    with override_settings(WEBHOOKS_TO_PRIVATE=private):
        assert said in text(admin.get(HOOKS + "new/"))
