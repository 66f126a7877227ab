"""Webhooks: which there are, what each was told, and everything one does with them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from teams.access import ADMIN, FORM, organisation_view
from teams.announcing import ping, send_again
from teams.made_once import made_once, nonce_of
from teams.models import Team, WebhookEndpoint
from teams.webhook_forms import WebhookForm
from teams.webhooks import (
    add_webhook,
    change_webhook,
    remove_webhook,
    renew_secret,
    switch_off,
    switch_on,
)

PAGE = 25
SHOWN = 4_000
"""Characters of a body; one may have many times as many."""
REMOVE = "remove"
ACTS: dict[str, Callable[[WebhookEndpoint], None]] = {
    "test": ping,
    "off": switch_off,
    "on": switch_on,
    REMOVE: remove_webhook,
}
SAID = {
    "test": gettext_lazy("A test is on its way."),
    "off": gettext_lazy("Nothing is sent there any more."),
    "on": gettext_lazy("It is told again from now on."),
    REMOVE: gettext_lazy("The webhook is removed."),
}


@require_safe
@organisation_view(ADMIN)
def webhooks(request: HttpRequest, team: Team) -> HttpResponse:
    known = team.organisation.webhooks.with_newest()
    return render(request, "teams/webhooks.html", {"team": team, "webhooks": known})


@never_cache
@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_webhook(request: HttpRequest, team: Team) -> HttpResponse:
    """Its secret is shown in the answer, and nowhere else."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = request.seat.person  # type: ignore[attr-defined]
        try:
            made = made_once(
                request, lambda: add_webhook(team.organisation, by=by, **form.cleaned_data)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _secret_shown(request, team, *made) if made else redirect("teams:webhooks", team)
    context = {"team": team, "form": form, "nonce": nonce_of(request)}
    return render(request, "teams/new_webhook.html", context, status=422 if form.errors else 200)


def _secret_shown(
    request: HttpRequest, team: Team, made: WebhookEndpoint, secret: str
) -> HttpResponse:
    context = {"team": team, "webhook": made, "secret": secret}
    return render(request, "teams/webhook_secret.html", context)


@require_safe
@vary_on_headers("HX-Request")
@organisation_view(ADMIN)
def webhook(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """With what it was told, the newest first."""
    found = get_object_or_404(team.organisation.webhooks.select_related("created_by"), pk=pk)
    told = found.messages.select_related("endpoint").prefetch_related("attempts")
    page = Paginator(told, PAGE).get_page(request.GET.get("page"))
    template = "teams/_webhook_log.html" if request.htmx else "teams/webhook.html"  # type: ignore[attr-defined]
    now = timezone.now()
    expected = any(message.is_expected(now) for message in page)
    context = {"webhook": found, "page": page, "expected": expected, "shown": SHOWN}
    return render(request, template, {"team": team} | context)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def change(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    found = get_object_or_404(team.organisation.webhooks, pk=pk)
    name, form = str(found), WebhookForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        change_webhook(found, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("teams:webhook", team, pk)
    context = {"team": team, "webhook": found, "name": name, "form": form}
    return render(request, "teams/edit_webhook.html", context, status=422 if form.errors else 200)


@require_POST
@organisation_view(ADMIN)
def act(request: HttpRequest, team: Team, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    found = get_object_or_404(team.organisation.webhooks, pk=pk)
    _tried(request, ACTS[act], found, SAID[act])
    return redirect("teams:webhooks", team) if act == REMOVE else _shown(team, pk)


@require_POST
@organisation_view(ADMIN)
def again(request: HttpRequest, team: Team, pk: int, message: int) -> HttpResponse:
    found = get_object_or_404(team.organisation.webhooks, pk=pk)
    told = get_object_or_404(found.messages.select_related("endpoint"), pk=message)
    _tried(request, send_again, told, _("The message is on its way again."))
    return _shown(team, pk)


@never_cache
@require_POST
@organisation_view(ADMIN)
def new_secret(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Shown in the answer, and nowhere else."""
    found = get_object_or_404(team.organisation.webhooks, pk=pk)
    context = {"team": team, "webhook": found, "secret": renew_secret(found), "renewed": True}
    return render(request, "teams/webhook_secret.html", context)


def _tried(request: HttpRequest, verb: Callable[..., None], subject: object, said: object) -> None:
    try:
        verb(subject)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, str(said))


def _shown(team: Team, pk: int) -> HttpResponse:
    return redirect("teams:webhook", team, pk)
