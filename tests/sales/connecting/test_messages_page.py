"""What a CRM sent can be read, from wherever something of it is said not to be taken in."""

import re

import pytest

from sales.connecting.connecting import take_in_again
from sales.models import Rejection
from tests.sales.connecting.sending import payload

HOME = "/teams/acme/acme/connections/"


@pytest.fixture
def page(cora, signed_in):
    client = signed_in(cora)
    return lambda path="": client.get(path if path.startswith("/") else HOME + path)


def links(html: bytes) -> set[str]:
    return set(re.findall(r'href="([^"]+/messages/\d+/)"', html.decode()))


def unexplained(stage: str, number: int = 1) -> list[dict]:
    """A deal was moved to a stage that no mapping knows."""
    moved = payload("hubspot_deal_won")[0]
    return [moved | {"objectId": number, "propertyValue": stage}]


def test_a_rejected_row_leads_to_the_message_it_came_in(hubspot, page):
    hubspot.send(unexplained("a third"))

    for path in ("", "rejected/", f"{hubspot.connection.pk}/"):
        (link,) = links(page(path).content)

        shown = page(link).content.decode()
        assert "&quot;propertyValue&quot;: &quot;a third&quot;" in shown, path


def test_what_could_not_be_read_leads_to_its_message(salesforce, page):
    salesforce.send("salesforce_gap")

    (link,) = links(page(f"{salesforce.connection.pk}/").content)

    assert "GAP_" in page(link).content.decode()


def test_a_message_can_still_be_read_once_its_crm_is_disconnected(hubspot, page, cora, signed_in):
    hubspot.send(unexplained("a third"))
    signed_in(cora).post(f"{HOME}{hubspot.connection.pk}/do/disconnect/")

    (link,) = links(page("rejected/").content)

    assert page(link).status_code == 200


def test_what_no_text_can_hold_is_shown_with_a_mark(hubspot, page):
    hubspot.send(unexplained("a\ud800 third"))

    (link,) = links(page(f"{hubspot.connection.pk}/").content)

    assert "a� third" in page(link).content.decode()


def test_however_often_it_is_tried_a_rejected_row_is_listed_once(hubspot, page):
    hubspot.send(unexplained("a third"))

    for _attempt in range(3):
        take_in_again(hubspot.connection)
        hubspot.take_in()

    assert Rejection.objects.count() == 4
    for path in ("", "rejected/", f"{hubspot.connection.pk}/"):
        assert [each.pk for each in _listed(page(path))] == [Rejection.objects.latest("pk").pk]


def _listed(answer) -> list[Rejection]:
    context = answer.context
    return list(context["page"] if "page" in context else context["rejected"])


def test_of_a_message_only_what_its_last_attempt_rejected_is_listed(hubspot, page, ben):
    owned = payload("hubspot_deal_made")[1] | {"objectId": 2}
    owner = owned | {"propertyName": "hubspot_owner_id", "propertyValue": "77"}
    hubspot.send([*unexplained("a third"), *unexplained("appointmentscheduled", 2), owner])
    assert len(_listed(page("rejected/"))) == 2

    ben.external_id = "77"
    ben.save()
    take_in_again(hubspot.connection)
    hubspot.take_in()

    assert [each.value for each in _listed(page("rejected/"))] == ["a third"]


def test_what_was_mended_does_not_come_back_when_its_message_is_forgotten(hubspot, page, ben):
    owned = payload("hubspot_deal_made")[1] | {"propertyName": "hubspot_owner_id"}
    hubspot.send([*payload("hubspot_deal_made"), owned | {"propertyValue": "77"}])
    ben.external_id = "77"
    ben.save()
    take_in_again(hubspot.connection)
    hubspot.take_in()

    hubspot.connection.messages.all().delete()

    assert not _listed(page("rejected/"))


def test_a_batch_is_by_the_connection_that_sent_it(program, page, acme, cora):
    program.connection.created_by = cora
    program.connection.save()
    program.send({"kind": "leads", "rows": [{"id": "L1", "inbound_at": "2024-03-01T09:00:00Z"}]})
    run = program.connection.import_runs.get()
    assert run.started_by == cora

    listed = page("/teams/acme/acme/imports/?channel=webhook").content.decode()
    csv = b"".join(page("/teams/acme/acme/imports/imports.csv?channel=webhook").streaming_content)
    head = page(f"/teams/acme/acme/imports/{run.pk}/").content.decode().split("</h1>")[1]

    assert "<td>Our daya</td>" in listed
    assert csv.decode().strip().endswith(",Our daya")
    assert "Our daya" in head[:200]
