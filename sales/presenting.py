"""What an import would change, in words."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sales.importing.amounts import money_text
from sales.importing.mapping import from_toml
from sales.importing.problems import reason_of
from sales.importing.vocabulary import ACTIVITIES, LEAD_ASSIGNMENTS, LEADS
from sales.models import ActivityDetail, ImportRun, LeadDetail

OUTCOMES = {"created": _("created"), "updated": _("updated"), "unchanged": _("unchanged")}
REJECTIONS_SHOWN = 20
SHOWN: dict[str, tuple[tuple[str, str | Promise], ...]] = {
    LEADS: (
        ("name", _("Name")),
        ("account", _("Account")),
        ("origin", _("Origin")),
        ("inbound_at", _("Came in")),
        ("left_out", _("Left out")),
        ("closed_at", _("Closed")),
    ),
    LEAD_ASSIGNMENTS: (("owner", _("Given to")), ("at", _("When"))),
    ACTIVITIES: (
        ("kind", _("What was done")),
        ("direction", _("Direction")),
        ("at", _("When")),
        ("on", _("Lead or opportunity")),
        ("actor", _("By")),
    ),
}
"""What a sample row says, with its heading."""

INSTANTS = {"inbound_at", "closed_at", "at"}
CODES: dict[str, dict[Any, str | Promise]] = {
    "left_out": dict(LeadDetail.LeftOut.choices),
    "kind": dict(ActivityDetail.Kind.choices),
    "direction": dict(ActivityDetail.Direction.choices),
}
ENDS = {"won": _("won"), "lost": _("lost")}


def headings_of(run: ImportRun) -> list[str | Promise]:
    """Over the sample's rows after their ids, for kinds without stages."""
    return [heading for _name, heading in SHOWN.get(run.kind, ())]


def sample_shown(run: ImportRun) -> list[dict[str, Any]]:
    """The preview's sample rows with what they say and their outcomes in words."""
    stages = from_toml(run.toml, complete=False).pipeline_stages if run.sample else ()
    return [
        row
        | {"said": OUTCOMES[row["outcome"]]}
        | (_of_opportunity(row, stages) if run.has_stages else _cells(run, row["shown"]))
        for row in run.sample
    ]


def _of_opportunity(row: dict[str, Any], stages: tuple[str, ...]) -> dict[str, Any]:
    return {
        "money": money_text(row["amount"], row["currency"]),
        "events": [_event_shown(event, stages) for event in row["events"] or ()],
    }


def _cells(run: ImportRun, said: dict[str, Any]) -> dict[str, Any]:
    """Each an instant or a text."""
    return {
        "cells": [
            {"heading": heading, **_cell(name, said.get(name))} for name, heading in SHOWN[run.kind]
        ]
    }


def _cell(name: str, value: Any) -> dict[str, Any]:
    if name in INSTANTS:
        return {"at": datetime.fromisoformat(value) if value else None}
    if name in CODES:
        return {"text": CODES[name].get(value, "")}
    return {"text": value or ""}


def arrivals_shown(run: ImportRun) -> dict[str, Any]:
    """Whom and what the owners file brings; empty where there is none."""
    if not run.arrivals:
        return {}
    people = [
        {"name": name, "team": " / ".join(path), "is_new": person is None}
        for name, path, person in run.arrivals["people"]
    ]
    added = sum(each["is_new"] for each in people)
    return {
        "people": people,
        "added": added,
        "joining": len(people) - added,
        "teams": [" / ".join(path) for path in run.arrivals["teams"]],
        "staying": run.arrivals["staying"],
    }


def rejections_shown(run: ImportRun) -> list[dict[str, Any]]:
    """What is wrong with the rows, each with how many there are; the most frequent first."""
    alike = run.rejections.alike()[:REJECTIONS_SHOWN]
    return [each | {"reason": reason_of(each["code"], sent=run.is_sent)} for each in alike]


def _event_shown(event: dict[str, Any], stages: tuple[str, ...]) -> dict[str, Any]:
    name = ENDS.get(event["kind"]) or stages[event["position"] - 1]
    return {"stage": name, "at": datetime.fromisoformat(event["at"]) if event["at"] else None}
