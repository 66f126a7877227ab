"""What every page knows: who is looking, from which seat, and how they like it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from teams.access import Seat
from teams.models import User
from teams.navigation import entries


def seat(request: HttpRequest) -> dict[str, Any]:
    """``seat`` (None outside a team), ``navigation``, ``line`` of crumbs, ``theme``, ``themes``,
    ``sign_up_open``."""
    here = getattr(request, "seat", None)
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "") or request.COOKIES.get("theme", "")
    return {
        "seat": here,
        "theme": theme if theme in User.Theme.values else User.Theme.SYSTEM,
        "themes": User.Theme.choices,
        "sign_up_open": settings.ACCOUNT_OPEN_SIGN_UP,
        "navigation": entries(here, request.path) if here else [],
        "line": SimpleLazyObject(lambda: line(here)) if here else [],
    }


def line(seat: Seat) -> list[dict[str, Any]]:
    """Teams from the root down to the seat's, each with whether the seat covers it too."""
    here = seat.team
    teams = [here] if here.is_root else here.organisation.teams.above(here)
    crumbs: list[dict[str, Any]] = []
    for team in teams:
        below = bool(crumbs) and crumbs[-1]["covered"]
        crumbs.append({"team": team, "covered": seat.covers and (below or team.pk in seat.through)})
    return crumbs
