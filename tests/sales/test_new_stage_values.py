"""A value of the stage column that a saved mapping does not know is asked about, not guessed; of
another column, of which it knows none, all are guessed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sales.models import MappingProfile
from tests.sales.crm import mapping_for

IMPORTS = "/teams/acme/acme/imports"
FILE = b"Id,Stage\nA,Proposal\nB,Legal review\nC,Won\n"
OF_ANOTHER_COLUMN = b"Id,Stage\nA,Negotiation\nB,Closed Lost\nC,Closed Won\n"


@pytest.fixture
def stages(acme, cora, signed_in):
    """The page that asks, for a file uploaded with a saved mapping."""
    return asked(acme, signed_in(cora), FILE)


def asked(acme, browser, content):
    profile = MappingProfile.objects.create(
        organisation=acme, kind="opportunities", name="CRM", toml=mapping_for("Id,Stage").to_toml()
    )
    file = SimpleUploadedFile("deals.csv", content)
    said = {"kind": "opportunities", "file": file, "profile": profile.pk}
    browser.post(f"{IMPORTS}/new/", said)
    return browser, f"{IMPORTS}/{acme.import_runs.get().pk}/stages/"


def meant(browser, page):
    form = browser.get(page).context["form"]
    return {row["value"]: row["meaning"].initial for row in form.rows()}


def test_what_it_knows_is_filled_in_and_what_it_does_not_is_left_to_say(stages):
    browser, page = stages

    assert meant(browser, page) == {"Proposal": "open", "Legal review": "", "Won": "won"}


def test_where_it_knows_none_all_are_guessed(acme, cora, signed_in):
    browser, page = asked(acme, signed_in(cora), OF_ANOTHER_COLUMN)

    found = meant(browser, page)

    assert found == {"Negotiation": "open", "Closed Lost": "lost", "Closed Won": "won"}


def test_it_has_to_be_said(stages):
    browser, page = stages
    form = browser.get(page).context["form"]
    said = {name: field.initial or "" for name, field in form.fields.items()}

    answer = browser.post(page, {**said, "pipeline": "Sales", "replaces": ""})

    assert answer.status_code == 422
    asked = next(name for name, field in form.fields.items() if field.label == "Legal review")
    assert list(answer.context["form"].errors) == [asked]
