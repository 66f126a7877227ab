"""What cannot be taken is answered with problem details that say where and why."""

import json

import pytest
from django.test import override_settings

from sales.models import ImportRun
from tests.api.asking import faults, outcomes

ROW = {"id": "1", "stage": "Qualified"}
BATCH = {"source": "crm", "rows": [ROW]}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ([], [""]),
        ({}, ["/source", "/rows"]),
        ({"source": "crm", "rows": []}, ["/rows"]),
        ({"source": "crm", "rows": {}}, ["/rows"]),
        ({"source": "crm", "rows": [ROW] * 1_001}, ["/rows"]),
        ({"source": "x" * 51, "rows": [ROW]}, ["/source"]),
        (BATCH | {"pipeline": {"name": "None such"}}, ["/pipeline"]),
        (BATCH | {"pipeline": {"name": "New", "stages": ["A", "A"]}}, [""]),
        (BATCH | {"stages": {"Open": "Nowhere"}}, [""]),
        (BATCH | {"meaningz": {}}, ["/meaningz"]),
        (BATCH | {"a/b\0": 1}, ["/a~1b\ufffd"]),
        (BATCH | {"pipeline": {"title": "Sales"}}, ["/pipeline/title"]),
    ],
)
def test_a_batch_that_makes_no_sense_is_422(crm, body, pointers):
    answer = crm.post("opportunities/", body)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"source": NaN}', "\ud800", "9" * 5_000])
def test_what_is_no_json_is_400(crm, text):
    body = text.encode(errors="surrogatepass")

    answer = crm.client.post("/api/v1/leads/", body, "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_another_type_of_body_is_415(crm):
    answer = crm.client.post("/api/v1/leads/", {"source": "crm"})

    assert (answer.status_code, answer.json()["status"]) == (415, 415)


def test_a_body_that_is_too_large_is_413(crm):
    with override_settings(API_LARGEST_BODY=1_000):
        answer = crm.post("leads/", json.dumps(BATCH | {"source": "x" * 1_000}))

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_too_many_requests_in_a_minute_are_429_with_the_time_to_wait(crm, other_crm):
    with override_settings(API_REQUESTS_PER_MINUTE=2):
        answers = [crm.get("leads/") for _ in range(5)]

        assert answers[-1].status_code == 429
        assert 1 <= int(answers[-1]["Retry-After"]) <= 60
        assert answers[-1].json()["type"] == "urn:daya:problem:throttled"
        assert other_crm.get("leads/").status_code == 200


def test_an_address_that_is_none_is_a_problem_too(crm):
    answer = crm.get("nothing/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_405(crm, method):
    answer = getattr(crm.client, method)("/api/v1/leads/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("not a row", ("", "not_a_row")),
        (None, ("", "not_a_row")),
        (ROW | {"nmae": "Pumps"}, ("nmae", "unknown_field")),
        (ROW | {"name": ["Pumps"]}, ("name", "not_a_value")),
        (ROW | {"name": "a\0b"}, ("name", "undecodable")),
        (ROW | {"name": "\ud800"}, ("name", "undecodable")),
        (ROW | {"name": "x" * 301}, ("name", "too_long")),
        (ROW | {"id": None}, ("id", "missing_value")),
        ({"id": "1"}, ("stage", "missing_value")),
        (ROW | {"created_at": "2024-03-01T09:00:00"}, ("created_at", "unparsable_date")),
        (ROW | {"created_at": "2024-03-01"}, ("created_at", "unparsable_date")),
        (ROW | {"amount": -1}, ("amount", "negative_amount")),
        (ROW | {"amount": "1e400"}, ("amount", "unparsable_amount")),
        (ROW | {"entered": {"Nowhere": "2024-03-01T09:00:00Z"}}, ("entered", "unknown_stage")),
        (ROW | {"entered": []}, ("entered", "not_stages")),
        (ROW | {"\0": 1}, ("", "unknown_field")),
    ],
)
def test_a_bad_row_is_answered_with_its_field_and_the_reason(crm, row, fault):
    answer = crm.send("opportunities/", row, ROW | {"id": "good"})

    assert outcomes(answer) == ["rejected", "created"]
    assert faults(answer, 0) == [fault]


@pytest.mark.parametrize("amount", ["1e9999999", "1e-9999999", "0.1e31"])
def test_an_amount_of_any_size_is_answered(crm, amount):
    body = json.dumps(BATCH | {"rows": [ROW | {"amount": "@"}]}).replace('"@"', amount)

    assert crm.post("opportunities/", body).json()["rejected"] == 1


def test_rows_that_name_too_many_sets_of_fields_are_refused(crm):
    names = ["name", "account", "product", "amount", "is_test", "deleted"]
    rows = [
        ROW | {"id": str(n)} | {name: None for bit, name in enumerate(names) if n >> bit & 1}
        for n in range(64)
    ]

    assert crm.post("opportunities/", {"source": "crm", "rows": rows}).status_code == 422


def test_reasons_are_in_the_language_that_is_asked_for(crm):
    bad = {"source": "crm", "rows": [{"id": "1"}]}

    answer = crm.post("opportunities/", bad, Accept_Language="id").json()

    assert answer["rows"][0]["errors"][0]["reason"] == "Bidang ini tidak boleh kosong."
