"""Whoever would change the stages of a pipeline in use is told which, before anything happens."""

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from sales.importing.mapping import from_toml
from tests.sales.crm import imported, mapping_for, planned

IMPORTS = "/teams/acme/acme/imports"
HEADER = "Id,Stage"
OTHERS = ("Demo", "Offer")
CHANGE = (
    "Pipeline “Sales” gets a new version from source “hubspot”: stages First contact, Qualified, "
    "Proposal → Demo, Offer."
)


@pytest.fixture
def browser(acme, cora, signed_in):
    return signed_in(cora)


def mapped(browser, acme, **said):
    """The answer to the stages of a file with Demo and Offer."""
    file = SimpleUploadedFile("deals.csv", b"Id,Stage\nA,Demo\nB,Offer\n")
    browser.post(f"{IMPORTS}/new/", {"kind": "opportunities", "file": file})
    run = acme.import_runs.latest("pk")
    columns = {"column_id": "Id", "column_stage": "Stage", "source": "hubspot"}
    browser.post(f"{IMPORTS}/{run.pk}/columns/", columns)
    stages = {"meaning_0": "open", "order_0": 1, "meaning_1": "open", "order_1": 2}
    return browser.post(f"{IMPORTS}/{run.pk}/stages/", {"pipeline": "Sales", **stages, **said})


def test_the_preview_says_which_pipeline_gets_which_stages(acme, browser):
    imported(acme, HEADER, "A,Proposal")
    run = planned(acme, HEADER, "B,Demo", pipeline_stages=OTHERS, source="hubspot")

    assert CHANGE in browser.get(f"{IMPORTS}/{run.pk}/").content.decode()


@pytest.mark.parametrize("said", [{}, {"pipeline": "Partners", "pipeline_stages": OTHERS}])
def test_where_nothing_changes_nothing_is_said(acme, browser, said):
    imported(acme, HEADER, "A,Proposal")
    run = planned(acme, HEADER, "B,Proposal", **said, stages={"Proposal": "won"} if said else {})

    assert "gets a new version" not in browser.get(f"{IMPORTS}/{run.pk}/").content.decode()


def test_a_dry_run_says_it_too(acme, tmp_path):
    imported(acme, HEADER, "A,Proposal")
    (tmp_path / "deals.csv").write_text("Id,Stage\nB,Demo\n")
    mapping = mapping_for(HEADER, pipeline_stages=OTHERS, source="hubspot")
    (tmp_path / "map.toml").write_text(mapping.to_toml())
    said = StringIO()

    named = ("--organization", "acme", "--mapping", str(tmp_path / "map.toml"))
    file = str(tmp_path / "deals.csv")
    call_command("import_sales", "opportunities", file, *named, "--dry-run", stdout=said)

    assert CHANGE in said.getvalue()


def test_other_stages_under_the_name_of_a_pipeline_in_use_are_asked_about(acme, browser):
    imported(acme, HEADER, "A,Proposal")

    answer = mapped(browser, acme)

    assert answer.status_code == 422
    assert "such as “Sales hubspot”" in answer.content.decode()
    assert "These stages replace those of the pipeline" in answer.content.decode()


@pytest.mark.parametrize("said", [{"pipeline": "Sales hubspot"}, {"replaces": "on"}])
def test_another_name_or_a_word_is_enough(acme, browser, said):
    imported(acme, HEADER, "A,Proposal")

    assert mapped(browser, acme, **said).status_code == 302

    run = acme.import_runs.latest("pk")
    assert from_toml(run.toml).pipeline == said.get("pipeline", "Sales")


def test_a_file_that_shows_only_some_of_its_stages_changes_none(acme, browser):
    imported(acme, HEADER, "A,Demo", pipeline_stages=("Contact", "Demo", "Trial", "Offer"))

    assert mapped(browser, acme).status_code == 302

    draft = from_toml(acme.import_runs.latest("pk").toml)
    assert draft.pipeline_stages == ("Contact", "Demo", "Trial", "Offer")


def test_the_same_stages_in_another_order_are_asked_about(acme, browser):
    imported(acme, HEADER, "A,Demo", pipeline_stages=("Offer", "Demo"))

    assert mapped(browser, acme).status_code == 422


def test_a_pipeline_without_opportunities_takes_any_stages(acme, browser):
    assert mapped(browser, acme).status_code == 302


def test_the_source_of_the_last_import_is_offered(acme, browser):
    imported(acme, HEADER, "A,Proposal", source="hubspot")

    file = SimpleUploadedFile("deals.csv", b"Id,Stage\nA,Proposal\n")
    browser.post(f"{IMPORTS}/new/", {"kind": "opportunities", "file": file})

    draft = from_toml(acme.import_runs.latest("pk").toml, complete=False)
    assert draft.source == "hubspot"
