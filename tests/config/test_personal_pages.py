"""Pages for who is signed in stay with them."""

import pytest
from django.core.cache import cache, caches

pytestmark = pytest.mark.django_db


def test_a_page_for_who_is_signed_in_is_kept_by_no_shared_cache(signed_in, cora):
    kept = signed_in(cora).get("/teams/acme/acme/")["Cache-Control"]

    assert {"private", "no-cache"} <= set(kept.split(", "))


def test_what_everybody_sees_may_be_kept(client):
    assert not client.get("/health/").has_header("Cache-Control")


def test_charts_do_not_share_a_table_with_what_is_known_of_who_tries_passwords():
    caches["charts"].set("a-chart", "<svg>")

    assert cache.get("a-chart") is None
