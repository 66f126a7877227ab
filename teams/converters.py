"""The team in a URL: ``organisation/team``, so that a path states its whole scope."""

from teams.models import Team


class TeamConverter:
    regex = r"[-a-z0-9_]+/[-a-z0-9_]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: Team | str) -> str:
        return value.path if isinstance(value, Team) else value
