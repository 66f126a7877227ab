"""A key opens its own organisation, for what it may do, until it is revoked."""

import pytest

from teams.keys import make_key, revoke_key
from teams.models import ApiKey
from tests.api.asking import Program

READ = ["opportunities/", "stage-events/", "leads/", "lead-assignments/", "activities/"]
ROW = {"source": "crm", "rows": [{"id": "1"}]}
METRICS = ["metrics/", "metrics/win-rate/", "metrics/win-rate/rows/"]


def code(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


@pytest.mark.parametrize("text", ["", "daya", "daya_x_y", "daya__", "x_0123456789_y", "daya_ü_x"])
def test_what_is_no_key_is_401(acme, text):
    answer = Program(text).get("leads/")

    assert code(answer) == (401, "wrong-key" if text else "missing-key")
    assert answer["WWW-Authenticate"] == 'Bearer realm="daya"'


def test_a_key_with_another_secret_is_none(crm):
    assert code(Program(f"{crm.text}x").get("leads/")) == (401, "wrong-key")


def test_a_revoked_key_is_none(crm):
    revoke_key(crm.key)

    assert code(crm.get("leads/")) == (401, "wrong-key")


def test_a_session_is_no_key(cora, signed_in):
    assert code(signed_in(cora).get("/api/v1/leads/")) == (401, "missing-key")


@pytest.mark.parametrize("path", READ)
def test_sending_needs_its_scope(with_scopes, path):
    reader = with_scopes("sales:read", "metrics:read")

    assert code(reader.post(path, ROW)) == (403, "missing-scope")
    assert with_scopes("sales:write").post(path, ROW).status_code == 200


@pytest.mark.parametrize("path", READ)
def test_listing_needs_its_scope(with_scopes, path):
    writer = with_scopes("sales:write", "metrics:read")

    assert code(writer.get(path)) == (403, "missing-scope")
    assert with_scopes("sales:read").get(path).status_code == 200


@pytest.mark.parametrize("path", METRICS)
def test_numbers_need_their_scope(with_scopes, path):
    sales = with_scopes("sales:write", "sales:read")

    assert code(sales.get(path)) == (403, "missing-scope")
    assert with_scopes("metrics:read").get(path).status_code == 200


def test_two_organisations_send_the_same_ids_and_neither_changes_the_other(crm, other_crm):
    row = {"id": "D1", "stage": "Qualified"}
    crm.send("opportunities/", row | {"name": "Ours"})

    answer = other_crm.send("opportunities/", row | {"name": "Theirs"})

    assert answer["created"] == 1
    names = [each.get("opportunities/").json()["results"][0]["name"] for each in (crm, other_crm)]
    assert names == ["Ours", "Theirs"]


def test_a_team_of_another_organisation_is_not_there(crm, other_crm, north):
    assert crm.get("metrics/win-rate/", team="North").status_code == 200
    found, nothing = (other_crm.get("metrics/win-rate/", team=name) for name in ("North", "Nort"))
    assert code(found) == code(nothing) == (404, "not-found")


def test_a_person_of_another_organisation_is_not_there(crm, other_crm, ben):
    assert crm.get("metrics/win-rate/", rep=ben.email).status_code == 200
    assert code(other_crm.get("metrics/win-rate/", rep=ben.email)) == (404, "not-found")


def test_only_the_digest_of_a_key_is_kept(acme):
    key, text = make_key(acme, name="CRM", scopes=["sales:read"])

    secret = text.rpartition("_")[2]
    assert secret not in str(ApiKey.objects.filter(pk=key.pk).values())


def test_when_a_key_was_used_last_is_written_once_a_minute(crm):
    crm.get("leads/")
    first = ApiKey.objects.get().last_used_at

    crm.get("leads/")

    assert first is not None
    assert ApiKey.objects.get().last_used_at == first
