"""Every address there is, with every id of the right kind in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.seeding import Seeded

NOTHING = (0, 10**12, 10**30)
"""Ids of nothing: none, a large one, one that no column can hold."""
RUNS = ("sales:import", "sales:act-on-import")
DEALS = ("sales:opportunity",)
JOBS = ("operations:",)


@dataclass(frozen=True)
class Address:
    """A path, and the labels in ``table`` of the team and the thing it names."""

    path: str
    team: str = ""
    child: str = ""


def patterns(
    resolver: URLResolver | None = None, space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """(name with its namespace, pattern) of every URL, allauth's too."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from patterns(each, inner)
        else:
            yield f"{space}{each.name}", each


def parameters(pattern: URLPattern) -> set[str]:
    """Names of what an address takes; the team's comes from the prefix."""
    return set(pattern.pattern.regex.groupindex)


def addresses(here: Seeded, name: str) -> list[Address]:
    """All of them: every team, also of nobody, with every child, also of others and of none."""
    found = [
        Address(reverse(name, kwargs=team_kwargs | child_kwargs), team, child)
        for (team, team_kwargs), (child, child_kwargs) in product(
            _teams(here, name), _children(here, name)
        )
    ]
    return list(dict.fromkeys(found))


def _teams(here: Seeded, name: str) -> list[tuple[str, dict[str, Any]]]:
    if name == "teams:switch" or not name.startswith(("teams:", "metrics:", "sales:")):
        return [("", {})]
    acme, globex = (here.teams[label].organisation.slug for label in ("acme", "globex"))
    west, north = here.teams["west"].slug, here.teams["north"].slug
    nowhere = (f"{acme}/{west}", f"{globex}/{north}", f"{acme}/nothing", "nothing/nothing")
    here_and_there = [(label, {"team": team}) for label, team in here.teams.items()]
    return here_and_there + [("nowhere", {"team": path}) for path in nowhere]


def _children(here: Seeded, name: str) -> list[tuple[str, dict[str, Any]]]:
    """(label, what the address is given) of each thing the address may name."""
    if name in KINDS:
        return KINDS[name](here)
    if name.startswith(RUNS) and name not in {"sales:imports", "sales:imports-csv"}:
        return _rows(here.runs) if name != "sales:import-new" else [("", {})]
    return [("", {})]


def _rows(rows: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    known = [(label, {"pk": row.pk}) for label, row in rows.items()]
    return known + [("nothing", {"pk": pk}) for pk in NOTHING]


def _people(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    return _rows(here.people)


def _memberships(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """Each person with their own membership, and with somebody else's."""
    labels = list(here.people)
    pairs = [
        (person, other) for place, person in enumerate(labels)
        for other in (person, labels[place - 1])
    ]  # fmt: skip
    return [
        (
            person if person == other else "nothing",
            {"pk": here.people[person].pk, "membership": here.memberships[other].pk},
        )
        for person, other in pairs
    ]


def _acts(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    acts = ("invite", "deactivate", "reactivate")
    known = [(label, kwargs | {"act": act}) for label, kwargs in _people(here) for act in acts]
    return [*known, ("nothing", {"pk": here.people["rep"].pk, "act": "explode"})]


def _acts_on_runs(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    acts = ("commit", "valid", "undo")
    known = [(label, kwargs | {"act": act}) for label, kwargs in _rows(here.runs) for act in acts]
    return [*known, ("nothing", {"pk": here.runs["committed"].pk, "act": "explode"})]


def _teams_below(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    known = [(label, {"slug": team.slug}) for label, team in here.teams.items()]
    return [*known, ("nothing", {"slug": "nothing"})]


def _metrics(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    return [("known", {"slug": "win-rate"}), ("nothing", {"slug": "nothing"})]


def _metrics_of_people(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    known = [(label, kwargs | {"slug": "win-rate"}) for label, kwargs in _people(here)]
    return [*known, ("nothing", {"pk": here.people["rep"].pk, "slug": "nothing"})]


KINDS = {
    "teams:person": _people,
    "teams:edit-person": _people,
    "teams:join-team": _people,
    "teams:change-membership": _memberships,
    "teams:act-on-person": _acts,
    "teams:edit-team": _teams_below,
    "metrics:metric": _metrics,
    "metrics:rows-csv": _metrics,
    "metrics:rep": _people,
    "metrics:rep-metric": _metrics_of_people,
    "metrics:rep-rows-csv": _metrics_of_people,
    "sales:opportunity": lambda here: _rows(here.deals),
    "sales:act-on-import": _acts_on_runs,
    "operations:run-again": lambda here: _rows(here.jobs),
    "operations:forget": lambda here: _rows(here.jobs),
    "invitation": lambda here: [
        ("eve", {"token": here.token}),
        ("nothing", {"token": here.token[:-1]}),
        ("nothing", {"token": "nothing"}),
    ],
    "account_confirm_email": lambda here: [("", {"key": "nothing"})],
    "account_reset_password_from_key": lambda here: [("", {"uidb36": "1", "key": "nothing"})],
}
