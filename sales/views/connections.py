"""Connections: what comes in from where, what was not taken, and the CRMs that send."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sales.connecting.connecting import (
    connect,
    disconnect,
    give_secret,
    map_records,
    set_aside,
    take_in_again,
    take_secret,
)
from sales.connecting.readers import READERS
from sales.connecting.reporting import (
    MOST_SHOWN,
    fields_seen,
    readable,
    rejected_of,
    sources_of,
    troubled_rows,
    unexplained,
)
from sales.connecting.taking_in import COMPLAINTS, mappings_of
from sales.connection_forms import ConnectForm, MappingForm, SecretForm, ValuesForm
from sales.importing.vocabulary import WITH_STAGES
from sales.models import Connection, ImportRun, Message
from sales.stages_form import MEANINGS, OPEN
from teams.access import ADMIN, FORM, organisation_view
from teams.exporting import Echo, attached, safe_cell
from teams.made_once import made_once, nonce_of
from teams.models import Team

PAGE = 25
FEW = 5
RECENT_DAYS = 30
MOST_PIPELINES = 20
DISCONNECT = "disconnect"
ACTS: dict[str, Callable[[Connection], Any]] = {
    "again": take_in_again,
    "aside": set_aside,
    DISCONNECT: disconnect,
}
SAID = {
    "again": gettext_lazy("It is being taken in again."),
    "aside": gettext_lazy("It is left as it is."),
    DISCONNECT: gettext_lazy("Nothing is taken from it any more. What came in stays."),
}


@require_safe
@organisation_view(ADMIN)
def connections(request: HttpRequest, team: Team) -> HttpResponse:
    organisation, since = team.organisation, timezone.now() - timedelta(days=RECENT_DAYS)
    context = {
        "team": team,
        "sources": sources_of(organisation.import_runs.all(), since),
        "days": RECENT_DAYS,
        "rejected": rejected_of(organisation)[:FEW],
        "connections": organisation.connections.open().with_counts(),
        "keys": organisation.api_keys.usable(),
        "webhooks": organisation.webhooks.with_newest(),
    }
    return render(request, "sales/connections.html", context)


@require_safe
@organisation_view(ADMIN)
def rejected_rows(request: HttpRequest, team: Team) -> HttpResponse:
    found, asked = _rejected_asked(request, team)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"team": team, "page": page, "kinds": ImportRun.Kind.choices}
    return render(request, "sales/rejected_rows.html", context | asked)


@require_safe
@organisation_view(ADMIN)
def rejected_rows_csv(request: HttpRequest, team: Team) -> HttpResponseBase:
    found, _asked = _rejected_asked(request, team)
    return attached(_lines(found), f"rejected-{team.slug}.csv")


def _rejected_asked(request: HttpRequest, team: Team) -> tuple[Any, dict[str, Any]]:
    said = request.GET
    asked, kind = said.get("q", "").strip()[:200].replace("\0", ""), said.get("kind", "")
    source = said.get("source", "").replace("\0", "")
    found = rejected_of(team.organisation)
    if asked:
        found = found.filter(value__icontains=asked) | found.filter(row__icontains=asked)
    if kind in ImportRun.Kind.values:
        found = found.filter(run__kind=kind)
    if source:
        found = found.filter(run__source=source)
    if said.get("sort") == "oldest":
        found = found.order_by("run_id", "line", "pk")
    sources = team.organisation.import_runs.exclude(source="").order_by("source")
    return found, {
        "asked": asked,
        "kind": kind,
        "source": source,
        "sort": said.get("sort", ""),
        "sources": sources.values_list("source", flat=True).distinct(),
    }


def _lines(found: Any) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(("at", "source", "kind", "line", "column", "value", "reason", "row"))
    for each in found.iterator(chunk_size=500):
        run = each.run
        at = run.finished_at.isoformat(timespec="seconds")
        told = map(safe_cell, (each.column, each.value, each.reason, each.row))
        yield writer.writerow([at, safe_cell(run.source), run.kind, each.line, *told])


@never_cache
@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_connection(request: HttpRequest, team: Team) -> HttpResponse:
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = made_once(
            request,
            lambda: connect(
                team.organisation,
                name=said["name"],
                sender=said["format"],
                source=said["source"],
                by=request.seat.person,  # type: ignore[attr-defined]
            ),
        )
        if made is None:
            return redirect("sales:connections", team)
        if made.format == Connection.Format.HUBSPOT:
            return redirect("sales:connection", team, made.pk)
        return _secret_shown(request, team, made)
    status = 422 if form.errors else 200
    context = {"team": team, "form": form, "nonce": nonce_of(request)}
    return render(request, "sales/new_connection.html", context, status=status)


def _secret_shown(request: HttpRequest, team: Team, connection: Connection) -> HttpResponse:
    """In this answer, and nowhere else."""
    context = {
        "team": team,
        "connection": connection,
        "text": give_secret(connection),
        "address": _address(connection),
    }
    return render(request, "sales/connection_secret.html", context)


@require_safe
@organisation_view(ADMIN)
def connection(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    found = _found(team, pk)
    return render(request, "sales/connection.html", _shown(team, found))


def _found(team: Team, pk: int) -> Connection:
    kept = team.organisation.connections.open().with_counts().select_related("organisation")
    found: Connection = get_object_or_404(kept, pk=pk)
    return found


def _shown(
    team: Team,
    found: Connection,
    *,
    secret: SecretForm | None = None,
    values: ValuesForm | None = None,
) -> dict[str, Any]:
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    return {
        "team": team,
        "connection": found,
        "address": _address(found),
        "came": sources_of(found.import_runs.all(), since),
        "days": RECENT_DAYS,
        "complaints": _complaints(found.messages.troubled()[:PAGE]),
        "rejected": troubled_rows(found)[:PAGE],
        "secret_form": secret or SecretForm(),
        "values_form": values or _values_form(found, None),
        "mappings": [(each.kind, ImportRun.Kind(each.kind).label) for each in found.mappings.all()],
    }


def _address(found: Connection) -> str:
    return settings.SITE_URL + reverse("api:hook", args=[found.address])


def _complaints(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """What of them could not be read, in their order."""
    return [
        {"message": message, "reason": _(COMPLAINTS[code]), "about": about}
        for message in messages
        for code, about in message.complaints
    ]


@require_safe
@organisation_view(ADMIN)
def connection_message(request: HttpRequest, team: Team, pk: int, message: int) -> HttpResponse:
    """What a CRM sent, as it is kept, also once it was disconnected."""
    found = get_object_or_404(team.organisation.connections, pk=pk)
    kept = get_object_or_404(found.messages, pk=message)
    body = readable(kept)
    context = {
        "team": team,
        "connection": found,
        "message": kept,
        "body": body,
        "cut": len(body) == MOST_SHOWN,
        "complaints": _complaints([kept]),
        "rejected": rejected_of(team.organisation).filter(message=kept)[:PAGE],
    }
    return render(request, "sales/connection_message.html", context)


def _values_form(found: Connection, said: Any) -> ValuesForm:
    return ValuesForm(said, mappings=list(mappings_of(found)), values=unexplained(found))


@require_POST
@organisation_view(ADMIN)
def explain_values(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    found = _found(team, pk)
    form = _values_form(found, request.POST)
    if not form.is_valid():
        context = _shown(team, found, values=form)
        return render(request, "sales/connection.html", context, status=422)
    for mapping in form.mapped():
        map_records(found, mapping)
    messages.success(request, _("It is being taken in again."))
    return redirect("sales:connection", team, pk)


@never_cache
@require_POST
@organisation_view(ADMIN)
def new_connection_secret(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """HubSpot's own is filled in; for others Daya makes one."""
    found = _found(team, pk)
    if found.format != Connection.Format.HUBSPOT:
        return _secret_shown(request, team, found)
    form = SecretForm(request.POST)
    if not form.is_valid():
        context = _shown(team, found, secret=form)
        return render(request, "sales/connection.html", context, status=422)
    take_secret(found, form.cleaned_data["secret"])
    messages.success(request, _("The secret is kept. What HubSpot signs with it is taken."))
    return redirect("sales:connection", team, pk)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def connection_mapping(request: HttpRequest, team: Team, pk: int, kind: str) -> HttpResponse:
    found = _found(team, pk)
    kept = get_object_or_404(found.mappings, kind=kind)
    reader = READERS[found.format]
    subjects = [subject for subject, kinds in reader.kinds.items() if kind in kinds]
    form = MappingForm(
        request.POST or None,
        kind=kind,
        source=found.source,
        made={name for subject in subjects for name in reader.derived(subject, {})},
        initial={"toml": kept.toml},
    )
    if request.method == "POST" and form.is_valid():
        map_records(found, form.cleaned_data["toml"])
        messages.success(request, _("The mapping is kept. What was in trouble is taken in again."))
        return redirect("sales:connection", team, pk)
    context = {
        "team": team,
        "connection": found,
        "form": form,
        "called": ImportRun.Kind(kind).label,
        "fields": fields_seen(found, subjects),
        "pipelines": _pipelines(team) if kind in WITH_STAGES else [],
        "ends": [(code, said) for code, said in MEANINGS if code != OPEN],
    }
    status = 422 if form.errors else 200
    return render(request, "sales/connection_mapping.html", context, status=status)


def _pipelines(team: Team) -> list[tuple[str, list[str]]]:
    """Each with its stages in their order, as a mapping names them."""
    known = team.organisation.pipelines.order_by("name")[:MOST_PIPELINES]
    return [(each.name, list(each.stage_names().values())) for each in known]


@require_POST
@organisation_view(ADMIN)
def act_on_connection(request: HttpRequest, team: Team, pk: int, act: str) -> HttpResponse:
    found = _found(team, pk)
    if act not in ACTS:
        raise Http404
    ACTS[act](found)
    messages.success(request, SAID[act])
    if act == DISCONNECT:
        return redirect("sales:connections", team)
    return redirect("sales:connection", team, pk)
