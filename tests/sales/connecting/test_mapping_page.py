"""Beside the mapping of a connection stand the names that may be written in it."""

import pytest

from sales.models import Connection, Pipeline

HOME = "/teams/acme/acme/connections/"


@pytest.fixture
def page(hubspot, cora, signed_in):
    path = f"{HOME}{hubspot.connection.pk}/mappings/"
    return lambda kind: signed_in(cora).get(f"{path}{kind}/")


def names(answer) -> str:
    """What stands beside the form."""
    return answer.content.decode().split("</form>")[-1]


def test_the_pipelines_and_their_stages_are_named_exactly(page):
    said = names(page("stage_events"))

    assert "<h3><code>Sales</code></h3>" in said
    stages = ("First contact", "Qualified", "Proposal")
    places = [said.index(f"<li><code>{stage}</code></li>") for stage in stages]
    assert places == sorted(places)
    assert "<dt><code>lost/disqualified</code></dt>" in said


def test_only_those_of_the_organisation_are_named(page, stranger):
    Pipeline.objects.create(organisation=stranger.organisation, name="Theirs")

    assert "Theirs" not in names(page("stage_events"))


def test_a_mapping_without_stages_names_no_pipeline(page):
    assert "Pipelines and their stages" not in names(page("leads"))


def test_every_field_that_was_sent_stands_for_itself(hubspot, page):
    hubspot.send("hubspot_deal_made")

    assert "<li><code>dealname</code></li><li><code>dealstage</code></li>" in names(
        page("stage_events")
    )


def test_the_whole_mapping_is_seen_without_scrolling(hubspot, page):
    lines = hubspot.connection.mappings.get(kind="stage_events").toml.splitlines()

    field = page("stage_events").context["form"].fields["toml"]

    assert field.widget.attrs["rows"] >= len(lines)


def test_a_link_to_a_mapping_says_that_it_is_one(hubspot, cora, signed_in):
    said = signed_in(cora).get(f"{HOME}{hubspot.connection.pk}/").content.decode()

    assert ">Mapping: Stage events</a>" in said


def test_beside_a_new_secret_stands_where_to_send_and_how_to_sign(cora, signed_in):
    said = {"format": "daya", "name": "Warehouse", "source": "crm"}

    page = signed_in(cora).post(f"{HOME}new/", said).content.decode()

    assert f"/api/v1/hooks/{Connection.objects.get().address}/" in page
    assert "https://www.standardwebhooks.com" in page
