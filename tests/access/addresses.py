"""Every address there is, with every id of the right kind in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.seeding import Seeded
from tests.access.table import CHILD_HOMES, SEATS

NOTHING = 10**12
"""An id of nothing."""
PEOPLE = ("admin", "rep", "ned", "former manager", "ina", "sam", "other admin", "wes")
"""Somebody of every team, and who left one."""
RUNS = ("sales:import", "sales:act-on-import")


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


def addresses(here: Seeded, name: str, persona: str) -> list[Address]:
    """Every team, also of others and of nobody: where they have a seat with every child, also of
    others and of none; elsewhere with the children that are there."""
    found = [
        Address(reverse(name, kwargs=team_kwargs | child_kwargs), team, child)
        for (team, team_kwargs), (child, child_kwargs) in product(
            _teams(here, name), _children(here, name)
        )
        if team in SEATS[persona] or _exists(team, child)
    ]
    return list(dict.fromkeys(found))


def _exists(team: str, child: str) -> bool:
    """Whether there is such a thing in that team; in a team that is none, nothing is."""
    home = {"": team, "known": team, "nothing": "nowhere"}.get(child) or CHILD_HOMES.get(child)
    return team in {"", home}


def _teams(here: Seeded, name: str) -> list[tuple[str, dict[str, Any]]]:
    if name == "teams:switch" or not name.startswith(("teams:", "metrics:", "sales:")):
        return [("", {})]
    acme = here.teams["acme"].organisation.slug
    west = here.teams["west"].slug
    nowhere = (f"{acme}/{west}", f"{acme}/nothing")
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
    return [*((label, {"pk": row.pk}) for label, row in rows.items()), ("nothing", {"pk": NOTHING})]


def _people(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    return _rows({label: here.people[label] for label in PEOPLE})


def _memberships(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """Of each person one that is not over."""
    return [
        ("nothing" if label == "former manager" else label, kwargs)
        for label, kwargs in _also_ended(here)
    ]


def _also_ended(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """Each person with their own membership, and with somebody else's."""
    pairs = [*((person, person) for person in PEOPLE), ("ned", "rep"), ("rep", "wes")]
    return [
        (
            person if person == other else "nothing",
            {"pk": here.people[person].pk, "membership": here.memberships[other].pk},
        )
        for person, other in pairs
    ]


def _leaves(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """Days off of each person, and somebody else's."""
    pairs = [*((person, person) for person in here.leaves), ("ned", "rep"), ("rep", "wes")]
    return [
        (
            person if person == other else "nothing",
            {"pk": here.people[person].pk, "leave": here.leaves[other].pk},
        )
        for person, other in pairs
    ]


def _acts(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    acts = cycle(("invite", "revoke", "deactivate", "reactivate"))
    known = [(label, kwargs | {"act": next(acts)}) for label, kwargs in _people(here)]
    return [*known, ("nothing", {"pk": here.people["rep"].pk, "act": "explode"})]


def _acts_on_runs(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    acts = cycle(("commit", "undo", "valid", "discard"))
    known = [(label, kwargs | {"act": next(acts)}) for label, kwargs in _rows(here.runs)]
    return [*known, ("nothing", {"pk": here.runs["committed"].pk, "act": "explode"})]


def _acts_on_webhooks(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    acts = cycle(("test", "off", "on", "remove"))
    known = [(label, kwargs | {"act": next(acts)}) for label, kwargs in _rows(here.webhooks)]
    there = here.webhooks["webhook of acme"].pk
    removed = ("webhook of acme", {"pk": there, "act": "remove"})
    return [*known, removed, ("nothing", {"pk": there, "act": "explode"})]


def _told(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """Each webhook with what it was told, and with what another was."""
    known = [
        (label, {"pk": message.endpoint_id, "message": message.pk})
        for label, message in here.told.items()
    ]
    acme, globex = (here.told[f"webhook of {name}"] for name in ("acme", "globex"))
    return [*known, ("nothing", {"pk": acme.endpoint_id, "message": globex.pk})]


def _teams_below(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    known = [(label, {"slug": team.slug}) for label, team in here.teams.items()]
    return [*known, ("nothing", {"slug": "nothing"})]


def _metrics(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    return [("known", {"slug": "win-rate"}), ("nothing", {"slug": "nothing"})]


def _metrics_of_people(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    known = [(label, kwargs | {"slug": "win-rate"}) for label, kwargs in _people(here)]
    return [*known, ("nothing", {"pk": here.people["rep"].pk, "slug": "nothing"})]


def _answers(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """Each lead with the answer to it, and with that to another."""
    known = [
        (label, {"pk": answer.lead_id, "answer": answer.pk})
        for label, answer in here.answers.items()
    ]
    other = {"pk": here.leads["ned"].pk, "answer": here.answers["rep"].pk}
    return [*known, ("nothing", other)]


def _mappings(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    known = [(label, kwargs | {"kind": "leads"}) for label, kwargs in _rows(here.connections)]
    there = here.connections["connection of acme"].pk
    return [*known, ("nothing", {"pk": there, "kind": "nothing"})]


def _messages(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    """What each connection sent, and what another did."""
    sent = {label: made.messages.get().pk for label, made in here.connections.items()}
    known = [
        (label, {"pk": made.pk, "message": sent[label]}) for label, made in here.connections.items()
    ]
    acme, globex = (f"connection of {name}" for name in ("acme", "globex"))
    other = {"pk": here.connections[acme].pk, "message": sent[globex]}
    return [*known, ("nothing", other)]


def _acts_on_connections(here: Seeded) -> list[tuple[str, dict[str, Any]]]:
    acts = cycle(("again", "aside", "disconnect"))
    known = [(label, kwargs | {"act": next(acts)}) for label, kwargs in _rows(here.connections)]
    there = here.connections["connection of acme"].pk
    closed = ("connection of acme", {"pk": there, "act": "disconnect"})
    return [*known, closed, ("nothing", {"pk": there, "act": "explode"})]


KINDS = {
    "teams:revoke-key": lambda here: _rows(here.keys),
    "api:hook": lambda here: [
        (label, {"address": row.address}) for label, row in here.connections.items()
    ],
    "sales:connection": lambda here: _rows(here.connections),
    "sales:connection-message": _messages,
    "sales:new-connection-secret": lambda here: _rows(here.connections),
    "sales:explain-values": lambda here: _rows(here.connections),
    "sales:connection-mapping": _mappings,
    "sales:act-on-connection": _acts_on_connections,
    "teams:webhook": lambda here: _rows(here.webhooks),
    "teams:change-webhook": lambda here: _rows(here.webhooks),
    "teams:new-webhook-secret": lambda here: _rows(here.webhooks),
    "teams:act-on-webhook": _acts_on_webhooks,
    "teams:send-webhook-again": _told,
    "teams:person": _people,
    "teams:edit-person": _people,
    "teams:join-team": _people,
    "teams:change-membership": _memberships,
    "teams:end-membership": _memberships,
    "teams:correct-membership": _also_ended,
    "teams:act-on-person": _acts,
    "teams:person-hours": _people,
    "teams:take-leave": _people,
    "teams:cancel-leave": _leaves,
    "teams:edit-hours": lambda here: _rows(here.calendars),
    "teams:remove-hours": lambda here: _rows(here.calendars),
    "teams:team-hours": _teams_below,
    "teams:edit-team": _teams_below,
    "teams:new-team": _teams_below,
    "teams:move-team": _teams_below,
    "teams:merge-team": _teams_below,
    "api:metric": _metrics,
    "api:rows": _metrics,
    "metrics:metric": _metrics,
    "metrics:rows-csv": _metrics,
    "metrics:rep": _people,
    "metrics:rep-metric": _metrics_of_people,
    "metrics:rep-rows-csv": _metrics_of_people,
    "sales:lead": lambda here: _rows(here.leads),
    "sales:answer-lead": lambda here: _rows(here.leads),
    "sales:take-back-answer": _answers,
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
