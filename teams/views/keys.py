"""Keys of the API: who has which, another one, one less."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams.access import ADMIN, FORM, organisation_view
from teams.forms import KeyForm
from teams.keys import make_key, revoke_key
from teams.made_once import made_once, nonce_of
from teams.models import Team


@require_safe
@organisation_view(ADMIN)
def keys(request: HttpRequest, team: Team) -> HttpResponse:
    """Those that open something; under them those that did."""
    known = team.organisation.api_keys.select_related("created_by")
    context = {
        "team": team,
        "usable": [key for key in known if not key.revoked_at],
        "revoked": [key for key in known if key.revoked_at],
    }
    return render(request, "teams/keys.html", context)


@never_cache
@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_key(request: HttpRequest, team: Team) -> HttpResponse:
    """The key is shown in the answer, and nowhere else."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, by = form.cleaned_data, request.seat.person  # type: ignore[attr-defined]
        made = made_once(
            request,
            lambda: make_key(team.organisation, name=said["name"], scopes=said["scopes"], by=by),
        )
        if made is None:
            return redirect("teams:keys", team)
        key, text = made
        return render(request, "teams/key_made.html", {"team": team, "key": key, "text": text})
    context = {"team": team, "form": form, "nonce": nonce_of(request)}
    return render(request, "teams/new_key.html", context, status=422 if form.errors else 200)


@require_POST
@organisation_view(ADMIN)
def revoke(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    key = get_object_or_404(team.organisation.api_keys, pk=pk)
    revoke_key(key)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("teams:keys", team)
