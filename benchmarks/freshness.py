"""From a fact to the snapshot that shows it, by beat and worker, while pages are read."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from benchmarks.data import STAGES, Size, load
from benchmarks.measuring import PROJECT, median, p95, step, table
from benchmarks.pages import session_of
from benchmarks.serving import Page, serving
from config.management.commands.demo import WORKER
from metrics.declared import WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.models import Snapshot
from metrics.recomputing import recompute_all
from sales.models import StageEvent
from sales.signals import opportunities_changed
from teams.models import Organisation

FACTS = 20
PAUSE_SECONDS = 2.0
PATIENCE_SECONDS = 120
PAGES_A_SECOND = 60
READERS = 8

OPEN = """
SELECT opportunity_id, seq FROM (
    SELECT DISTINCT ON (opportunity_id) opportunity_id, seq, kind FROM sales_stageevent
    WHERE organisation_id = %s AND voided_at IS NULL ORDER BY opportunity_id, at DESC, seq DESC
) newest
JOIN sales_opportunitydetail d USING (opportunity_id)
WHERE newest.kind = 'open' AND d.voided_at IS NULL AND NOT d.is_test AND NOT d.deleted
  AND d.merged_into = ''
ORDER BY opportunity_id DESC LIMIT %s"""


def run(size: Size, folder: Path) -> None:
    organisation, _duck = load(size, folder)
    with step("recompute everything"):
        bring_up_to_date(organisation)
        recompute_all(organisation)
    call_command("collectstatic", verbosity=0, interactive=False)
    began = timezone.now()
    with ExitStack() as stack:
        stack.enter_context(_process(sys.executable, "manage.py", "beat"))
        stack.enter_context(_process(*WORKER))
        port = stack.enter_context(serving())
        alone = _waits(organisation, "alone")
        readers = stack.enter_context(_reading(organisation, port))
        busy = _waits(organisation, "while pages are read")
    StageEvent.objects.filter(organisation=organisation, recorded_at__gte=began).delete()
    recompute_all(organisation)
    table(
        f"Seconds from a committed fact to the snapshot that shows it, {FACTS} facts each",
        ["meanwhile", "p50 s", "p95 s"],
        [
            ["nothing", median(alone), p95(alone)],
            [f"{readers.rate:.0f} pages a second", median(busy), p95(busy)],
        ],
    )


def _waits(organisation: Organisation, meanwhile: str) -> list[float]:
    """How long each of some won deals took to be counted."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [organisation.pk, FACTS])
        chosen = cursor.fetchall()
    waits = []
    with step(f"{FACTS} facts {meanwhile}"):
        for opportunity, seq in chosen:
            expected = _won_now(organisation) + 1
            _win(organisation, opportunity, seq + 1)
            begun = time.monotonic()
            while _won_now(organisation) < expected:
                if time.monotonic() - begun > PATIENCE_SECONDS:
                    sys.exit(f"A fact was not counted within {PATIENCE_SECONDS} s.")
                time.sleep(0.02)
            waits.append(time.monotonic() - begun)
            time.sleep(PAUSE_SECONDS)
    return waits


def _won_now(organisation: Organisation) -> int:
    """Deals won in the year that runs, as the organisation's snapshot says."""
    start = timezone.now().astimezone(organisation.zone).date().replace(month=1, day=1)
    found = Snapshot.objects.filter(
        team=organisation.root, rep=None, metric=WIN_RATE.slug, grain="year", start=start
    )
    return found.values_list("numerator", flat=True).first() or 0


@transaction.atomic
def _win(organisation: Organisation, opportunity: int, seq: int) -> None:
    """A deal is won at this moment; told as an import tells it."""
    now = timezone.now()
    StageEvent.objects.create(
        organisation=organisation,
        opportunity_id=opportunity,
        seq=seq,
        kind=StageEvent.Kind.WON,
        to_pos=len(STAGES) + 1,
        at=now,
        recorded_at=now,
    )
    opportunities_changed.send(
        sender=StageEvent, organisation=organisation, opportunities=[opportunity]
    )


@contextmanager
def _process(*words: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, cwd=PROJECT, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


class _Readers(threading.Thread):
    """Clients that together read a number of pages a second, as far as the server can."""

    def __init__(self, page: Page) -> None:
        super().__init__(daemon=True)
        self.page = page
        self.over = threading.Event()
        self.read = 0
        self.began = time.monotonic()

    @property
    def rate(self) -> float:
        return self.read / (time.monotonic() - self.began)

    def run(self) -> None:
        readers = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()

    def _read(self) -> None:
        every = READERS / PAGES_A_SECOND
        due = time.monotonic()
        while not self.over.wait(max(0.0, due - time.monotonic())):
            self.page.ask()
            self.read += 1
            due = max(due + every, time.monotonic())


@contextmanager
def _reading(organisation: Organisation, port: int) -> Iterator[_Readers]:
    root = organisation.root
    page = Page(
        name="team home",
        port=port,
        path=reverse("metrics:team-home", args=[root]),
        session=session_of(root),
    )
    readers = _Readers(page)
    readers.start()
    try:
        yield readers
    finally:
        readers.over.set()
        readers.join()
