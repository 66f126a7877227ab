"""What a request gets that cannot be understood, or finds nothing, or a bug."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from teams.api.problems import plain_answer

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Our own refusals say which part is wrong and why; what Django found says nothing."""
    why = str(exception) if isinstance(exception, BadRequest) else ""
    if request.path.startswith(API):
        return plain_answer(400, "parse_error", why or _("The request cannot be understood."))
    return render(request, "400.html", {"why": why}, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return plain_answer(404, "not_found", _("There is nothing here."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return plain_answer(500, "error", _("Something is broken here. It was written down."))
    return defaults.server_error(request)
