"""Only who shares the secret is heard, and nothing is heard twice."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from sales.connecting.connecting import connect, disconnect, give_secret
from sales.models import Connection, Message
from tests.sales.connecting.sending import (
    Sender,
    hubspot_signature,
    payload,
    sender,
    standard_signature,
)

BATCH = {"kind": "leads", "rows": [{"id": "L1", "inbound_at": "2024-03-01T09:00:00Z"}]}
MINUTE = 60_000


def refusal(answer) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == 401
    assert not Message.objects.exists()
    return answer.json()["type"].removeprefix("urn:daya:problem:")


def now_in_milliseconds() -> int:
    return time.time_ns() // 1_000_000


def test_what_is_signed_is_kept_and_acknowledged(program):
    answer = program.post(BATCH)

    assert (answer.status_code, answer.json()) == (202, {"received": "now"})
    assert Message.objects.get().state == "waiting"


def test_the_same_message_again_is_acknowledged_and_not_kept(program):
    text = '{"kind": "leads", "rows": [{"id": "L1"}]}'
    headers = standard_signature(program.secret, "msg_a", text, datetime.now(UTC))

    first, second = (program.post(text, **headers) for _ in range(2))

    assert (first.json(), second.json()) == ({"received": "now"}, {"received": "before"})
    assert Message.objects.count() == 1


def test_without_a_signature_nothing_is_taken(program, hubspot):
    for each in (program, hubspot):
        answer = each.client.post(each.path, "{}", "application/json")

        assert refusal(answer) == "unsigned"


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_other"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "NaN"},
        {"webhook-timestamp": "1e400"},
    ],
    ids=str,
)
def test_a_changed_header_is_refused(program, changed):
    assert refusal(program.post(BATCH, **changed)) == "wrong-signature"


def test_a_changed_body_is_refused(program, hubspot):
    for each in (program, hubspot):
        headers = each.signature('{"amount": 1}')

        assert refusal(each.post('{"amount": 2}', **headers)) == "wrong-signature"


def test_the_secret_of_another_connection_opens_nothing(program, acme):
    other = sender(acme, "daya")
    headers = other.signature("{}")

    assert refusal(program.post("{}", **headers)) == "wrong-signature"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_request_is_refused(program, minutes):
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    headers = standard_signature(program.secret, "msg_a", "{}", at)

    assert refusal(program.post("{}", **headers)) == "too-old"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_request_of_hubspot_is_refused(hubspot, minutes):
    at = now_in_milliseconds() + minutes * MINUTE
    headers = hubspot_signature(hubspot.secret, hubspot.path, "[]", at)

    assert refusal(hubspot.post("[]", **headers)) == "too-old"


def test_long_ids_that_begin_alike_are_two(program):
    text = '{"kind": "leads", "rows": [{"id": "L1"}]}'

    for end in "ab":
        now = datetime.now(UTC)
        headers = standard_signature(program.secret, "x" * 200 + end, text, now)
        assert program.post(text, **headers).json() == {"received": "now"}


def test_hubspot_signs_the_address_too(hubspot):
    headers = hubspot_signature(hubspot.secret, "/elsewhere/", "[]", now_in_milliseconds())

    assert refusal(hubspot.post("[]", **headers)) == "wrong-signature"


def test_hubspot_repeats_a_request_with_another_signature_and_nothing_counts_twice(hubspot):
    events = payload("hubspot_deal_made")
    hubspot.send(events)

    hubspot.send([event | {"attemptNumber": 1} for event in events])

    runs = hubspot.connection.import_runs.order_by("pk")
    assert [(run.created, run.unchanged) for run in runs] == [(1, 0), (0, 1)]


def test_a_new_secret_replaces_the_one_before(program):
    new = give_secret(program.connection)

    assert refusal(program.post(BATCH)) == "wrong-signature"
    assert Sender(program.connection, new).post(BATCH).status_code == 202


def test_a_connection_without_its_secret_says_so(acme):
    made = connect(acme, name="HubSpot", sender="hubspot", source="crm")

    assert refusal(Sender(made, "any").post([])) == "no-secret"


def test_a_closed_connection_and_one_that_never_was_are_one(program):
    path = program.path
    disconnect(program.connection)

    closed = program.post(BATCH)
    program.path = path[:-3] + ("00/" if path[-3:-1] != "00" else "11/")
    never = program.post(BATCH)

    assert refusal(closed) == refusal(never) == "unsigned"


def test_what_is_signed_and_no_json_is_refused(program):
    texts = ("", "nothing", "[" * 100_000, '{"kind": "leads"', '{"a": 1e99999999999999999999}')
    for text in (*texts, '[{"a": NaN}]'):
        answer = program.post(text)

        assert answer.status_code == 400, text[:20]
    assert not Message.objects.exists()


def test_another_program_is_told_what_is_wrong_with_its_batch(program):
    for body, pointer in (
        ({}, "/kind"),
        ({"kind": "deals", "rows": []}, "/kind"),
        ([], "/kind"),
        ({"kind": "leads", "rows": []}, "/rows"),
        ({"kind": "leads", "rows": [{}] * 1001}, "/rows"),
        ({"kind": "stage_events", "rows": [{}], "stages": "none"}, "/stages"),
    ):
        answer = program.post(body)

        assert answer.status_code == 422, body
        assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert not Message.objects.exists()


def test_a_body_that_is_too_large_is_refused(program, settings):
    settings.API_LARGEST_BODY = 100

    assert program.post({"kind": "leads", "rows": [{"id": "x" * 100}]}).status_code == 413


def test_a_secret_that_cannot_be_read_any_more_opens_nothing(program):
    """As after the installation's own key was lost."""
    Connection.objects.update(secret="sealed under another key")

    assert refusal(program.post(BATCH)) == "lost-secret"
