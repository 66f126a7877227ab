"""Imports as people do them from a shell, and the real data that is checked where it is at hand."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from metrics.declared import BY_SLUG
from metrics.exporting import lines
from metrics.periods import parse
from metrics.reading import Scope
from metrics.rows import Behind
from teams.models import Organisation

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "docs" / "mappings"
EXPORTS = ROOT / "tests" / "sales" / "exports"
"""A made-up export for each of the documentation's mappings, under the same name."""

REAL_DATA = (ROOT / "../shared/data").resolve()

only_with_real_data = pytest.mark.skipif(
    not REAL_DATA.is_dir(), reason="the real data (../shared/data) is not on this machine"
)


def import_sales(kind: str, file: Path, organization: str, mapping: str, *options: str) -> str:
    """What ``manage.py import_sales`` says."""
    said = StringIO()
    named = ("--organization", organization, "--mapping", str(MAPPINGS / mapping))
    call_command("import_sales", kind, str(file), *named, *options, stdout=said, stderr=said)
    return said.getvalue()


def metric(slug: str, organization: str, *options: str) -> list[dict[str, Any]]:
    """What ``manage.py metric --json`` says."""
    said = StringIO()
    call_command("metric", slug, "--organization", organization, "--json", *options, stdout=said)
    return json.loads(said.getvalue())


def rows_behind(slug: str, organization: str, team: str = "", period: str = "all") -> list[dict]:
    """The counted rows of the CSV behind a number."""
    organisation = Organisation.objects.get(slug=organization)
    scope = Scope(team=organisation.teams.get(name=team) if team else organisation.root)
    asked = Behind(scope=scope, metric=BY_SLUG[slug], period=parse(period))
    return [row for row in csv.DictReader(lines(asked)) if row["counted"] == "yes"]


@contextmanager
def taken_back(blocker: Any) -> Iterator[None]:
    """A database to fill once for tests that only read; at the end nothing of it is left."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def settle(organization: str) -> None:
    """Do once what every test would find waiting: planner's counts, recomputing, constraints."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    metric("win-rate", organization)
    connection.check_constraints()
