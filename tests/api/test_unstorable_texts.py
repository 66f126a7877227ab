"""Half a character, as a text cut in the middle ends with, is refused wherever it stands."""

import pytest

from tests.api.asking import faults

HALF = "\ud83d"
LEAD = {"id": "L1", "inbound_at": "2024-03-01T09:00:00Z"}


def test_a_row_with_one_in_its_id_is_rejected(crm):
    answer = crm.send("leads/", LEAD | {"id": HALF}, LEAD)

    assert faults(answer, 0) == [("id", "undecodable")]
    assert [row["id"] for row in answer["rows"]] == ["\N{REPLACEMENT CHARACTER}", "L1"]


@pytest.mark.parametrize(("path", "meant"), [("leads/", "meanings"), ("opportunities/", "stages")])
def test_a_value_that_is_given_a_meaning_has_none(crm, path, meant):
    answer = crm.post(path, {"source": "crm", "rows": [{}], meant: {HALF: "ignore"}})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{meant}")
