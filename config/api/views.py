"""The OpenAPI document of the API, for programs and for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.api.documenting import document, operations
from teams.access import public_view


@require_safe
@public_view
def openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@require_safe
@public_view
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"groups": operations().items()})
