"""Under one Idempotency-Key a batch is taken in once, however often it is sent."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now

from sales.models import ImportRun, OpportunityDetail
from teams.keys import KEPT, forget_answers
from teams.models import KeptAnswer
from tests import world
from tests.api.asking import Program, program

BATCH = {"source": "crm", "rows": [{"id": "D1", "stage": "Qualified"}]}


def test_sent_again_the_answer_is_the_same_and_nothing_is_done(crm):
    first = crm.post("opportunities/", BATCH, Idempotency_Key="one")

    again = crm.post("opportunities/", BATCH, Idempotency_Key="one")

    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert not first.has_header("Idempotency-Replayed")
    assert ImportRun.objects.count() == 1


def test_without_the_header_nothing_changes_either(crm):
    crm.post("opportunities/", BATCH)

    assert crm.post("opportunities/", BATCH).json()["unchanged"] == 1
    assert OpportunityDetail.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("opportunities/", BATCH | {"source": "erp"}), ("stage-events/", BATCH)],
)
def test_another_request_under_the_same_key_is_refused(crm, path, body):
    crm.post("opportunities/", BATCH, Idempotency_Key="one")

    answer = crm.post(path, body, Idempotency_Key="one")

    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "urn:daya:problem:idempotency-key-reused",
    )
    assert ImportRun.objects.count() == 1


def test_what_was_refused_can_be_mended_and_sent_under_the_same_key(crm):
    refused = crm.post("opportunities/", BATCH | {"pipeline": {"name": "?"}}, Idempotency_Key="one")

    mended = crm.post("opportunities/", BATCH, Idempotency_Key="one")

    assert (refused.status_code, mended.status_code) == (422, 200)


def test_two_organisations_may_use_the_same_key(crm, other_crm):
    crm.post("opportunities/", BATCH, Idempotency_Key="one")

    answer = other_crm.post("opportunities/", BATCH, Idempotency_Key="one")

    assert answer.json()["created"] == 1


@pytest.mark.parametrize("header", ["", "a b", "x" * 201, "ü"])
def test_a_key_that_is_none_is_refused(crm, header):
    assert crm.post("opportunities/", BATCH, Idempotency_Key=header).status_code == 400


def test_answers_are_kept_for_a_week(crm):
    crm.post("opportunities/", BATCH, Idempotency_Key="one")

    assert forget_answers(now() + KEPT - timedelta(minutes=1)) == 0
    assert forget_answers(now() + KEPT + timedelta(minutes=1)) == 1
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_taken_in_and_all_get_its_answer():
    organisation = world.found("acme")
    start, answers = threading.Barrier(8), []

    def send() -> None:
        start.wait(timeout=20)
        sender = Program(key_text)
        answers.append(sender.post("opportunities/", BATCH, Idempotency_Key="one"))
        connections.close_all()

    key_text = program(organisation, "sales:write").text
    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len({answer.content for answer in answers}) == 1
    assert [answer.status_code for answer in answers] == [200] * 8
    assert sorted(answer.has_header("Idempotency-Replayed") for answer in answers) == (
        [False] + [True] * 7
    )
    assert ImportRun.objects.count() == 1
