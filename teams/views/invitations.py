"""The page an invitation's link opens."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from teams.access import FORM, account_of, public_view
from teams.forms import JoinForm
from teams.inviting import (
    NotInvited,
    accept,
    has_account,
    invitation_by,
    open_account,
    owns,
)
from teams.models import Invitation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(FORM)
@never_cache
@public_view
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Open an account; or, with one that has the invited address, join with it."""
    try:
        found = invitation_by(token)
        answer = _join_with_account if has_account(found.email) else _open
        response = answer(request, found)
    except NotInvited:
        response = render(request, "teams/not_invited.html", status=404)
    # The address is a secret: no other request names it, no shelf keeps it. Not "no-referrer",
    # with which browsers hide whence a form comes, and it is refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _open(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=found.email, initial={"name": found.person.name})
    if request.method == "POST" and form.is_valid():
        user = open_account(found, **form.cleaned_data)
        login(request, user, backend=BACKEND)
        return redirect("home")
    return render(request, "teams/invitation.html", {"invitation": found, "form": form})


def _join_with_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    mine = request.user.is_authenticated and owns(account_of(request), found.email)
    if request.method == "POST" and mine:
        accept(found, user=account_of(request))
        return redirect("home")
    context = {"invitation": found, "has_account": True, "mine": mine}
    return render(request, "teams/invitation.html", context)
