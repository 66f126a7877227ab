"""Files about leads on the pages: columns guessed, values asked about, previewed, imported."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.models import Job
from jobs.running import run_now
from sales.importing.mapping import from_toml
from tests.sales.crm import counts
from tests.sales.lead_files import ACTIVITIES, LEADS, activity, imported, lead

IMPORTS = "/teams/acme/acme/imports"


@pytest.fixture
def browser(acme, ben, cora, signed_in):
    return signed_in(cora)


def upload(browser, acme, kind, *rows, **more):
    """The address of the import's pages."""
    file = SimpleUploadedFile("export.csv", "\n".join(rows).encode())
    answer = browser.post(f"{IMPORTS}/new/", {"kind": kind, "file": file, **more})
    assert answer.status_code == 302, answer.context["form"].errors
    return f"{IMPORTS}/{acme.import_runs.first().pk}"


def send(browser, page, **said):
    """The form of a page as it is filled in, with what is said."""
    form = browser.get(page).context["form"]
    filled = {name: form[name].value() or "" for name in form.fields}
    return browser.post(page, filled | said)


def do(task, run):
    run_now(Job.objects.get(task=task, args__run=run.pk).pk)
    run.refresh_from_db()
    return run


def test_a_file_of_leads_in_three_steps(acme, browser):
    place = upload(
        browser, acme, "leads",
        "Lead ID,Full Name,Company,Lead Source,Create Date,Disposition",
        "L1,Mara,Mill Ltd,Web,2024-03-04,", "L2,Win a prize,,Web,2024-03-04,Junk mail",
    )  # fmt: skip

    send(browser, f"{place}/columns/")
    send(browser, f"{place}/stages/", profile="Leads of ours")

    run = do("sales.plan", acme.import_runs.get())
    page = browser.get(f"{place}/").content.decode()
    assert counts(run) == {"created": 2}
    assert "Win a prize" in page
    assert "Mill Ltd" in page
    assert "Spam" in page
    browser.post(f"{place}/do/commit/", {"attempt": run.attempt})
    do("sales.commit", run)
    assert lead(acme, "L2").left_out == "spam"
    assert acme.mapping_profiles.get().kind == "leads"


def test_what_an_activity_means_is_guessed_or_asked(acme, browser):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,")
    values = ["Outgoing call", "Incoming email", "Sequence email", "Fax"]
    rows = [f"{n},{value},2024-03-05,L1,,Ben" for n, value in enumerate(values)]
    place = upload(browser, acme, "activities", ACTIVITIES, *rows)
    send(browser, f"{place}/columns/")

    form = browser.get(f"{place}/stages/").context["form"]
    refused = send(browser, f"{place}/stages/")
    send(browser, f"{place}/stages/", meaning_3="message")

    assert [row["meaning"].initial for row in form.rows()] == [
        "call", "email/inbound", "email/automated", "",
    ]  # fmt: skip
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["meaning_3"]
    run = do("sales.plan", acme.import_runs.first())
    assert from_toml(run.toml).meanings["Fax"] == "message"
    browser.post(f"{place}/do/commit/", {"attempt": run.attempt})
    do("sales.commit", run)
    assert activity(acme, "3").kind == "message"


def test_assignments_have_no_values_to_ask_about(acme, browser):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,")
    place = upload(browser, acme, "lead_assignments", "Lead ID,Owner,Date", "L1,Ben,2024-03-05")

    send(browser, f"{place}/columns/")
    page = browser.get(f"{place}/stages/").content.decode()
    send(browser, f"{place}/stages/")

    run = do("sales.plan", acme.import_runs.first())
    assert "No value of this file needs a meaning." in page
    assert counts(run) == {"created": 1}
    assert "Given to" in browser.get(f"{place}/").content.decode()


def test_a_value_that_a_kept_mapping_does_not_know_is_asked_about(acme, browser):
    first = upload(browser, acme, "leads", "Id,Create Date,Disposition", "L1,2024-03-04,Junk")
    send(browser, f"{first}/columns/")
    send(browser, f"{first}/stages/", profile="Ours")
    kept = acme.mapping_profiles.get().pk

    place = upload(
        browser, acme, "leads", "Id,Create Date,Disposition", "L2,2024-03-04,Junk",
        "L3,2024-03-04,Test lead", profile=kept,
    )  # fmt: skip

    form = browser.get(f"{place}/stages/").context["form"]
    assert [row["meaning"].initial for row in form.rows()] == ["spam", ""]


def test_an_owners_file_has_no_place_beside_activities(browser):
    files = {name: SimpleUploadedFile(name, b"a,b\n1,2\n") for name in ("file", "owners_file")}

    answer = browser.post(f"{IMPORTS}/new/", {"kind": "activities", **files})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["owners_file"]


def test_amounts_are_not_asked_about_where_there_are_none(acme, browser):
    place = upload(browser, acme, "leads", "Id,Create Date", "L1,2024-03-04")

    form = browser.get(f"{place}/columns/").context["form"]

    assert "currency" not in form.fields
    assert form["column_id"].label == "Id of the lead"
