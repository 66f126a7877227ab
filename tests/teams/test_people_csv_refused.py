"""A file with an error changes nothing and says line, column, value and reason."""

import io

import pytest

from teams import joining, people_csv
from teams.models import Organisation, Person
from teams.people_csv import BadFile, Trouble, text_of
from teams.people_in import take_people
from teams.tree import add_team
from tests import world


def troubles(organisation: Organisation, said: str | bytes) -> list[Trouble]:
    raw = said if isinstance(said, bytes) else said.encode()
    before = list(Person.objects.values())
    with pytest.raises(BadFile) as refusal:
        take_people(organisation, text_of(io.BytesIO(raw)))
    assert list(Person.objects.values()) == before
    return refusal.value.problems


def row(*cells: str) -> str:
    return "name,email,crm_id,team,role\nEve,eve@acme.example,,,\n" + ",".join(cells) + "\n"


@pytest.mark.parametrize(
    ("cells", "column", "value", "reason"),
    [
        (("", "x@acme.example"), "name", "", "must not be empty"),
        (("x" * 201, ""), "name", "x" * 201, "at most 200 characters"),
        (('"X\nY"', ""), "name", "X\nY", "on one line"),
        (("X\0", ""), "name", "X\0", "on one line"),
        (("X", "x at acme"), "email", "x at acme", "valid email"),
        (("X", "", '"1\n2"'), "crm_id", "1\n2", "on one line"),
        (("X", "", "", "mars"), "team", "mars", "no open team"),
        (("X", "", "", "sales"), "team", "sales", "Several teams"),
        (("X", "", "", "closed"), "team", "closed", "no open team"),
        (("X", "", "", "north", "boss"), "role", "boss", "rep, manager or admin"),
        (("X", "", "", "", "rep"), "role", "rep", "A role needs a team"),
        (("Twin", ""), "name", "Twin", "Several people"),
        (("Gone", "gone@acme.example"), "email", "gone@acme.example", "deactivated"),
        (("X", "EVE@acme.example"), "email", "EVE@acme.example", "an earlier row"),
        (("Ben", "ben@acme.example", "a1"), "crm_id", "a1", "CRM id is here already"),
    ],
)
def test_the_cell_is_named(acme, north, south, ana, ben, cells, column, value, reason):
    Person.objects.filter(pk=ana.pk).update(external_id="a1")
    joining.deactivate(world.person(north, "Gone"))
    for _each in range(2):
        Person.objects.create(organisation=acme, name="Twin")
    for number, parent in enumerate((north, south)):
        made = add_team(parent, name=f"Team {number}")
        type(made).objects.filter(pk=made.pk).update(name="Sales")

    (found,) = troubles(acme, row(*cells))

    line = 3 + cells[0].count("\n") + "".join(cells[2:3]).count("\n")
    assert (found.line, found.column, found.value) == (line, column, value)
    assert reason in found.reason


def test_every_error_of_every_row_is_named(acme, north, ana, cora):
    Person.objects.filter(pk=ana.pk).update(external_id="a1")
    said = [
        "name,email,crm_id,team,role",
        ",a at acme,,mars,boss",
        "",
        "X,!,,,",
        'Cora,cora@acme.example,"a1",,rep',
    ]

    found = troubles(acme, "\n".join(said))

    assert {(each.line, each.column) for each in found} == {
        (2, "name"),
        (2, "email"),
        (2, "team"),
        (2, "role"),
        (4, "email"),
        (5, "crm_id"),
        (5, "team"),
    }


def test_an_id_that_an_earlier_row_took_is_refused(acme, ben):
    said = "name,email,crm_id\nEve,eve@acme.example,x1\nBen,ben@acme.example,x1\n"

    (found,) = troubles(acme, said)

    assert (found.line, found.column, found.value) == (3, "crm_id", "x1")


def test_somebody_new_with_the_id_of_an_earlier_row_is_refused_at_the_id(acme):
    (found,) = troubles(acme, "name,email,crm_id\nEve,,x1\nBen,new@acme.example,x1\n")

    assert (found.line, found.column, found.value) == (3, "crm_id", "x1")


def test_two_of_one_name_and_nothing_else_are_refused(acme):
    (found,) = troubles(acme, "name,email\nEve,\neve,\n")

    assert (found.line, found.column) == (3, "name")


def test_the_last_admin_is_not_imported_away(acme, cora):
    (found,) = troubles(acme, "name,email,role\nCora,cora@acme.example,rep\n")

    assert (found.line, found.column) == (2, "team")
    assert "Make somebody else an admin first" in found.reason


@pytest.mark.parametrize(
    ("said", "column", "reason"),
    [
        ("", "name", "no column of this name"),
        ("name\nEve\n", "email", "no column of this name"),
        ("name,email,phone\nEve,,1\n", "phone", "no such column"),
        ("name,email,name\nEve,,Eva\n", "name", "twice"),
        ("name,email\nEve,,spare\n", "", "more cells than the header"),
        ('name,email\n"Eve,\n', "", "unexpected end of data"),
        (b"name,email\nJos\xe9,\n", "", "UTF-8"),
        (b"\xff\xfen\0a\0m\0e\0", "", "UTF-8"),
        (b"PK\x03\x04\xff\xfe", "", "UTF-8"),
    ],
)
def test_a_file_that_is_not_such_a_file_is_named_as_one(acme, said, column, reason):
    (found,) = troubles(acme, said)

    assert found.column == column
    assert reason in found.reason


def test_a_file_is_at_most_one_megabyte(acme):
    (found,) = troubles(acme, b"name,email\n" + b"x" * people_csv.LARGEST)

    assert "larger than 1 MB" in found.reason


def test_a_file_has_at_most_five_thousand_rows(acme):
    (found,) = troubles(acme, "name,email\n" + "\n" * 5_001)

    assert "5,000 rows" in found.reason
