"""Going from one team to another without losing the page."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from teams.models import Team


class Place:
    """A page that other teams have too; the team's home where ``address`` is no such page."""

    def __init__(self, address: str) -> None:
        self.name, self.kwargs, self.query = "metrics:team-home", {}, ""
        try:
            parts = urlsplit(address)
            match = resolve(parts.path)
        except (Resolver404, ValueError):
            return
        others: dict[str, Any] = {k: v for k, v in match.kwargs.items() if k != "team"}
        if getattr(match.func, "door", "").startswith("team:") and "pk" not in others:
            self.name, self.kwargs = match.view_name, others
            self.query = f"?{parts.query}" if parts.query else ""

    def of(self, team: Team) -> str:
        """Its address for a team."""
        return reverse(self.name, kwargs={"team": team, **self.kwargs}) + self.query
