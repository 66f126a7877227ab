"""Addresses of servers, and the secret key: from the environment, or of this installation."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from config import embedded


def test_a_given_database_is_used_with_its_options(monkeypatch):
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://ana:p%40ss@db.example:6432/sales?sslmode=require"
    )

    found = embedded.database_settings()

    assert found | {"CONN_MAX_AGE": 60} == {
        "NAME": "sales",
        "USER": "ana",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
        "CONN_MAX_AGE": 60,
    }


def test_without_one_the_database_is_the_embedded_ones_socket(home):
    assert embedded.database_settings()["HOST"] == str(home.sockets)
    assert embedded.redis_url() == f"redis+socket://{home.redis_socket}"


@pytest.mark.parametrize("wrong", ["mysql://ana:secret@db", "ana:secret@db"])
def test_an_address_that_is_not_postgresqls_is_refused_without_its_password(monkeypatch, wrong):
    monkeypatch.setenv("DATABASE_URL", wrong)

    with pytest.raises(embedded.EmbeddedServerError, match="DATABASE_URL") as refused:
        embedded.database_settings()

    assert "secret" not in str(refused.value)


def test_an_address_that_is_not_rediss_is_refused_without_its_password(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "http://:secret@redis.example")

    with pytest.raises(embedded.EmbeddedServerError, match="REDIS_URL") as refused:
        embedded.redis_url()

    assert "secret" not in str(refused.value)


def test_the_secret_key_is_made_once_and_for_its_owner_only(home):
    key = embedded.secret_key()

    assert len(key) > 50
    assert embedded.secret_key() == key
    file = embedded.var_dir() / "secret_key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in embedded.var_dir().iterdir()] == ["secret_key"]


def test_of_many_who_make_a_secret_key_at_once_all_have_the_same(home):
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: embedded.secret_key(), range(16)))

    assert len(set(keys)) == 1


def test_a_secret_key_that_is_not_whole_is_refused(home):
    embedded.var_dir().mkdir()
    (embedded.var_dir() / "secret_key").write_text("short")

    with pytest.raises(embedded.EmbeddedServerError, match="is not a whole key"):
        embedded.secret_key()


def test_a_folder_that_cannot_be_made_is_named(home):
    embedded.var_dir().write_text("a file")

    with pytest.raises(embedded.EmbeddedServerError, match="Set DAYA_SECRET_KEY, or DAYA_VAR"):
        embedded.secret_key()
