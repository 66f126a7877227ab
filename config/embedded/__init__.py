"""A real PostgreSQL and a real Redis from Python wheels, for when no server is configured.

Importing this package starts nothing. ``start`` starts what ``DATABASE_URL`` and ``REDIS_URL``
leave out and says what it started; ``stop`` stops exactly that.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from config.embedded import postgres, redis
from config.embedded.places import EmbeddedServerError, Home, var_dir

__all__ = [
    "EmbeddedServerError",
    "database_settings",
    "redis_url",
    "running",
    "secret_key",
    "start",
    "stop",
    "var_dir",
]


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
    given = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
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
    return os.environ.get("REDIS_URL") or f"redis+socket://{quote(str(Home.find().redis_socket))}"


def secret_key() -> str:
    """The key kept in ``var/secret_key``, made at first use and readable by its owner only."""
    path = var_dir() / "secret_key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        raise EmbeddedServerError(
            f"The secret key cannot be kept in {path}: {error.strerror}. "
            "Set DAYA_SECRET_KEY, or DAYA_VAR to a folder that can be written."
        ) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return _read_key(path)


def _read_key(path: Path) -> str:
    key = path.read_text().strip()
    if len(key) < 50:
        raise EmbeddedServerError(f"{path} is not a whole key. Remove it to have another made.")
    return key


def start(*, durable: bool = True) -> list[str]:
    """Start what is neither configured nor running; the names of what was started.

    ``durable=False`` does not wait for the disk and is for tests only. Raises EmbeddedServerError
    with a reason a person can act on. Two processes may call this at once.
    """
    home = Home.find()
    wanted = [
        (name, server)
        for name, variable, server in (
            ("postgres", "DATABASE_URL", postgres),
            ("redis", "REDIS_URL", redis),
        )
        if not os.environ.get(variable)
    ]
    if all(server.is_running(home) for _, server in wanted):
        return []
    home.prepare()
    with open(home.path / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return [name for name, server in wanted if server.start(home, durable=durable)]


def stop(started: list[str]) -> None:
    """Stop the named servers, losing nothing."""
    home = Home.find()
    for name, server in (("redis", redis), ("postgres", postgres)):
        if name in started:
            server.stop(home)


@contextmanager
def running(*, durable: bool = True) -> Iterator[list[str]]:
    """Have the servers, and leave them afterwards as they were found."""
    started = start(durable=durable)
    try:
        yield started
    finally:
        stop(started)
