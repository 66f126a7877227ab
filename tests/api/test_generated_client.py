"""A client that others' tools make of the OpenAPI document sends facts and reads numbers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.api.documenting import document
from teams.models import ApiKey
from tests import world
from tests.api.asking import program

SCRIPT = """
import sys
from daya_client import AuthenticatedClient
from daya_client.api.metrics import list_rows, read_metric
from daya_client.api.sales import list_opportunities, send_opportunities
from daya_client.models import OpportunitiesBatchRequest

site, key = sys.argv[1:]
daya = AuthenticatedClient(site, token=key)
won = {"id": "D1", "stage": "won", "closed_at": "2024-03-20T12:00:00+00:00", "amount": "12.50"}
rows = [won, {"id": "D2", "stage": "?"}]
body = OpportunitiesBatchRequest.from_dict({"source": "crm", "rows": rows})

first = send_opportunities.sync(client=daya, body=body, idempotency_key="one")
again = send_opportunities.sync(client=daya, body=body, idempotency_key="one")
assert first == again
assert [row.outcome.value for row in first.rows] == ["created", "rejected"]
assert first.rows[1].errors[0].code == "unknown_stage"

(listed,) = list_opportunities.sync(client=daya, source="crm").results
assert (listed.id, listed.amount, listed.outcome.value) == ("D1", "12.50", "won")
assert read_metric.sync(slug="win-rate", client=daya)[0].unit == "percent"
assert list_rows.sync(slug="win-rate", client=daya).next_ is None

refused = AuthenticatedClient(site, token="daya_x_y")
assert list_opportunities.sync(client=refused).status == 401
"""


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_sends_and_reads(live_server, tmp_path):
    key = program(world.found("acme"), *ApiKey.Scope.values).text
    generate(tmp_path)

    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, live_server.url, key],
        cwd=tmp_path / "daya-client", capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr


def generate(folder: Path) -> None:
    (folder / "openapi.json").write_text(json.dumps(document()))
    (folder / "settings.yml").write_text("post_hooks: []\n")
    words = ["generate", "--path", "openapi.json", "--config", "settings.yml"]
    said = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *words],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert "warning" not in (said.stdout + said.stderr).lower()
