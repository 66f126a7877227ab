"""Telling who listens that an import came to its end."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from sales.importing.mapping import from_toml
from sales.models import ImportRun
from teams.announcing import IMPORT_FINISHED, announce, is_heard

COUNTS = ("created", "updated", "unchanged", "ignored", "rejected")


def announce_end(run: ImportRun) -> None:
    """In the transaction that ends it: committed, failed or undone. What a CRM sends change by
    change is no import anybody waits for."""
    if run.channel != ImportRun.Channel.WEBHOOK and is_heard(run.organisation, IMPORT_FINISHED):
        announce(run.organisation, IMPORT_FINISHED, told(run))


def told(run: ImportRun) -> dict[str, Any]:
    """How it ended and how many rows it was, never what stood in them. Of a run that failed before
    anybody said how it is read the source is not known."""
    page = reverse("sales:import", args=[run.organisation.root, run.pk])
    return {
        "id": run.pk,
        "kind": run.kind,
        "channel": run.channel,
        "source": from_toml(run.toml).source if run.toml else None,
        "state": run.state,
        "rows": run.rows_total,
        **{name: getattr(run, name) for name in COUNTS},
        "url": settings.SITE_URL + page,
    }
