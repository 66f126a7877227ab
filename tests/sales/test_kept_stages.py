"""Stages that a file does not show stay: those of its mapping, and those of the pipeline."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sales.importing.mapping import from_toml
from sales.models import MappingProfile
from tests.sales.crm import imported, mapping_for

IMPORTS = "/teams/acme/acme/imports"
HEADER = "Id,Stage,Closed,Engaged"
CLOSED = ["A,Won,2024-02-05,2024-01-03", "B,Lost,2024-02-06,2024-01-04"]
SAVED = mapping_for(
    HEADER,
    pipeline_stages=("Engaging", "Trial"),
    stages={"Won": "won", "Lost": "lost", "3 On trial": "Trial", "Junk": "ignore"},
    entered={"Engaging": "Engaged"},
)


@pytest.fixture
def browser(acme, cora, signed_in):
    return signed_in(cora)


@pytest.fixture
def saved(acme):
    return MappingProfile.objects.create(
        organisation=acme, kind="opportunities", name="CRM", toml=SAVED.to_toml()
    ).pk


def stages_page(browser, acme, *rows, profile=""):
    """The address of the page for a file, its columns said."""
    file = SimpleUploadedFile("deals.csv", "\n".join([HEADER, *rows]).encode())
    said = {"kind": "opportunities", "file": file, "profile": profile}
    browser.post(f"{IMPORTS}/new/", said)
    run = acme.import_runs.latest("pk")
    columns = {"column_id": "Id", "column_stage": "Stage", "column_closed_at": "Closed"}
    browser.post(f"{IMPORTS}/{run.pk}/columns/", {**columns, "source": "crm"})
    return f"{IMPORTS}/{run.pk}/stages/"


def row(browser, page, value):
    """The row's number and what it says."""
    rows = list(browser.get(page).context["form"].rows())
    number = next(number for number, row in enumerate(rows) if row["value"] == value)
    return number, {name: rows[number][name].initial for name in ("meaning", "order", "entered")}


def confirmed(browser, page, **changes):
    """The answer to the page as it stands, but for the changes."""
    form = browser.get(page).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    said = {name: value for name, value in shown.items() if value not in (None, False)}
    return browser.post(page, {**said, **changes})


def drafted(acme):
    return from_toml(acme.import_runs.latest("pk").toml)


def test_stages_of_the_mapping_that_the_file_does_not_show_are_shown_as_such(browser, acme, saved):
    page = stages_page(browser, acme, *CLOSED, profile=saved)

    assert row(browser, page, "Engaging")[1] == {
        "meaning": "open", "order": 1, "entered": "Engaged"
    }  # fmt: skip
    assert browser.get(page).content.decode().count("not in this file") == 2


def test_a_file_of_only_closed_rows_keeps_all_that_its_mapping_says(browser, acme, saved):
    imported(acme, HEADER, "C,Engaging,,2024-01-03", pipeline_stages=SAVED.pipeline_stages)
    page = stages_page(browser, acme, *CLOSED, profile=saved)

    assert confirmed(browser, page).status_code == 302

    assert drafted(acme) == SAVED


def test_a_new_stage_comes_beside_those_of_the_mapping(browser, acme, saved):
    imported(acme, HEADER, "C,Engaging,,2024-01-03", pipeline_stages=SAVED.pipeline_stages)
    page = stages_page(browser, acme, *CLOSED, "D,Negotiating,,", profile=saved)
    new, _said = row(browser, page, "Negotiating")
    trial, _said = row(browser, page, "Trial")

    said = {f"meaning_{new}": "open", f"order_{new}": 2, f"order_{trial}": 3}
    assert confirmed(browser, page, **said).status_code == 302

    assert drafted(acme).pipeline_stages == ("Engaging", "Negotiating", "Trial")
    assert drafted(acme).entered == {"Engaging": "Engaged"}


def test_a_value_that_means_a_stage_of_another_name_goes_on_meaning_it(browser, acme, saved):
    page = stages_page(browser, acme, "D,3 On trial,,", profile=saved)

    assert confirmed(browser, page).status_code == 302

    assert drafted(acme) == SAVED


def test_a_stage_in_use_goes_only_if_it_is_said_to_be_replaced(browser, acme, saved):
    imported(acme, HEADER, "C,Engaging,,2024-01-03", pipeline_stages=SAVED.pipeline_stages)
    page = stages_page(browser, acme, *CLOSED, profile=saved)
    trial, _said = row(browser, page, "Trial")
    gone = {f"meaning_{trial}": "gone"}

    assert confirmed(browser, page, **gone).status_code == 422
    assert confirmed(browser, page, **gone, replaces="on").status_code == 302

    assert drafted(acme).pipeline_stages == ("Engaging",)


def test_without_a_mapping_the_stages_of_the_pipeline_are_kept(browser, acme):
    imported(acme, HEADER, "C,Offer,,", pipeline_stages=("Demo", "Offer"))
    page = stages_page(browser, acme, *CLOSED)

    assert confirmed(browser, page).status_code == 302

    assert drafted(acme).pipeline_stages == ("Demo", "Offer")


def test_where_there_are_none_they_can_be_named(browser, acme):
    page = stages_page(browser, acme, *CLOSED)
    refused = confirmed(browser, page)

    assert list(refused.context["form"].errors) == ["named"]
    assert "Open stages that are not in this file" in refused.content.decode()
    assert confirmed(browser, page, named="Demo, Offer").status_code == 302
    assert drafted(acme).pipeline_stages == ("Demo", "Offer")


def test_stages_of_another_column_of_the_file_are_not_kept(browser, acme, saved):
    page = stages_page(browser, acme, *CLOSED, profile=saved)
    columns = {"column_id": "Id", "column_stage": "Engaged", "column_closed_at": "Closed"}

    browser.post(page.replace("stages", "columns"), {**columns, "source": "crm"})

    assert "not in this file" not in browser.get(page).content.decode()
