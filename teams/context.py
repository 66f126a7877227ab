"""What every page knows: who is looking, from which seat, and how they like it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from teams.models import Team, User
from teams.navigation import entries


def seat(request: HttpRequest) -> dict[str, Any]:
    """``seat`` (None outside a team), ``navigation``, ``line`` (teams from the root), ``theme``."""
    here = getattr(request, "seat", None)
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "") or request.COOKIES.get("theme", "")
    return {
        "seat": here,
        "theme": theme if theme in User.Theme.values else User.Theme.SYSTEM,
        "navigation": entries(here, request.path) if here else [],
        "line": SimpleLazyObject(lambda: list(Team.objects.above(here.team))) if here else [],
    }
