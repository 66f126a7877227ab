"""A mapping as TOML, uploaded with its file: everything is said, so the preview comes next."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.models import Job
from jobs.running import run_now
from sales.importing.mapping import from_toml
from tests.sales.crm import counts, steps
from tests.sales.from_files import EXPORTS, MAPPINGS

IMPORTS = "/teams/acme/acme/imports"
MAPPING = """
[columns]
id = "id"
stage = "stage"
[pipeline]
stages = ["Open"]
"""


@pytest.fixture
def browser(acme, ben, cora, signed_in):
    return signed_in(cora)


def upload(browser, mapping, *, kind="opportunities", file=b"id,stage\nA,Open\n", **files):
    given = {"file": file, "mapping_file": mapping, **files}
    uploads = {name: SimpleUploadedFile(name, content) for name, content in given.items()}
    return browser.post(f"{IMPORTS}/new/", {"kind": kind, **uploads})


def do(task):
    assert run_now(Job.objects.get(task=task).pk)


def test_an_export_of_salesforce_with_its_footer_in_two_steps(acme, browser):
    name = "salesforce_opportunity_history"
    mapping, file = MAPPINGS / f"{name}.toml", EXPORTS / f"{name}.csv"

    answer = upload(browser, mapping.read_bytes(), kind="stage_events", file=file.read_bytes())

    run = acme.import_runs.get()
    assert answer.url == f"{IMPORTS}/{run.pk}/"
    assert from_toml(run.toml) == from_toml(mapping.read_text())
    do("sales.plan")
    run.refresh_from_db()
    browser.post(f"{IMPORTS}/{run.pk}/do/commit/", {"attempt": run.attempt})
    do("sales.commit")
    run.refresh_from_db()
    assert counts(run) == {"created": 6}
    assert steps(acme, "0065g00000AbCdF") == ["Prospecting", "lost"]


def test_what_it_leaves_out_asks_for_no_meaning(acme, browser):
    mapping = (MAPPINGS / "hubspot_deals.toml").read_bytes()
    upload(browser, mapping, file=(EXPORTS / "hubspot_deals.csv").read_bytes())
    do("sales.plan")

    page = browser.get(f"{IMPORTS}/{acme.import_runs.get().pk}/stages/")

    asked = [row["value"] for row in page.context["form"].rows() if row["count"]]
    assert asked == ["Closed Won", "Closed Lost", "Presentation Scheduled"]


@pytest.mark.parametrize(
    ("mapping", "field", "said"),
    [
        (b"kind = ", "mapping_file", "The mapping is not TOML"),
        (b"\xff", "mapping_file", "The mapping is not TOML"),
        (b"colour = 'red'", "mapping_file", "colour: is not part of a mapping."),
        (b"#" * 100_001, "mapping_file", "This is too large for a mapping."),
        (
            b"kind = 'stage_events'\n[columns]\nat = 'at'" + MAPPING.encode()[10:],
            "mapping_file",
            "This mapping is for another kind of file.",
        ),
        (
            MAPPING.encode() + b"[owners]\nfile = 'x.csv'\nowner = 'a'\nteams = ['b']",
            "owners_file",
            "The mapping needs this file.",
        ),
    ],
)
def test_one_that_cannot_be_used_is_refused_with_its_reason(acme, browser, mapping, field, said):
    answer = upload(browser, mapping)

    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(said)
    assert not acme.import_runs.exists()


@pytest.mark.parametrize("step", ["columns", "stages"])
def test_a_file_that_turns_out_to_be_unreadable_ends_its_import(acme, browser, step):
    rows = b"".join(b"%d,Open\n" % number for number in range(300))
    upload(browser, MAPPING.encode(), file=b"id,stage\n" + rows + b'A,"Open')
    do("sales.plan")
    run = acme.import_runs.get()

    answer = browser.post(
        f"{IMPORTS}/{run.pk}/{step}/", {"column_id": "id", "source": "crm", "column_stage": "stage"}
    )

    page = browser.get(answer.url).content.decode()
    assert "A quotation mark is opened here and never closed" in page
