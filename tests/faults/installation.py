"""A whole installation of its own: PostgreSQL, Redis, web, workers and beats as processes."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.embedded import postgres, redis
from config.embedded.places import Home
from tests.faults.browser import Browser
from tests.faults.processes import eventually, gone, kill_group
from tests.world import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
UNFINISHED = """
SELECT (SELECT count(*) FROM jobs_job WHERE state NOT IN ('done', 'dead')
        AND key NOT LIKE 'slot:%') + (SELECT count(*) FROM metrics_stale)"""
PROMISE = """INSERT INTO jobs_job (task, args, key, state, run_after, attempts, error,
    progress_done, progress_total, created_at)
    SELECT unnest(%s::text[]), '{}', '', 'queued', now(), 0, '', 0, 0, now()"""
READY = "beat: ready"
LATE = """SELECT id, task, state, attempts, error, to_char(run_after, 'MI:SS'),
    to_char(sent_at, 'MI:SS'), to_char(started_at, 'MI:SS'), to_char(now(), 'MI:SS')
    FROM jobs_job WHERE state <> 'done'"""


class Installation:
    def __init__(self, var: Path) -> None:
        self.var = var
        self.home = home_of(var)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.port = 0

    def start_servers(self) -> None:
        self.home.prepare()
        postgres.start(self.home, durable=True)
        redis.start(self.home, durable=True)

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            **self._surroundings(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start_web(self, **surroundings: str) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        bind = f"fd://{listener.fileno()}"
        words = ("-m", "gunicorn", "config.wsgi", "--bind", bind, "--workers", "2", "--threads")
        words += ("4", "--no-control-socket")
        self._start("web", *words, keep=listener.fileno(), **surroundings)
        listener.close()
        eventually(lambda: Browser(self.site).get("/health/").accepted)

    def start_worker(self, *, children: int = 2, **surroundings: str) -> psutil.Process:
        """Its main process, the leader of a group of its own."""
        count = len(self.processes)
        words = ("-m", "celery", "-A", "config", "worker", "-c", str(children))
        words += ("-n", f"worker-{count}@faults", "--loglevel=INFO")
        return self._start("worker", *words, **surroundings)

    def start_beat(self) -> None:
        log = self.var / "beat.log"
        ready = log.read_text().count(READY) if log.exists() else 0
        self._start("beat", "manage.py", "beat")
        eventually(lambda: log.read_text().count(READY) > ready)

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def browser(self) -> Browser:
        """In which the admin has signed in."""
        browser = Browser(self.site)
        browser.sign_in("cora@acme.example", PASSWORD)
        return browser

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connected() as connection:
            found = connection.execute(sql, values or None)
            return found.fetchall() if found.description else []

    def connected(self) -> psycopg.Connection:
        address = {"host": str(self.home.sockets), "user": postgres.SUPERUSER, "dbname": "daya"}
        return psycopg.connect(**address, autocommit=True)

    def promise(self, tasks: Iterable[str]) -> None:
        self.query(PROMISE, list(tasks))

    def number(self, sql: str, *values: Any) -> int:
        return self.query(sql, *values)[0][0]

    def settle(self) -> None:
        """Everything accepted has its effect within the time that is promised."""
        eventually(lambda: self.number(UNFINISHED) == 0, show=self.late)

    def late(self) -> list[tuple[Any, ...]]:
        """What is not done, for who reads a failure."""
        return self.query(LATE)

    def redis_process(self) -> psutil.Process:
        return psutil.Process(redis._client(self.home).info("server")["process_id"])

    def lose_redis(self) -> None:
        """Killed, and what it had written is gone too."""
        process = self.redis_process()
        process.kill()
        gone(process)
        shutil.rmtree(self.home.redis_data)

    def stop(self) -> None:
        for process in reversed(self.processes):
            kill_group(process.pid)
            process.wait()
        if (self.home.data / "postmaster.pid").exists():
            postgres._pg_ctl(self.home, "stop", "-m", "immediate")
        redis.stop(self.home)
        for folder in (self.home.path, self.home.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def _start(
        self, name: str, *words: str, keep: int | None = None, **surroundings: str
    ) -> psutil.Process:
        with open(self.var / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                **self._surroundings(**surroundings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=() if keep is None else (keep,),
            )
        self.processes.append(process)
        return psutil.Process(process.pid)

    def _surroundings(self, **more: str) -> dict[str, Any]:
        given = {
            "DAYA_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        return {"cwd": ROOT, "env": os.environ | given | more}


def home_of(var: Path) -> Home:
    usual = os.environ.get("DAYA_VAR")
    os.environ["DAYA_VAR"] = str(var)
    try:
        return Home.find()
    finally:
        if usual is None:
            del os.environ["DAYA_VAR"]
        else:
            os.environ["DAYA_VAR"] = usual
