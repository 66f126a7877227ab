"""Where somebody lands, where else they may go, and how they like their pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teams.access import COVERING, member_view, public_view, teams_of
from teams.forms import AccountForm, PreferencesForm
from teams.models import Membership, Team, User

YEAR_SECONDS = 365 * 24 * 3600


@require_safe
@member_view
def home(request: HttpRequest) -> HttpResponse:
    """The one place to be, if there is one; else a choice."""
    user: User = request.user  # type: ignore[assignment]
    mine = Membership.objects.of_user(user).select_related("team__organisation", "person")
    covering = [membership for membership in mine if membership.role in COVERING]
    seats = covering or list(mine)
    if not seats:
        return redirect("operations:jobs") if user.is_staff else render(request, "teams/none.html")
    if len({membership.team_id for membership in seats}) > 1:
        return redirect("teams:switch")
    url = "metrics:team-home" if covering else "metrics:me"
    return redirect(url, seats[0].team)


@require_safe
@member_view
def switch(request: HttpRequest) -> HttpResponse:
    """Every team the account has a seat in, as the trees they form."""
    user: User = request.user  # type: ignore[assignment]
    asked = request.GET.get("q", "").strip()
    teams = teams_of(user).select_related("organisation")
    covered = Membership.objects.of_user(user).filter(role__in=COVERING)
    own_only = set(Membership.objects.of_user(user).values_list("team", flat=True))
    own_only -= set(Team.objects.filter(lines_up__ancestor__in=covered.values("team"),
                                        lines_up__to_at=None).values_list("pk", flat=True))  # fmt: skip
    rows = [
        {"team": team, "depth": depth, "url": "metrics:me" if team.pk in own_only else "metrics:team-home"}
        for team, depth in in_tree_order(list(teams))
        if asked.lower() in team.name.lower()
    ]
    return render(request, "teams/switch.html", {"rows": rows, "asked": asked})


def in_tree_order(teams: list[Team]) -> list[tuple[Team, int]]:
    """Teams below their parents, by name, with how deep each stands among those listed."""
    lines = Team.lines_up.rel.related_model.objects.filter(
        team__in=teams, ancestor__in=teams, to_at=None
    ).order_by("-depth").values_list("team", "ancestor")  # fmt: skip
    names = {team.pk: (team.organisation.name.lower(), team.name.lower(), team.pk) for team in teams}
    paths: dict[int, list[tuple[str, str, int]]] = {team.pk: [] for team in teams}
    for team, ancestor in lines:
        paths[team].append(names[ancestor])
    return sorted(
        ((team, len(paths[team.pk]) - 1) for team in teams), key=lambda row: paths[row[0].pk]
    )


@require_POST
@public_view
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme: kept with the account, else in cookies."""
    form = PreferencesForm(request.POST)
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if not form.is_valid():
        return response
    chosen = form.cleaned_data
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**chosen)
    response.set_cookie("django_language", chosen["language"], max_age=YEAR_SECONDS, samesite="Lax")
    response.set_cookie("theme", chosen["theme"], max_age=YEAR_SECONDS, samesite="Lax")
    return response


@member_view
def account(request: HttpRequest) -> HttpResponse:
    """One's own name, and the doors to mail address, password and second factor."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account")
    mine = Membership.objects.of_user(request.user).select_related("team", "person__organisation")
    context = {"form": form, "memberships": mine, "now": timezone.now(),
               "language": translation.get_language()}  # fmt: skip
    return render(request, "teams/account.html", context)
