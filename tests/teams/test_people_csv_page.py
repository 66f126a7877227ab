"""The people file on its pages: down, up again, and errors as a table."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from teams.exporting import DANGEROUS
from teams.models import Person
from tests.teams.test_people_csv_out import FORMULAS

PEOPLE = "/teams/acme/acme/people/"


def upload(client, said: str | bytes, name: str = "people.csv"):
    raw = said if isinstance(said, bytes) else said.encode()
    return client.post(f"{PEOPLE}in/", {"file": SimpleUploadedFile(name, raw)})


def test_the_download_is_a_file_of_its_own_name(cora, ben, signed_in):
    answer = signed_in(cora).get(f"{PEOPLE}people.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="people-acme.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert b"Ben,ben@acme.example,,north,rep" in b"".join(answer.streaming_content)


def test_the_download_uploaded_again_changes_nothing(cora, ben, signed_in):
    client = signed_in(cora)
    said = b"".join(client.get(f"{PEOPLE}people.csv").streaming_content)

    page = upload(client, said).content.decode()

    assert "There is nothing to do" in page


def test_errors_are_a_table_and_nothing_is_taken(acme, cora, signed_in):
    said = "name,email,team\nEve,eve@acme.example,mars\n<b>Adam</b>,<i>,\n"

    answer = upload(signed_in(cora), said)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no open team of this name." in page
    assert "&lt;i&gt;" in page
    assert not acme.people.filter(name="Eve").exists()


@pytest.mark.parametrize("said", [b"", b"\x00\x01\x02", b"name,email\n\x00,\n", b'"', b",\n" * 9])
def test_a_hostile_file_is_refused_not_broken_on(cora, signed_in, said):
    assert upload(signed_in(cora), said).status_code == 422


def test_a_name_of_a_file_goes_nowhere(acme, cora, north, signed_in):
    said = "name,email\nEve,eve@acme.example\n"

    assert upload(signed_in(cora), said, name="../../etc/passwd").status_code == 200


def test_formulas_come_down_as_text(acme, cora, signed_in):
    for number, text in enumerate(FORMULAS):
        Person.objects.create(organisation=acme, name=text, external_id=f"n{number}")

    answer = signed_in(cora).get(f"{PEOPLE}people.csv")

    rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline=""))
    assert not [cell for row in rows for cell in row if cell.startswith(DANGEROUS)]


def test_the_example_can_be_taken_in_as_it_is(cora, signed_in):
    client = signed_in(cora)
    example = b"".join(client.get(f"{PEOPLE}example.csv").streaming_content)

    answer = upload(client, example)

    assert answer.status_code == 200
    assert "<dt>added</dt><dd>2</dd>" in answer.text
