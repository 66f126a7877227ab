"""The columns step shows what is in the file, and which answers it cannot do without."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sales.models import MappingProfile
from tests.sales.crm import mapping_for, received

ROWS = ["1,Won,Ben,,b", "2,Lost,<Ana>,,b", "3,Won,Cora,,b", "4,Won,Dana,,b"]


@pytest.fixture
def page(acme, cora, signed_in):
    run = received(acme, "Id,Stage,Owner,Empty,Same", *ROWS)
    return signed_in(cora).get(f"/teams/acme/acme/imports/{run.pk}/columns/").content.decode()


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Id", ["1", "2", "3"]),
        ("Owner", ["Ben", "&lt;Ana&gt;", "Cora"]),
        ("Same", ["b"]),
        ("Empty", []),
    ],
)
def test_up_to_three_different_values_of_each_column(page, column, values):
    (shown,) = re.findall(rf"<dt>{column}</dt><dd>(.*?)</dd>", page)

    assert re.findall(r'class="sample">(.*?)<', shown) == values
    assert ("empty" in shown) == (not values)


@pytest.mark.parametrize(
    ("field", "marked"), [("column_id", True), ("column_stage", True), ("column_owner", False)]
)
def test_required_answers_are_marked(page, field, marked):
    (label,) = re.findall(rf'<label for="id_{field}">(.*?)</label>', page)

    assert ("(required)" in label) is marked


@pytest.mark.parametrize(
    ("is_chosen", "said"),
    [
        (True, "Filled in from the mapping “CRM”; correct what is wrong."),
        (False, "Guessed by the columns’ names; correct what is wrong."),
    ],
)
def test_where_the_answers_come_from_is_said(acme, cora, signed_in, is_chosen, said):
    toml = mapping_for("Id,Stage").to_toml()
    saved = MappingProfile.objects.create(
        organisation=acme, kind="opportunities", name="CRM", toml=toml
    )
    file = SimpleUploadedFile("deals.csv", b"Id,Stage\nA,Won\n")
    upload = {"kind": "opportunities", "file": file, "profile": saved.pk if is_chosen else ""}

    page = signed_in(cora).post("/teams/acme/acme/imports/new/", upload, follow=True)

    assert said in page.content.decode()
