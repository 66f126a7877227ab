"""What "make demo" serves: web, worker, beat, PostgreSQL and Redis, in a folder of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from config.embedded.places import Home

ROOT = Path(__file__).resolve().parent.parent.parent
STOPPING = 60
"""Seconds. What has not stopped by then is killed."""


class Installation:
    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        self.home = home_of(var)

    @contextmanager
    def running(self) -> Iterator["Installation"]:
        self.process = self._start("demo", "--port", str(self.port))
        try:
            self._wait_until_served()
            yield self
        finally:
            self._stop()

    def call(self, function: str) -> None:
        """Run ``package.module:function`` in a process of the installation."""
        module, name = function.split(":")
        process = self._start(
            "shell", "--verbosity", "0", "-c", f"import {module} as m; m.{name}()"
        )
        said, _ = process.communicate()
        assert process.returncode == 0, said[-4000:]

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    @contextmanager
    def worker_held(self) -> Iterator[None]:
        """The worker stands still, as one that is busy with something long."""
        workers = [
            process
            for process in psutil.Process(self.process.pid).children(recursive=True)
            if "celery" in process.cmdline()
        ]
        assert workers
        for process in workers:
            process.suspend()
        try:
            yield
        finally:
            for process in workers:
                process.resume()

    def _start(self, *words: str) -> subprocess.Popen[str]:
        own = {
            "DAYA_VAR": str(self.var),
            "DAYA_SITE_URL": self.site,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=os.environ | own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _wait_until_served(self) -> None:
        said = ""
        for line in self.process.stdout:
            said += line
            if line.startswith("Daya is at"):
                return
        pytest.fail(f"The installation did not start:\n{said}", pytrace=False)

    def _stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=STOPPING)
        finally:
            self.process.kill()
            for folder in (self.home.path, self.home.sockets, self.var):
                shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def home_of(var: Path) -> Home:
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("DAYA_VAR", str(var))
        return Home.find()
