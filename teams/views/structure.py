"""The tree of teams, and what an admin may do to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teams import tree
from teams.access import ADMIN, FORM, MANAGER, organisation_view, team_view
from teams.forms import NewTeamForm, OrganisationForm, TeamNameForm, TeamTargetForm
from teams.founding import settle
from teams.hours_forms import WorksByForm
from teams.joining import CLOSED
from teams.models import Team
from teams.tree import in_tree_order, open_teams


@require_safe
@team_view(MANAGER, ADMIN)
def structure(request: HttpRequest, team: Team) -> HttpResponse:
    teams = team.organisation.teams.under(team).select_related("organisation")
    administers = request.seat.administers and team.is_root  # type: ignore[attr-defined]
    context = {
        "team": team,
        "rows": in_tree_order(list(teams.open().with_sizes())),
        "administers": administers,
        "closed": teams.closed().select_related("merged_into__organisation") if administers else [],
    }
    return render(request, "teams/structure.html", context)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_team(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Under the team that is named, unless another is chosen."""
    proposed = get_object_or_404(team.organisation.teams.open(), slug=slug)
    form = NewTeamForm(
        request.POST or None,
        teams=open_teams(team.organisation),
        initial={"parent": proposed},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            tree.add_team(said["parent"], name=said["name"])
        except ValidationError as error:
            form.add_error("parent" if error.code == CLOSED else "name", error)
        else:
            messages.success(request, _("“%(name)s” is open.") % {"name": said["name"]})
            return redirect("teams:structure", team)
    status = 422 if form.errors else 200
    return render(request, "teams/new_team.html", {"team": team, "form": form}, status=status)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def edit_team(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Rename; and the ways to a team below, a move and a merge."""
    chosen = get_object_or_404(team.organisation.teams.open(), slug=slug)
    if "act" in request.POST:  # of a page that offers more here than a new name
        messages.error(request, _("That page was out of date, and nothing was done. Try again."))
        return redirect("teams:edit-team", team, chosen.slug)
    rename = TeamNameForm(request.POST or None, initial={"name": chosen.name}, auto_id="rename_%s")
    if request.method == "POST" and rename.is_valid():
        try:
            tree.rename_team(chosen, name=rename.cleaned_data["name"])
        except ValidationError as error:
            rename.add_error("name", error)
        else:
            messages.success(request, _("Renamed to “%(name)s”.") % {"name": chosen.name})
            return redirect("teams:structure", team)
    inside = set(team.organisation.teams.under(chosen))
    teams = [row for row in open_teams(team.organisation) if row[0] not in inside]
    context = {
        "team": team,
        "chosen": chosen,
        "rename": rename,
        "hours": WorksByForm(subject=chosen),
        "move": TeamTargetForm(teams=teams, auto_id="move_%s"),
        "merge": TeamTargetForm(teams=teams, auto_id="merge_%s"),
    }
    status = 422 if rename.errors else 200
    return render(request, "teams/edit_team.html", context, status=status)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def move_team(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Say what a move under ``target`` changes; sent from there, do it."""
    return _asked_first(
        request,
        team,
        slug,
        foresee=lambda chosen, target: tree.move_of(chosen, parent=target),
        act=lambda chosen, target, shown: tree.move_team(chosen, parent=target, shown=shown),
        template="teams/move_team.html",
    )


@require_http_methods(FORM)
@organisation_view(ADMIN)
def merge_team(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Say what a merge into ``target`` moves; sent from there, do it."""
    return _asked_first(
        request,
        team,
        slug,
        foresee=lambda chosen, target: tree.merger_of(chosen, into=target),
        act=lambda chosen, target, shown: tree.merge_team(chosen, into=target, shown=shown),
        template="teams/merge_team.html",
    )


def _asked_first(
    request: HttpRequest,
    team: Team,
    slug: str,
    *,
    foresee: Callable[[Team, Team], Any],
    act: Callable[[Team, Team, str], None],
    template: str,
) -> HttpResponse:
    """Show what is foreseen, or act if that is still so, or say on the team's page why neither."""
    chosen = get_object_or_404(team.organisation.teams.open(), slug=slug)
    form = TeamTargetForm(request.POST or request.GET, teams=open_teams(team.organisation))
    status = 200
    try:
        target = _valid(form)["target"]
        if request.method == "POST":
            act(chosen, target, request.POST.get("shown", ""))
            messages.success(request, _("Done. Numbers that this changes are being recomputed."))
            return redirect("teams:structure", team)
        foreseen = foresee(chosen, target)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("teams:edit-team", team, chosen.slug)
    except tree.Otherwise as error:
        messages.error(request, _("This changed meanwhile. Look at what happens now."))
        foreseen, status = error.foreseen, 422
    context = {"team": team, "chosen": chosen, "target": target, "foreseen": foreseen}
    return render(request, template, context | {"now": timezone.now()}, status=status)


def _valid(form: TeamTargetForm) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError([str(e) for errors in form.errors.values() for e in errors])
    return form.cleaned_data


@require_http_methods(FORM)
@organisation_view(ADMIN)
def settings(request: HttpRequest, team: Team) -> HttpResponse:
    form = OrganisationForm(request.POST or None, instance=team.organisation)
    if request.method == "POST" and form.is_valid():
        settle(team.organisation, changed=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("teams:settings", team)
    status = 422 if form.errors else 200
    return render(request, "teams/settings.html", {"team": team, "form": form}, status=status)
