"""Ids of other records, told only to who may see what they name."""

from collections.abc import Iterable
from typing import Any

from teams.access import Seat
from teams.models import Team


def sees_all(team: Team, seat: Seat) -> bool:
    """Whoever sees the whole organisation may also be told an id of what is not known yet."""
    return team.is_root and seat.covers


def tellable(ids: Iterable[str], *, source: str, of: type[Any], team: Team, seat: Seat) -> set[str]:
    """Those of the ids of one source that ``seat`` may be told in ``team``."""
    asked = set(ids) - {""}
    if not asked or sees_all(team, seat):
        return asked
    visible = of.objects.filter(organisation=team.organisation_id).of_team(team, seat)
    named = visible.filter(source=source, external_id__in=asked)
    return set(named.values_list("external_id", flat=True))
