"""What an import would change, in words."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sales.importing.amounts import money_text
from sales.importing.mapping import from_toml
from sales.importing.problems import reason_of
from sales.models import ImportRun

OUTCOMES = {"created": _("created"), "updated": _("updated"), "unchanged": _("unchanged")}
REJECTIONS_SHOWN = 20
ENDS = {"won": _("won"), "lost": _("lost")}


def sample_shown(run: ImportRun) -> list[dict[str, Any]]:
    """The preview's sample rows with their stages' names, amounts and outcomes in words."""
    if not run.sample:
        return []
    stages = from_toml(run.toml, complete=False).pipeline_stages
    return [
        row
        | {
            "money": money_text(row["amount"], row["currency"]),
            "said": OUTCOMES[row["outcome"]],
            "events": [_event_shown(event, stages) for event in row["events"] or ()],
        }
        for row in run.sample
    ]


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
    """What is wrong with the file, each with the number of its rows; the most frequent first."""
    alike = run.rejections.alike()[:REJECTIONS_SHOWN]
    return [each | {"reason": reason_of(each["code"])} for each in alike]


def _event_shown(event: dict[str, Any], stages: tuple[str, ...]) -> dict[str, Any]:
    name = ENDS.get(event["kind"]) or stages[event["position"] - 1]
    return {"stage": name, "at": datetime.fromisoformat(event["at"]) if event["at"] else None}
