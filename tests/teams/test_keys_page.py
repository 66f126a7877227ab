"""An admin makes keys, sees each once, and revokes them."""

import pytest

from teams.keys import key_of, make_key
from teams.models import ApiKey, Role
from tests import world

KEYS = "/teams/acme/acme/keys/"


@pytest.fixture
def admin(cora, signed_in):
    return signed_in(cora)


def test_a_key_is_shown_once_and_works(admin, acme):
    page = admin.post(KEYS + "new/", {"name": "CRM", "scopes": ["sales:read", "sales:write"]})

    key = key_of(page.context["text"])
    assert key.organisation == acme
    assert key.scopes == ["sales:read", "sales:write"]
    assert page.context["text"] in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    secret = page.context["text"].rpartition("_")[2]
    assert secret not in admin.get(KEYS).content.decode()


@pytest.mark.parametrize(
    "said", [{"name": "CRM"}, {"scopes": "sales:read"}, {"name": "x", "scopes": "x"}]
)
def test_a_key_needs_a_name_and_something_it_may_do(admin, said):
    assert admin.post(KEYS + "new/", said).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing(admin, acme):
    key, text = make_key(acme, name="CRM", scopes=["sales:read"])

    page = admin.post(f"{KEYS}{key.pk}/revoke/", follow=True)

    assert key_of(text) is None
    assert "1 revoked key" in page.content.decode()


def test_a_key_of_another_organisation_is_not_there(admin, stranger):
    key, text = make_key(stranger.organisation, name="CRM", scopes=["sales:read"])

    assert admin.post(f"{KEYS}{key.pk}/revoke/").status_code == 404
    assert key_of(text) == key


def test_only_admins_of_the_whole_organisation_see_keys(acme, north, ana, signed_in):
    admin_of_north = world.person(north, "Nora", role=Role.ADMIN, account=True)

    for person in (ana, admin_of_north):
        assert signed_in(person).get(KEYS).status_code == 404
        assert signed_in(person).get("/teams/acme/north/keys/").status_code == 404


def test_a_manager_of_the_whole_organisation_sees_no_keys(acme, signed_in):
    manager = world.person(acme.root, "Mona", role=Role.MANAGER, account=True)

    assert signed_in(manager).get(KEYS).status_code == 404
