"""A people file is shown row by row, and taken only when that is agreed to; then all of it."""

import random
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.models import Job
from teams.models import Person
from teams.people_csv import LARGEST
from tests import world

PEOPLE = "/teams/acme/acme/people/"
SAID = "name,email,team,role\nEve,eve@acme.example,north,\nBen,ben@acme.example,south,\n"


@pytest.fixture
def client(cora, signed_in):
    return signed_in(cora)


def preview(client, said: str = SAID) -> str:
    file = SimpleUploadedFile("people.csv", said.encode())
    return client.post(f"{PEOPLE}in/", {"file": file}).content.decode()


def agree(client, page: str, **more: str) -> str:
    signed = re.search('name="file" value="([^"]+)"', page)[1]
    said = {"file": signed, **more}
    return client.post(f"{PEOPLE}in/confirm/", said, follow=True).content.decode()


def test_every_row_says_what_it_does_and_nothing_is_done(acme, client, south, ben):
    page = preview(client, SAID + "Cora,cora@acme.example,,\n")

    rows = page.partition("Row by row")[2].split("<tr>")[2:]
    says = [("Eve", "added", "North"), ("Ben", "changed", "North → South"), ("Cora", "unchanged")]
    for row, words in zip(rows, says, strict=True):
        assert all(word in row for word in words)
    assert not acme.people.filter(name="Eve").exists()
    assert ben.memberships.get().team.name == "North"


def test_agreed_to_it_is_done_and_said(acme, client, south, ben):
    page = agree(client, preview(client))

    assert "1 person added, 1 changed, 0 unchanged." in page
    assert acme.people.filter(name="Eve").exists()
    assert ben.memberships.in_force().get(to_at=None).team == south


def test_a_row_with_an_error_leaves_nothing_to_agree_to(client, south, ben):
    page = preview(client, SAID + "Adam,?,mars,boss\n")

    assert "3 errors" in page
    assert "in/confirm/" not in page


def test_nobody_is_invited_unless_that_is_asked_for(acme, client, south, ben):
    page = preview(client)

    agree(client, page)

    assert "Send an invitation to the 1 of them" in page
    assert not acme.people.get(name="Eve").invitations.exists()


def test_asked_for_who_has_no_account_is_invited_by_a_job(acme, client, south, ana, ben, cora):
    Person.objects.create(organisation=acme, name="Adam", email="adam@acme.example")
    said = SAID + "Adam,adam@acme.example,,\nAna,ana@acme.example,,\n"

    page = agree(client, preview(client, said), invite="on")

    assert "2 invitations are on their way." in page
    invited = acme.people.exclude(invitations=None)
    assert {person.name for person in invited} == {"Eve", "Adam"}
    assert invited[0].invitations.get().invited_by == cora
    assert Job.objects.waiting().filter(task="teams.send_invitation").count() == 2


def test_who_is_invited_already_is_not_asked_twice(client, south, ben):
    agree(client, preview(client), invite="on")

    assert "There is nothing to do" in preview(client)


def test_if_it_would_do_something_else_by_now_it_is_shown_again(acme, client, south, ben):
    page = preview(client)
    world.person(south, "Eve")

    again = agree(client, page)

    assert "People have changed meanwhile" in again
    assert ben.memberships.get().team.name == "North"
    assert "1 person added" not in again
    assert "0 people added, 2 changed" in agree(client, again)


@pytest.mark.parametrize("signed", ["", "x", "x:y:z"])
def test_a_file_that_was_never_shown_is_not_taken(client, signed):
    page = client.post(f"{PEOPLE}in/confirm/", {"file": signed}, follow=True).content.decode()

    assert "Upload and look at it" in page


def test_what_was_shown_to_one_organisation_is_taken_by_no_other(
    client, south, ben, stranger, signed_in
):
    signed = re.search('name="file" value="([^"]+)"', preview(client))[1]

    signed_in(stranger).post("/teams/globex/globex/people/in/confirm/", {"file": signed})

    assert not Person.objects.filter(name="Eve").exists()


def test_what_was_shown_long_ago_is_shown_anew(client, south, ben, monkeypatch):
    hours_ago = time.time() - 7_200
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: hours_ago)
        page = preview(client)

    assert "more than an hour ago" in agree(client, page)


def test_the_largest_file_comes_back_whole(client):
    letters = random.Random(1)
    names = (
        "".join(chr(letters.randrange(0x4E00, 0x9FFF)) for _ in range(200)) for _ in range(1_600)
    )
    said = "name,email\n" + "".join(f"{name},\n" for name in names)

    assert 0.95 * LARGEST < len(said.encode()) < LARGEST
    assert "1,600 people added" in agree(client, preview(client, said))
