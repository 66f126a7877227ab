"""A slip of the pen is noticed: nothing that is asked or sent is passed over in silence."""

import pytest

from config.api.documenting import document

ROW = {"id": "1", "stage": "Qualified"}
LISTS = ["opportunities", "stage-events", "leads", "lead-assignments", "activities"]


@pytest.mark.parametrize("path", [*(f"{name}/" for name in LISTS), "metrics/", "metrics/win-rate/"])
def test_a_parameter_that_is_not_there_is_named(crm, path):
    answer = crm.get(path, sinse="2024-01-01")

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/sinse"]


@pytest.mark.parametrize("limit", ["abc", "0", "-1", "1001", "", "1.5"])
def test_a_limit_that_is_none_is_named(crm, limit):
    answer = crm.get("leads/", limit=limit)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/limit"]


def test_the_document_says_that_a_batch_holds_nothing_else():
    schemas = document()["components"]["schemas"]

    for name in ("OpportunitiesBatchRequest", "LeadsBatchRequest", "PipelineRequest"):
        assert schemas[name]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("not a row", "not a row"),
        (None, "null"),
        (["a"], '["a"]'),
        (ROW | {"name": ["a", 1.5]}, '["a", 1.5]'),
        (ROW | {"entered": None}, "null"),
        (ROW | {"nmae": "Pumps"}, "Pumps"),
        (ROW | {"nmae": {"is": True}}, '{"is": true}'),
    ],
)
def test_an_error_says_the_value_as_it_was_sent(crm, row, value):
    (fault,) = crm.send("opportunities/", row)["rows"][0]["errors"]

    assert fault["value"] == value


def test_a_row_that_is_none_is_told_what_one_is(crm):
    (fault,) = crm.send("leads/", "not a row")["rows"][0]["errors"]

    assert fault["reason"] == "A row is an object: each field with its value."
