"""Who listens is told once of each import that ends, without anything that stood in its rows."""

import json

import pytest

from sales.importing.committing import commit
from sales.importing.discarding import discard
from sales.importing.planning import fail
from sales.importing.undoing import undo
from teams.models import WebhookMessage
from teams.webhooks import add_webhook
from tests.api.asking import program
from tests.sales.crm import imported, planned, received

HEADER = "Id,Name,Stage"
ROWS = ("D1,Secret pumps,Qualified", "D2,Secret valves,Nowhere")
FINISHED = "import.finished"


@pytest.fixture
def heard(acme, settings):
    """What was told since the last call."""
    settings.SITE_URL = "https://daya.example"
    add_webhook(acme, url="https://hooks.example.com/", events=[FINISHED])

    def collect() -> list[dict]:
        bodies = [json.loads(message.body) for message in WebhookMessage.objects.order_by("pk")]
        WebhookMessage.objects.all().delete()
        assert {body["type"] for body in bodies} <= {FINISHED}
        return [body["data"] for body in bodies]

    return collect


def test_a_file_that_was_imported(acme, heard):
    run = planned(acme, HEADER, *ROWS, valid_only=True)
    assert heard() == []

    commit(run)

    assert heard() == [
        {
            "id": run.pk, "kind": "opportunities", "channel": "file", "source": "crm",
            "state": "committed", "rows": 2, "created": 1, "updated": 0, "unchanged": 0,
            "ignored": 0, "rejected": 1,
            "url": f"https://daya.example/teams/acme/acme/imports/{run.pk}/",
        }
    ]  # fmt: skip


def test_an_import_that_was_undone(acme, heard):
    run = imported(acme, HEADER, ROWS[0])
    heard()

    undo(run)

    (told,) = heard()
    assert (told["id"], told["state"], told["created"]) == (run.pk, "undone", 1)


def test_an_import_that_failed(acme, heard):
    run = received(acme, HEADER, ROWS[0])

    fail(run, "It says Secret pumps.")

    (told,) = heard()
    assert (told["state"], told["created"]) == ("failed", 0)


def test_a_file_that_failed_before_anybody_said_how_it_is_read(acme, heard):
    run = received(acme, HEADER, ROWS[0])
    run.toml = ""
    run.save()

    fail(run)

    assert heard()[0]["source"] is None


def test_an_import_that_was_discarded_never_was_one(acme, heard):
    discard(planned(acme, HEADER, ROWS[0]))

    assert heard() == []


def test_a_batch_that_a_program_sent(acme, heard):
    sender = program(acme, "sales:write")

    answer = sender.send("opportunities/", {"id": "D1", "name": "Secret", "stage": "Qualified"})

    (told,) = heard()
    assert (told["id"], told["channel"], told["source"]) == (answer["import"], "api", "crm")
    assert (told["state"], told["created"]) == ("committed", 1)


def test_nothing_of_the_rows_is_told(acme, heard):
    imported(acme, HEADER, *ROWS, valid_only=True)

    assert "ecret" not in json.dumps(heard())


def test_another_organisation_is_not_told(acme, stranger, heard):
    imported(stranger.organisation, HEADER, ROWS[0])

    assert heard() == []
