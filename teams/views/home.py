"""Where somebody lands, where else they may go, and how they like their pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams.access import (
    COVERING,
    FORM,
    account_of,
    covered_teams,
    member_view,
    memberships_of,
    public_view,
    teams_of,
)
from teams.accounts import is_here, prefer
from teams.forms import AccountForm, PreferencesForm
from teams.switching import Place
from teams.tree import in_tree_order

YEAR_SECONDS = 365 * 24 * 3600


@require_safe
@member_view
def home(request: HttpRequest) -> HttpResponse:
    """The one place to be, if there is one; else a choice."""
    mine = memberships_of(account_of(request)).select_related("team__organisation", "person")
    covering = [membership for membership in mine if membership.role in COVERING]
    seats = covering or list(mine)
    if not seats:
        return _without_a_seat(request)
    if len({membership.team_id for membership in seats}) > 1:
        return redirect("teams:switch")
    url = "metrics:team-home" if covering else "metrics:me"
    return redirect(url, seats[0].team)


def _without_a_seat(request: HttpRequest) -> HttpResponse:
    if account_of(request).is_staff:
        return redirect("operations:jobs")
    ended = account_of(request).people.exclude(deactivated_at=None).exists()
    return render(request, "teams/none.html", {"ended": ended})


@require_safe
@member_view
def switch(request: HttpRequest) -> HttpResponse:
    """Every team the account has a seat in, as the trees they form."""
    asked, left = request.GET.get("q", "").strip(), request.GET.get("from", "")
    place = Place(left)
    covered = set(covered_teams(account_of(request)).values_list("pk", flat=True))
    teams = teams_of(account_of(request)).select_related("organisation")
    rows = [
        {
            "team": team,
            "depth": depth,
            "url": place.of(team) if team.pk in covered else reverse("metrics:me", args=[team]),
        }
        for team, depth in in_tree_order(list(teams))
        if asked.lower() in team.name.lower()
    ]
    return render(request, "teams/switch.html", {"rows": rows, "asked": asked, "left": left})


@require_POST
@public_view
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme: kept with the account, else in cookies."""
    form = PreferencesForm(request.POST)
    target = request.POST.get("next", "/")
    response = HttpResponseRedirect(target if is_here(target) else "/")
    if not form.is_valid():
        return response
    chosen = form.cleaned_data
    if request.user.is_authenticated:
        prefer(account_of(request), **chosen)
    for name, value in (("django_language", chosen["language"]), ("theme", chosen["theme"])):
        response.set_cookie(
            name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_http_methods(FORM)
@member_view
def account(request: HttpRequest) -> HttpResponse:
    """One's own name, and the doors to mail address, password and second factor."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account")
    mine = memberships_of(account_of(request)).select_related("team", "person__organisation")
    return render(request, "teams/account.html", {"form": form, "memberships": mine})
