"""What programs sent stands among the imports, apart from files."""

import pytest

from teams.models import ApiKey
from tests.api.asking import program


@pytest.fixture
def names(acme, cora, signed_in):
    """What the page of imports lists, as it is asked."""

    def listed(**asked: str) -> list[str]:
        page = signed_in(cora).get("/teams/acme/acme/imports/", asked)
        return [run.file_name for run in page.context["page"]]

    return listed


def test_files_are_listed_unless_others_are_asked_for(acme, names):
    program(acme, *ApiKey.Scope.values).send("leads/", {"id": "L1"})
    acme.import_runs.create(kind="leads", file_name="leads.csv")

    assert names() == ["leads.csv"]
    assert names(channel="api") == ["CRM"]
    assert names(channel="all") == ["leads.csv", "CRM"]


def test_a_batch_has_a_page_with_its_errors_and_can_be_undone(acme, cora, signed_in):
    row = {"id": "D1", "stage": "Qualified"}
    sent = program(acme, *ApiKey.Scope.values).send("opportunities/", row, {"id": "D2"})

    page = signed_in(cora).get(f"/teams/acme/acme/imports/{sent['import']}/").content.decode()
    errors = signed_in(cora).get(f"/teams/acme/acme/imports/{sent['import']}/errors.csv")

    assert "Undo the whole import" in page
    assert b"".join(errors.streaming_content).decode().splitlines() == [
        "row,field,value,reason",
        "2,stage,,This field must not be empty.",
    ]
