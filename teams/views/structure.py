"""The tree of teams, and what an admin may do to it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teams import tree
from teams.access import ADMIN, FORM, MANAGER, organisation_view, team_view
from teams.forms import OrganisationForm, TeamNameForm, TeamTargetForm
from teams.founding import settle
from teams.models import Team
from teams.tree import in_tree_order, open_teams


@require_safe
@team_view(MANAGER, ADMIN)
def structure(request: HttpRequest, team: Team) -> HttpResponse:
    under = team.organisation.teams.under(team).open().select_related("organisation").with_sizes()
    context = {"team": team, "rows": in_tree_order(list(under))}
    return render(request, "teams/structure.html", context)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def edit_team(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Rename, add below, move: one form each, on one page; and one that leads on to a merge."""
    chosen = get_object_or_404(team.organisation.teams.open(), slug=slug)
    if request.method == "POST":
        return _act(request, team, chosen)
    inside = set(team.organisation.teams.under(chosen))
    teams = [row for row in open_teams(team.organisation) if row[0] not in inside]
    context = {
        "team": team,
        "chosen": chosen,
        "rename": TeamNameForm(initial={"name": chosen.name}, auto_id="rename_%s"),
        "add": TeamNameForm(auto_id="add_%s"),
        "move": TeamTargetForm(teams=teams, auto_id="move_%s"),
        "merge": TeamTargetForm(teams=teams, auto_id="merge_%s"),
    }
    return render(request, "teams/edit_team.html", context)


def _act(request: HttpRequest, team: Team, chosen: Team) -> HttpResponse:
    act = request.POST.get("act", "")
    try:
        message = _apply(act, chosen, request, open_teams(team.organisation))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("teams:edit-team", team, chosen.slug)
    messages.success(request, message)
    return redirect("teams:structure", team)


def _apply(act: str, chosen: Team, request: HttpRequest, teams: list[tuple[Team, int]]) -> str:
    if act in {"rename", "add"}:
        name = _valid(TeamNameForm(request.POST))["name"]
        if act == "rename":
            tree.rename_team(chosen, name=name)
            return _("Renamed to “%(name)s”.") % {"name": name}
        tree.add_team(chosen, name=name)
        return _("“%(name)s” is open.") % {"name": name}
    if act == "move":
        tree.move_team(chosen, parent=_valid(TeamTargetForm(request.POST, teams=teams))["target"])
        return _("Done. Numbers that this changes are being recomputed.")
    raise ValidationError(_("Choose what to do."))


@require_http_methods(FORM)
@organisation_view(ADMIN)
def merge_team(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Say what a merge into ``target`` moves; sent from there, do it."""
    chosen = get_object_or_404(team.organisation.teams.open(), slug=slug)
    form = TeamTargetForm(request.POST or request.GET, teams=open_teams(team.organisation))
    try:
        into = _valid(form)["target"]
        merger = tree.merger_of(chosen, into=into)
        if request.method == "POST":
            tree.merge_team(chosen, into=into)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("teams:edit-team", team, chosen.slug)
    if request.method == "POST":
        messages.success(request, _("Done. Numbers that this changes are being recomputed."))
        return redirect("teams:structure", team)
    context = {"team": team, "chosen": chosen, "into": into, "merger": merger}
    return render(request, "teams/merge_team.html", context)


def _valid(form: TeamNameForm | TeamTargetForm) -> dict[str, Any]:
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
