"""Team home, metric pages and the rows behind the numbers."""

from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from metrics import breakdowns, pages
from metrics.asking import (
    NOW,
    Stages,
    at_stage_asked,
    instant_asked,
    metric_called,
    newest_of,
    period_asked,
    periods_of,
    pipeline_asked,
    pipelines_of,
    stages_of,
)
from metrics.declared import Metric
from metrics.exporting import lines
from metrics.models import Snapshot
from metrics.pages import Asked
from metrics.reading import Scope
from metrics.rows import COUNTED, PAGE, SHOWN, Behind, page
from metrics.waiting import waiting
from sales.answering import answer_kinds
from teams.access import ADMIN, MANAGER, Seat, team_view
from teams.exporting import attached
from teams.models import Team


def asked_of(
    request: HttpRequest,
    team: Team,
    scope: Scope | None = None,
    *,
    declared: Metric | None = None,
) -> Asked:
    """What the address asks for: of the team in it, or of another scope seen from there; of one
    metric or of all."""
    is_of_leads = declared is not None and declared.is_of_leads
    chosen = "" if is_of_leads else request.GET.get("pipeline", "")
    organisation = team.organisation
    grain, period = period_asked(organisation, request.GET.get("period", ""))
    pipelines = pipelines_of(organisation, grain)
    choices = periods_of(organisation, grain, pipelines)
    return Asked(
        door=team,
        scope=scope or Scope(team=team),
        period=period or newest_of(organisation, grain, choices),
        choices=choices,
        as_of=instant_asked(team, request.GET.get("as_of", "")),
        pipelines=pipelines,
        pipeline=pipeline_asked(pipelines, chosen),
        is_of_leads=is_of_leads,
    )


def rep_scope(request: HttpRequest, team: Team, pk: int) -> Scope:
    """A person's own whole for themselves; for who covers the team, the person's part in it."""
    seat = request.seat  # type: ignore[attr-defined]
    if seat.person_id == pk:
        return Scope(team=team.organisation.root, rep=seat.person)
    if not seat.covers:
        raise Http404
    people = team.organisation.people.members_ever(team)
    return Scope(team=team, rep=get_object_or_404(people, pk=pk))


@require_safe
@team_view(MANAGER, ADMIN)
def team_home(request: HttpRequest, team: Team) -> HttpResponse:
    asked = asked_of(request, team)
    tiles = pages.tiles(asked)
    context = {"team": team, "tiles": tiles} | breakdowns.parts(
        asked, tiles, request.GET.get("page")
    )
    return render(request, "metrics/team_home.html", context | _picker(asked))


@require_safe
@team_view()
def waiting_leads(request: HttpRequest, team: Team) -> HttpResponse:
    """Who waits for an answer, oldest first."""
    seat: Seat = request.seat  # type: ignore[attr-defined]
    queue = waiting(team, seat, after=_after(request))
    return render(
        request,
        "metrics/waiting.html",
        {
            "team": team,
            "queue": queue,
            "more_after": _mark(*queue.after) if queue.after else "",
            "kinds": answer_kinds(),
        },
    )


@require_safe
@team_view()
def me(request: HttpRequest, team: Team) -> HttpResponse:
    """One's own numbers."""
    own = rep_scope(request, team, request.seat.person_id)  # type: ignore[attr-defined]
    return _rep_page(request, team, own)


@require_safe
@team_view()
def rep(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """From a team above, the way to the page in the person's own team."""
    seat = request.seat  # type: ignore[attr-defined]
    if seat.covers and not team.is_root:
        person: Any = get_object_or_404(team.organisation.people.placed_under(team), pk=pk)
        if person.place != team.slug:
            place = reverse("metrics:rep", args=[f"{team.organisation.slug}/{person.place}", pk])
            return redirect(f"{place}?{request.GET.urlencode()}" if request.GET else place)
        if person.pk != seat.person_id:
            return _rep_page(request, team, Scope(team=team, rep=person))
    return _rep_page(request, team, rep_scope(request, team, pk))


def _rep_page(request: HttpRequest, team: Team, scope: Scope) -> HttpResponse:
    asked = asked_of(request, team, scope)
    context = {
        "team": team,
        "rep": asked.scope.rep,
        "note": pages.rep_note(asked),
        "tiles": pages.tiles(asked),
    }
    return render(request, "metrics/rep.html", context | _picker(asked))


@require_safe
@team_view(MANAGER, ADMIN)
def metric(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    declared = metric_called(slug)
    return _metric_page(request, asked_of(request, team, declared=declared), declared)


@require_safe
@team_view()
def rep_metric(request: HttpRequest, team: Team, pk: int, slug: str) -> HttpResponse:
    declared = metric_called(slug)
    scope = rep_scope(request, team, pk)
    return _metric_page(request, asked_of(request, team, scope, declared=declared), declared)


def _metric_page(request: HttpRequest, asked: Asked, declared: Metric) -> HttpResponse:
    """Of a team with its parts, or of a rep. Whoever asks for a permalink is led to it."""
    declared, stages = _at_stage(request, asked, declared)
    if request.GET.get("as_of") == NOW:
        return redirect(pages.metric_url(asked, declared))
    context = _metric_context(request, asked, declared)
    if asked.scope.rep is None:
        whole = context["headline"].reading
        context |= breakdowns.tables(asked, declared, whole, request.GET.get("page"))
    context["sources"] = breakdowns.sources(asked, declared, context["headline"].reading)
    if stages:
        context |= {"stages": stages, "steps": breakdowns.steps(asked, declared, stages)}
    return render(request, "metrics/metric.html", context | {"note": pages.rep_note(asked)})


def _at_stage(request: HttpRequest, asked: Asked, declared: Metric) -> tuple[Metric, Stages | None]:
    """The metric in the pipeline and at the stage of the address, and what stages there are."""
    stages = stages_of(breakdowns.funnel_of(asked)) if declared.stages else None
    return at_stage_asked(asked.of(declared), stages, request.GET.get("stage", "")), stages


def _picker(asked: Asked) -> dict[str, object]:
    """What the period picker needs, and whether there is anything to pick from."""
    return {
        "asked": asked,
        "choices": asked.choices,
        "grains": Snapshot.Grain.choices,
        "empty": not asked.choices,
    }


def _metric_context(request: HttpRequest, asked: Asked, declared: Metric) -> dict[str, Any]:
    behind = _behind(request, asked, declared)
    rows = page(behind, after=_after(request), limit=PAGE + 1)
    shown = pages.metric_page(asked, declared)
    url = pages.metric_url(asked, declared)
    path, _question, query = url.partition("?")
    return _picker(asked) | {
        "team": asked.door,
        "rep": asked.scope.rep,
        "metric": declared,
        "headline": shown.headline,
        "companions": shown.companions,
        "decision": pages.decision(asked, declared),
        "shown": behind.shown,
        "kinds": pages.kinds(shown.headline.reading, behind.shown),
        "rows": rows[:PAGE],
        "more_after": _mark(rows[PAGE - 1].at, rows[PAGE - 1].entity) if len(rows) > PAGE else "",
        "csv_url": f"{path}rows.csv?{query}",
        "permalink": f"{url}&as_of={NOW}" if asked.as_of is None else url,
    }


@require_safe
@team_view(MANAGER, ADMIN)
def rows_csv(request: HttpRequest, team: Team, slug: str) -> HttpResponseBase:
    declared = metric_called(slug)
    return _csv(request, asked_of(request, team, declared=declared), declared)


@require_safe
@team_view()
def rep_rows_csv(request: HttpRequest, team: Team, pk: int, slug: str) -> HttpResponseBase:
    declared = metric_called(slug)
    scope = rep_scope(request, team, pk)
    return _csv(request, asked_of(request, team, scope, declared=declared), declared)


def _csv(request: HttpRequest, asked: Asked, declared: Metric) -> HttpResponseBase:
    declared, _stages = _at_stage(request, asked, declared)
    name = f"{declared.slug}-{asked.scope.team.slug}-{asked.period.code}.csv"
    return attached(lines(_behind(request, asked, declared)), name)


def _behind(request: HttpRequest, asked: Asked, declared: Metric) -> Behind:
    shown = request.GET.get("shown", COUNTED)
    return Behind(
        scope=asked.scope,
        metric=declared,
        period=asked.period,
        shown=shown if shown in SHOWN else COUNTED,
        as_of=asked.as_of,
    )


def _mark(at: datetime, entity: int) -> str:
    """Where a page ends, as ``_after`` reads it."""
    return f"{pages.written(at)}~{entity}"


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    """Where the page before ended: an instant and an id, as the link says."""
    at, _tilde, entity = request.GET.get("after", "").replace(" ", "+").partition("~")
    try:
        return (datetime.fromisoformat(at), int(entity)) if entity else None
    except ValueError as error:
        raise BadRequest(_("after: no row of this list is called that.")) from error
