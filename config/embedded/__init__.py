"""A real PostgreSQL and a real Redis from Python wheels, for when no server is configured.

Importing this package starts nothing. ``running`` starts what ``DATABASE_URL`` and ``REDIS_URL``
leave out, and afterwards leaves everything as it was found.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config.embedded import postgres, redis
from config.embedded.places import EmbeddedServerError, Home, var_dir
from config.embedded.sharing import Users

__all__ = [
    "EmbeddedServerError",
    "database_settings",
    "redis_url",
    "running",
    "secret_key",
    "var_dir",
]

SERVERS = {"postgres": (postgres, "DATABASE_URL"), "redis": (redis, "REDIS_URL")}
BROKERS = ("redis://", "rediss://", "redis+socket://", "sentinel://")


def database_settings() -> dict[str, Any]:
    """Django's settings for the configured database, or for the embedded one's address."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {
            "NAME": "daya",
            "USER": postgres.SUPERUSER,
            "HOST": str(Home.find().sockets),
            "PORT": str(postgres.PORT),
            "CONN_MAX_AGE": 60,
        }
    try:
        given = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error as error:
        raise EmbeddedServerError(
            "DATABASE_URL is not the address of a PostgreSQL server, such as "
            "postgresql://name:password@host:5432/daya."
        ) from error
    return {
        "NAME": given.pop("dbname", "daya"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": str(given.pop("port", "")),
        "OPTIONS": given,
        "CONN_MAX_AGE": 60,
    }


def redis_url() -> str:
    """The configured Redis, or the embedded one's socket."""
    url = os.environ.get("REDIS_URL")
    if not url:
        return f"redis+socket://{quote(str(Home.find().redis_socket))}"
    if not url.startswith(BROKERS):
        raise EmbeddedServerError(
            "REDIS_URL is not the address of a Redis server, such as redis://host:6379/0."
        )
    return url


def secret_key() -> str:
    """The key kept in ``var/secret_key``, made at first use and readable by its owner only."""
    path = var_dir() / "secret_key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_key(path)
        key = path.read_text().strip()
    except OSError as error:
        raise EmbeddedServerError(
            f"The secret key cannot be kept in {path}: {error.strerror}. "
            "Set DAYA_SECRET_KEY, or DAYA_VAR to a folder that can be written."
        ) from error
    if len(key) < 50:
        raise EmbeddedServerError(f"{path} is not a whole key. Remove it to have another made.")
    return key


def _make_key(path: Path) -> None:
    """Whole from the first moment; of two processes at once, both read the same one."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret_key-") as aside:
        aside.write(secrets.token_urlsafe(50))
        aside.flush()
        os.fsync(aside.fileno())
        with suppress(FileExistsError):
            os.link(aside.name, path)


@contextmanager
def running(*, durable: bool = True) -> Iterator[list[str]]:
    """Have the servers, and leave them as they were found; the names of what was started here.

    Several processes may be in here at once: the last to leave stops what the first one started.
    ``durable=False`` does not wait for the disk and is for tests only. Raises EmbeddedServerError
    with a reason a person can act on.
    """
    wanted = [name for name, (_, variable) in SERVERS.items() if not os.environ.get(variable)]
    if not wanted:
        yield []
        return
    home = Home.find()
    home.prepare()
    with closing(_users(home)) as users:
        try:
            yield _enter(home, users, wanted, durable=durable)
        finally:
            _leave(home, users)


def _users(home: Home) -> Users:
    try:
        return Users(home)
    except OSError as error:
        raise home.unusable(error) from error


def _enter(home: Home, users: Users, wanted: list[str], *, durable: bool) -> list[str]:
    started = []
    with users.one_at_a_time():
        if users.alone():
            users.forget()
        for name in wanted:
            server, _ = SERVERS[name]
            try:
                here = server.start(home, durable=durable)
            except OSError as error:
                raise home.unusable(error) from error
            if here:
                users.remember(name)
                started.append(name)
        users.join()
    return started


def _leave(home: Home, users: Users) -> None:
    with users.one_at_a_time():
        if users.alone():
            for name in users.remembered():
                server, _ = SERVERS[name]
                server.stop(home)
            users.forget()
