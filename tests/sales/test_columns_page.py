"""The columns step shows what is in the file, and which answers it cannot do without."""

import re

import pytest

from tests.sales.crm import received

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
