"""Who has left a team's line keeps their mail address and account to themselves and those they
are with now; what they were here stays."""

import pytest

from teams import joining
from teams.inviting import invite
from tests.world import day


@pytest.fixture
def moved(ben, south):
    """Ben went from North to South, where he is invited at another address."""
    joining.move(ben.memberships.get(), team=south, at=day("2024-06-01"))
    ben.email, ben.user = "ben@elsewhere.example", None
    ben.save()
    invite(ben)
    return ben


def page_of(client, team, person) -> str:
    return client.get(f"/teams/acme/{team}/people/{person.pk}/").content.decode()


def test_a_manager_reads_the_name_and_the_past_membership(ana, moved, signed_in):
    page = page_of(signed_in(ana), "north", moved)

    assert "Ben" in page
    assert "2024-06-01" in page
    assert "Not in North now." in page


def test_a_manager_reads_no_mail_address_nor_invitation(ana, moved, signed_in):
    page = page_of(signed_in(ana), "north", moved)

    assert "elsewhere" not in page
    assert "Invited" not in page
    assert "account" not in page.partition("<main")[2].partition("</main")[0].lower()


def test_nor_that_they_were_deactivated(ana, moved, signed_in):
    joining.deactivate(moved)

    assert "deactivated" not in page_of(signed_in(ana), "north", moved)


@pytest.mark.parametrize("query", ["", "?q=elsewhere", "?state=deactivated"])
def test_no_list_names_them(ana, moved, signed_in, query):
    page = signed_in(ana).get(f"/teams/acme/north/people/{query}").content.decode()

    assert f"/people/{moved.pk}/" not in page


def test_their_admin_of_now_reads_both(cora, moved, signed_in):
    page = page_of(signed_in(cora), "acme", moved)

    assert "ben@elsewhere.example" in page
    assert "Invited at" in page
