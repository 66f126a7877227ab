"""The process that keeps promises moving: schedule, relay and sweep. Run as many as you like."""

import signal
import time
from types import FrameType
from typing import Any

import psycopg
from celery import current_app
from django.core.management.base import BaseCommand
from django.db import Error, connection
from django.utils import timezone

from jobs.promising import CHANNEL
from jobs.relaying import BATCH, relay, sweep
from jobs.scheduling import tick

WAIT_SECONDS = 1.0
SWEEP_SECONDS = 10.0


class Command(BaseCommand):
    help = "Send due jobs to the broker, again if they were lost, and keep the schedule."
    stopping = False

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.stdout.write("beat: ready")
        self.stdout.flush()
        swept = 0.0
        while not self.stopping:
            try:
                if time.monotonic() - swept > SWEEP_SECONDS:
                    sweep()
                    swept = time.monotonic()
                self.turn()
            except (Error, psycopg.Error) as error:
                self.stderr.write(f"beat: the database is away, trying again: {error}")
                connection.close()
                time.sleep(WAIT_SECONDS)

    def turn(self) -> None:
        """One round: take slots, relay everything due, then wait to be woken."""
        tick(timezone.now())
        while relay(current_app) == BATCH and not self.stopping:
            pass
        self.wait()

    def wait(self) -> None:
        """Until a promise is announced, at most a second."""
        connection.ensure_connection()
        raw = connection.connection
        raw.execute(f"LISTEN {CHANNEL}")
        for _ in raw.notifies(timeout=WAIT_SECONDS, stop_after=1):
            return

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
