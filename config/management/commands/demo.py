"""``manage.py demo``: everything on one machine, with a made-up organisation, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import embedded
from config.demo.loading import load_demo
from config.demo.people import PASSWORD, SIGN_INS, mail
from config.schema import bring_up_to_date

STOP_SECONDS = 30
READY_SECONDS = 60


class Command(BaseCommand):
    help = "Serve Daya with a worker, a beat and a demo organisation until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        refuse_busy(port)
        # "terminate" and a closed terminal end it as Ctrl-C does, also where a shell that runs it
        # in the background had Ctrl-C ignored.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            self.say("Starting PostgreSQL and Redis")
            with embedded.running():
                self.prepare()
                self.serve(port)
        except KeyboardInterrupt:
            self.say("Stopped. “make demo” goes on where this ended.")
        except embedded.EmbeddedServerError as error:
            raise CommandError(str(error)) from error

    def prepare(self) -> None:
        self.say("Preparing the database")
        bring_up_to_date()
        call_command("collectstatic", verbosity=0, interactive=False)
        self.say("Loading the demo organisation (a few seconds the first time)")
        load_demo()

    def serve(self, port: int) -> None:
        """Run web, worker and beat until one ends or somebody stops this."""
        logs = settings.VAR_DIR / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("DAYA_SITE_URL", f"http://localhost:{port}")
        with Children(logs) as children:
            children.start("web", *gunicorn(port))
            children.start("worker", *WORKER)
            children.start("beat", sys.executable, "manage.py", "beat")
            children.wait_for(port)
            self.greet(port, logs)
            ended = children.wait()
            raise CommandError(f"The {ended} process ended by itself; see {logs / ended}.log.")

    def greet(self, port: int, logs: Path) -> None:
        width = max(len(name) for name, _who in SIGN_INS)
        sign_ins = "\n".join(f"  {name:<{width}}  {mail(who)}" for name, who in SIGN_INS)
        self.stdout.write(
            f"\nDaya is at http://localhost:{port}\n\n"
            f"Sign in (password {PASSWORD}):\n{sign_ins}\n\n"
            f"Mails are files in {settings.VAR_DIR / 'mail'}, logs in {logs}. Ctrl-C stops it.\n"
        )
        self.stdout.flush()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def gunicorn(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--workers", "2", "--threads", "4", "--no-control-socket"),
        *("--worker-tmp-dir", shared_memory()),
    ]


WORKER = (
    *(sys.executable, "-m", "celery", "--app", "config", "worker", "--concurrency", "2"),
    *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
)


def shared_memory() -> str:
    """Where gunicorn's heartbeat file does not wait for a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108


def refuse_busy(port: int) -> None:
    """Raises CommandError where somebody listens already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used: {error}. Stop what listens there, or choose another: "
                "make demo PORT=8001"
            ) from error


class Children:
    """Processes of this command, each in a group of its own, so that Ctrl-C reaches only us and
    they are stopped in order: first who takes work in, then who does it."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.files: list[IO[bytes]] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *problem: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for file in self.files:
            file.close()

    def start(self, name: str, *words: str) -> None:
        file = open(self.logs / f"{name}.log", "ab")  # noqa: SIM115
        self.files.append(file)
        self.running[name] = subprocess.Popen(  # noqa: S603
            words,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )

    def wait_for(self, port: int) -> None:
        """Until the web process answers. Raises CommandError if a process ends before."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            self.refuse_ended()
            time.sleep(0.1)
        raise CommandError(f"The web process does not answer; see {self.logs / 'web.log'}.")

    def refuse_ended(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None:
                words = (self.logs / f"{name}.log").read_text(errors="replace").splitlines()[-8:]
                raise CommandError(f"The {name} process ended:\n" + "\n".join(words))

    def wait(self) -> str:
        """Until one of them ends; which."""
        while True:
            for name, process in self.running.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.5)
