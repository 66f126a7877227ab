"""Who is deactivated, or whose membership ended, sees nothing more from the next click on."""

import pytest

from teams import joining
from teams.models import Person
from tests import world


def test_an_open_session_shows_nothing_from_the_next_click_on(ana, signed_in):
    client = signed_in(ana)
    assert client.get("/teams/acme/north/").status_code == 200

    joining.deactivate(ana)

    assert client.get("/teams/acme/north/").status_code == 404
    assert "Acme" not in client.get("/teams/").content.decode()
    assert "Your access has ended" in client.get("/").content.decode()


def test_the_end_of_a_membership_does_the_same(ana, signed_in):
    client = signed_in(ana)

    joining.leave(ana.memberships.get())

    assert client.get("/teams/acme/north/").status_code == 404


def test_another_organisation_of_the_same_account_stays(ana, stranger, signed_in):
    elsewhere = world.person(stranger.organisation.root, "Ana", role="manager")
    Person.objects.filter(pk=elsewhere.pk).update(user=ana.user)

    joining.deactivate(ana)

    assert signed_in(ana).get("/")["Location"] == "/teams/globex/globex/"


def test_reactivated_all_is_as_before(ana, signed_in):
    joining.deactivate(ana)
    joining.reactivate(ana)

    assert signed_in(ana).get("/teams/acme/north/").status_code == 200


def test_facts_and_memberships_stay(ana):
    before = list(ana.memberships.values())

    joining.deactivate(ana)

    assert list(ana.memberships.values()) == before


@pytest.mark.parametrize("act", ["deactivate", "reactivate"])
def test_on_the_page_with_a_message(cora, ben, signed_in, act):
    client = signed_in(cora)
    if act == "reactivate":
        joining.deactivate(ben)

    page = client.post(f"/teams/acme/acme/people/{ben.pk}/{act}/", follow=True).content.decode()

    ben.refresh_from_db()
    assert (ben.deactivated_at is not None) is (act == "deactivate")
    told = {"deactivate": "no longer sees anything", "reactivate": "can sign in again"}
    assert told[act] in page


def test_the_last_admin_is_told_why_not(cora, signed_in):
    path = f"/teams/acme/acme/people/{cora.pk}/deactivate/"

    page = signed_in(cora).post(path, follow=True).content.decode()

    assert "Make somebody else an admin first" in page


@pytest.mark.parametrize("way", ["deactivate/", "memberships/{}/end/"])
def test_who_gives_up_their_own_seat_lands_at_home(acme, cora, signed_in, way):
    world.person(acme.root, "Dora", role="admin", account=True)
    path = f"/teams/acme/acme/people/{cora.pk}/{way.format(cora.memberships.get().pk)}"

    answer = signed_in(cora).post(path, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert answer.status_code == 200


def test_deactivating_and_ending_say_first_what_happens(cora, ben, signed_in):
    page = signed_in(cora).get(f"/teams/acme/acme/people/{ben.pk}/").text

    deactivating = page.split("<summary>Deactivate</summary>")[1].partition("</details>")[0]
    assert "sees nothing of this organisation from then on" in deactivating.split("<form")[0]
    ending = page.split("<summary>End</summary>")[1].partition("</details>")[0]
    assert "Ben leaves North." in ending.split("<form")[0]
