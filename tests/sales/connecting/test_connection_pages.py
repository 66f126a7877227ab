"""Connecting a CRM and looking after it, on pages."""

import re

from sales.models import Connection, Opportunity
from teams.sealing import unseal
from tests.api.asking import program as api_program
from tests.sales.connecting.sending import CLIENT_SECRET, Sender, payload

HOME = "/teams/acme/acme/connections/"
LEAD = {"id": "L1", "inbound_at": "2024-03-01T09:00:00Z"}
NEW = {"format": "daya", "name": "Warehouse", "source": "crm"}


def page(client, path: str = "") -> str:
    return client.get(HOME + path).content.decode()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_connection_is_made_and_its_secret_is_shown_once(cora, signed_in):
    client = signed_in(cora)

    shown = client.post(f"{HOME}new/", NEW).content.decode()

    made = Connection.objects.get()
    secret = unseal(made.secret)
    assert secret in shown
    assert secret not in page(client, f"{made.pk}/")
    assert Sender(made, secret).post({"kind": "leads", "rows": [LEAD]}).status_code == 202


def test_hubspots_own_secret_is_filled_in_and_never_shown(cora, signed_in):
    client = signed_in(cora)
    client.post(f"{HOME}new/", NEW | {"format": "hubspot"})
    made = Connection.objects.get()
    assert "Nothing is taken before the secret is filled in." in page(client, f"{made.pk}/")

    client.post(f"{HOME}{made.pk}/secret/", {"secret": CLIENT_SECRET})

    assert CLIENT_SECRET not in page(client, f"{made.pk}/")
    made.refresh_from_db()
    assert Sender(made, CLIENT_SECRET).post([]).status_code == 202


def test_the_page_says_where_to_send(program, cora, signed_in):
    assert program.path in page(signed_in(cora), f"{program.connection.pk}/")


def test_what_came_in_is_counted_by_source_and_way(acme, program, cora, signed_in):
    program.send({"kind": "leads", "rows": [LEAD, {"id": "L2"}]})
    program.send({"kind": "leads", "rows": [LEAD]})
    api_program(acme, "sales:write").send("leads/", LEAD | {"name": "Mara"})

    said = text_of(page(signed_in(cora)))

    assert re.search(r"crm Webhook · Our daya \S+ \S+ 1 0 1 1 ", said)
    assert re.search(r"crm API · CRM \S+ \S+ 0 1 0 0 ", said)


def test_of_what_is_tried_again_only_rows_still_not_taken_count_as_rejected(
    hubspot, cora, signed_in
):
    moved = payload("hubspot_deal_won")[0] | {"propertyValue": "a third"}
    hubspot.send([moved])
    client, own = signed_in(cora), f"{hubspot.connection.pk}/"

    def rejected() -> tuple[str, str]:
        (everywhere,) = re.findall(r"Our hubspot \S+ \S+ \d+ \d+ \d+ (\d+) ", text_of(page(client)))
        (here,) = re.findall(r"rejected (\d+)", text_of(page(client, own)))
        return everywhere, here

    assert rejected() == ("1", "1")
    client.post(f"{HOME}{own}do/again/")
    hubspot.take_in()
    assert rejected() == ("1", "1")
    client.post(f"{HOME}{own}values/", {"value_0": "Contract Sent"})
    hubspot.take_in()
    assert rejected() == ("0", "0")


def test_a_rejected_row_is_shown_as_it_was_sent(program, cora, signed_in):
    program.send({"kind": "leads", "rows": [{"id": "L2", "name": "Mara <b>"}]})
    client = signed_in(cora)

    for path in ("", "rejected/", f"{program.connection.pk}/"):
        said = page(client, path)

        assert "&quot;name&quot;: &quot;Mara &lt;b&gt;&quot;" in said, path
        assert "This field must not be empty." in said, path


def test_rejected_rows_are_found_and_sent_as_csv(program, cora, signed_in):
    rows = [{"id": "L2", "name": "Mara"}, {"id": "L3", "name": "=cmd()"}]
    program.send({"kind": "leads", "rows": rows})
    client = signed_in(cora)

    assert "L2" not in text_of(page(client, "rejected/?q=cmd"))
    answer = client.get(f"{HOME}rejected/rejected.csv?q=L2")
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert len(lines) == 2
    assert lines[1].endswith('"{""id"": ""L2"", ""name"": ""Mara""}"')


def test_the_newest_rejected_row_comes_first(program, cora, signed_in):
    for number in range(7):
        program.send({"kind": "leads", "rows": [{"id": f"ROW-{number}", "inbound_at": "soon"}]})
    client = signed_in(cora)

    assert re.findall(r"ROW-\d", page(client)) == [f"ROW-{number}" for number in (6, 5, 4, 3, 2)]
    assert re.findall(r"ROW-\d", page(client, "rejected/?sort=oldest"))[0] == "ROW-0"


def test_values_nobody_explained_are_explained_on_the_page(hubspot, cora, signed_in):
    moved = payload("hubspot_deal_won")[0] | {"propertyValue": "a third"}
    hubspot.send([moved])
    client = signed_in(cora)
    assert "a third" in page(client, f"{hubspot.connection.pk}/")

    client.post(f"{HOME}{hubspot.connection.pk}/values/", {"value_0": "Contract Sent"})
    hubspot.take_in()

    assert Opportunity.objects.get().events.get().stage.name == "Contract Sent"
    assert "a third" not in page(client, f"{hubspot.connection.pk}/")
    assert "a third" not in page(client, "rejected/")


def test_a_mapping_is_changed_or_refused_with_the_reason(hubspot, cora, signed_in):
    client, path = signed_in(cora), f"{HOME}{hubspot.connection.pk}/mappings/leads/"
    kept = hubspot.connection.mappings.get(kind="leads").toml

    for toml, reason in (
        ("kind =", "The mapping is not TOML"),
        (kept.replace('kind = "leads"', 'kind = "activities"'), "is not a field"),
        (kept.replace('source = "crm"', 'source = "other"'), "source must stay crm."),
        (kept.replace('"createdate"', '"name@"'), "when name changed is not known."),
    ):
        answer = client.post(path, {"toml": toml})
        assert (answer.status_code, reason in answer.content.decode()) == (422, True)

    client.post(path, {"toml": kept.replace('account = "company"\n', "")})
    assert "company" not in hubspot.connection.mappings.get(kind="leads").toml


def test_disconnected_nothing_is_taken_any_more_and_what_came_in_stays(hubspot, cora, signed_in):
    hubspot.send("hubspot_deal_made")
    client = signed_in(cora)

    client.post(f"{HOME}{hubspot.connection.pk}/do/disconnect/")

    assert hubspot.post([]).status_code == 401
    assert client.get(f"{HOME}{hubspot.connection.pk}/").status_code == 404
    assert "Webhook · Our hubspot" in text_of(page(client))
    assert Opportunity.objects.exists()
