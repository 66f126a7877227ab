"""Team home, metric pages and the rows behind the numbers."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from metrics import pages
from metrics.asking import instant_asked, metric_called, period_asked, period_choices
from metrics.declared import Metric
from metrics.exporting import lines
from metrics.pages import Asked
from metrics.reading import Scope
from metrics.rows import COUNTED, PAGE, SHOWN, Behind, page
from teams.access import ADMIN, MANAGER, team_view
from teams.models import Person, Team


def asked_of(request: HttpRequest, scope: Scope) -> Asked:
    return Asked(
        scope=scope,
        period=period_asked(scope.team, request.GET.get("period", "")),
        as_of=instant_asked(scope.team, request.GET.get("as_of", "")),
    )


def rep_scope(request: HttpRequest, team: Team, pk: int) -> Scope:
    """A person's own whole for themselves; for who covers the team, the person's part in it."""
    seat = request.seat  # type: ignore[attr-defined]
    if seat.person.pk == pk:
        return Scope(team=team.organisation.root, rep=seat.person)
    if not seat.covers:
        raise Http404
    people = Person.objects.filter(organisation=team.organisation)
    if not team.is_root:
        people = people.filter(memberships__team=team, memberships__voided_at=None).distinct()
    return Scope(team=team, rep=get_object_or_404(people, pk=pk))


@require_safe
@team_view(MANAGER, ADMIN)
def team_home(request: HttpRequest, team: Team) -> HttpResponse:
    asked = asked_of(request, Scope(team=team))
    context = {
        "team": team,
        "asked": asked,
        "choices": period_choices(team, asked.period),
        "tiles": pages.tiles(asked),
        "children": Team.objects.children_of(team).open(),
    }
    return render(request, "metrics/team_home.html", context)


@require_safe
@team_view()
def rep(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    asked = asked_of(request, rep_scope(request, team, pk))
    context = {
        "team": team,
        "rep": asked.scope.rep,
        "note": pages.rep_note(asked),
        "asked": asked,
        "choices": period_choices(team, asked.period),
        "tiles": pages.tiles(asked),
    }
    return render(request, "metrics/rep.html", context)


@require_safe
@team_view(MANAGER, ADMIN)
def metric(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    asked = asked_of(request, Scope(team=team))
    declared = metric_called(slug)
    context = _metric_context(request, asked, declared) | {
        "teams": pages.team_rows(asked, declared),
        "reps": pages.rep_rows(asked, declared),
    }
    return render(request, "metrics/metric.html", context)


@require_safe
@team_view()
def rep_metric(request: HttpRequest, team: Team, pk: int, slug: str) -> HttpResponse:
    asked = asked_of(request, rep_scope(request, team, pk))
    context = _metric_context(request, asked, metric_called(slug))
    return render(request, "metrics/metric.html", context | {"note": pages.rep_note(asked)})


def _metric_context(request: HttpRequest, asked: Asked, declared: Metric) -> dict[str, object]:
    behind = _behind(request, asked, declared)
    rows = page(behind, after=_after(request), limit=PAGE + 1)
    return {
        "team": asked.scope.team,
        "rep": asked.scope.rep,
        "asked": asked,
        "metric": declared,
        "choices": period_choices(asked.scope.team, asked.period),
        "headline": pages.headline(asked, declared),
        "companions": pages.beside(asked, declared),
        "shown": behind.shown,
        "rows": rows[:PAGE],
        "more_after": f"{rows[PAGE - 1].at.isoformat()}~{rows[PAGE - 1].entity}"
        if len(rows) > PAGE
        else "",
    }


@require_safe
@team_view(MANAGER, ADMIN)
def rows_csv(request: HttpRequest, team: Team, slug: str) -> StreamingHttpResponse:
    return _csv(request, asked_of(request, Scope(team=team)), metric_called(slug))


@require_safe
@team_view()
def rep_rows_csv(
    request: HttpRequest, team: Team, pk: int, slug: str
) -> StreamingHttpResponse:
    return _csv(request, asked_of(request, rep_scope(request, team, pk)), metric_called(slug))


def _csv(request: HttpRequest, asked: Asked, declared: Metric) -> StreamingHttpResponse:
    name = f"{declared.slug}-{asked.scope.team.slug}-{asked.period.code}.csv"
    return StreamingHttpResponse(
        lines(_behind(request, asked, declared)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _behind(request: HttpRequest, asked: Asked, declared: Metric) -> Behind:
    shown = request.GET.get("shown", COUNTED)
    return Behind(
        scope=asked.scope,
        metric=declared,
        period=asked.period,
        shown=shown if shown in SHOWN else COUNTED,
        as_of=asked.as_of,
    )


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    """Where the page before ended: an instant and an id, as the link says."""
    at, _tilde, entity = request.GET.get("after", "").replace(" ", "+").partition("~")
    try:
        return (datetime.fromisoformat(at), int(entity)) if entity else None
    except ValueError as error:
        raise Http404 from error
