"""Pages beside the limit page, under the same server; and the rows behind a number."""

import random
import time
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.data import Size, load
from benchmarks.measuring import median, p95, step, table
from benchmarks.serving import Page, serving, times
from metrics.declared import SALES_CYCLE, WIN_RATE
from metrics.models import Snapshot
from metrics.periods import Period
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from metrics.rows import KINDS, PAGE, Behind, page
from teams.models import Organisation, Person, Team

ROUNDS = {1: (100, 1), 8: (5, 80)}
"""By number of clients, how many rounds there are and how many requests of each page in one."""
DRAWS = 200
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def run(size: Size, folder: Path) -> None:
    organisation, _duck = load(size, folder)
    if not Snapshot.objects.filter(organisation=organisation).exists():
        with step("recompute everything"):
            recompute_all(organisation)
    with step("collecting static files"):
        call_command("collectstatic", verbosity=0, interactive=False)
    root = organisation.root
    with serving("benchmarks.limit_settings") as limit, serving() as port:
        pages = _pages(root, port)
        limit_page = Page(
            name="limit",
            port=limit,
            path=f"/{root.path}/",
            session=session_of(root, "django.contrib.auth.backends.ModelBackend"),
        )
        for clients in ROUNDS:
            taken = _taken([limit_page, *pages], clients)
            _print(taken, clients, {each.name: _queries(root, each.path) for each in pages})
    _rows_behind(organisation)


def _pages(root: Team, port: int) -> list[Page]:
    leaf = Team.objects.under(root).order_by("-lines_up__depth", "pk").first()
    rep = Person.objects.filter(memberships__team=leaf, memberships__role="rep").first()
    session = session_of(root)
    addresses = {
        "team home, whole organisation": reverse("metrics:team-home", args=[root]),
        "team home, one team": reverse("metrics:team-home", args=[leaf]),
        "win rate, whole organisation": reverse("metrics:metric", args=[root, WIN_RATE.slug]),
        "sales cycle, whole organisation": reverse("metrics:metric", args=[root, SALES_CYCLE.slug]),
        "sales cycle, one team": reverse("metrics:metric", args=[leaf, SALES_CYCLE.slug]),
        "a rep": reverse("metrics:rep", args=[leaf, rep.pk]),
    }
    return [
        Page(name=name, port=port, path=path, session=session) for name, path in addresses.items()
    ]


def signed_in(root: Team, backend: str = BACKEND) -> Client:
    """The browser of who manages the whole organisation."""
    client = Client(headers={"host": "localhost"})
    manager = root.memberships.get(role="manager").person
    client.force_login(manager.user, backend=backend)
    return client


def session_of(root: Team, backend: str = BACKEND) -> str:
    return signed_in(root, backend).cookies["sessionid"].value


def _queries(root: Team, path: str) -> int:
    """Once everything is cached."""
    client = signed_in(root)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def _taken(pages: list[Page], clients: int) -> dict[str, list[float]]:
    """By page, in turns, so that whatever else the machine does meets all of them."""
    with step("warming up"):
        for each in pages:
            times(each, clients=8, requests=32)
    taken: dict[str, list[float]] = {each.name: [] for each in pages}
    rounds, requests = ROUNDS[clients]
    with step(f"{clients} clients, {rounds} rounds"):
        for _round in range(rounds):
            for each in pages:
                taken[each.name] += times(each, clients=clients, requests=requests)
    return taken


def _print(taken: dict[str, list[float]], clients: int, queries: dict[str, int]) -> None:
    least = {"p50": median(taken["limit"]), "p95": p95(taken["limit"])}
    table(
        f"Pages against the limit page, clients at once: {clients}",
        ["page", "p50 ms", "p95 ms", "p50 / limit", "p95 / limit", "queries"],
        [
            [
                name, median(found), p95(found), median(found) / least["p50"],
                p95(found) / least["p95"], queries.get(name, 5),
            ]
            for name, found in taken.items()
        ],
    )  # fmt: skip


def _rows_behind(organisation: Organisation) -> None:
    """Of numbers drawn at random, the first page of rows and the ones that follow."""
    generator = random.Random(1)  # noqa: S311
    teams = list(Team.objects.filter(organisation=organisation).select_related("organisation"))
    starts = {
        grain: list(
            Snapshot.objects.filter(team=organisation.root, rep=None, grain=grain)
            .values_list("start", flat=True)
            .distinct()
        )
        for grain in ("month", "quarter", "year")
    }
    first, next_ = [], []
    with step(f"rows behind {DRAWS} numbers"):
        for number in range(DRAWS):
            grain = generator.choice(list(starts))
            behind = Behind(
                scope=Scope(team=organisation.root if number % 4 == 0 else generator.choice(teams)),
                metric=generator.choice((WIN_RATE, SALES_CYCLE)),
                period=Period.containing(generator.choice(starts[grain]), grain),
                shown=generator.choice(KINDS)[0],
            )
            taken, after = _ask_rows(behind, None)
            first.append(taken)
            if after:
                next_.append(_ask_rows(behind, after)[0])
    table(
        f"Rows behind a number, {PAGE} at a time",
        ["rows", "p50 ms", "p95 ms"],
        [["first", median(first), p95(first)], ["following", median(next_), p95(next_)]],
    )


def _ask_rows(
    behind: Behind, after: tuple[datetime, int] | None
) -> tuple[float, tuple[datetime, int] | None]:
    begun = time.perf_counter()
    rows = page(behind, after=after, limit=PAGE + 1)
    taken = 1_000 * (time.perf_counter() - begun)
    return taken, (rows[PAGE - 1].at, rows[PAGE - 1].entity) if len(rows) > PAGE else None
