"""The team tree: placing, moving, merging, and the closure everything else reads."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from teams.access import COVERING
from teams.joining import carry_over, refuse_closed
from teams.models import (
    Membership,
    Organisation,
    Person,
    PersonQuerySet,
    Team,
    TeamLine,
    TeamPlacement,
)
from teams.recorded import BEGINNING, FOREVER
from teams.signals import tree_changed

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

LINES_SQL = """
WITH RECURSIVE placement AS (
    SELECT p.team_id, p.parent_id, p.from_at, p.to_at
    FROM teams_teamplacement p JOIN teams_team t ON t.id = p.team_id
    WHERE t.organisation_id = %(organisation)s
      AND p.recorded_at <= %(as_of)s AND (p.voided_at IS NULL OR p.voided_at > %(as_of)s)
), line (team_id, ancestor_id, depth, from_at, to_at) AS (
    SELECT team_id, team_id, 0, from_at, to_at FROM placement
    UNION ALL
    SELECT line.team_id, placement.parent_id, line.depth + 1,
           GREATEST(line.from_at, placement.from_at), LEAST(line.to_at, placement.to_at)
    FROM line JOIN placement ON placement.team_id = line.ancestor_id
    WHERE placement.parent_id IS NOT NULL AND line.depth < 100
      AND (line.to_at IS NULL OR placement.from_at < line.to_at)
      AND (placement.to_at IS NULL OR line.from_at < placement.to_at)
)
SELECT team_id, ancestor_id, depth, from_at, to_at FROM line
"""
"""Closure of the placements known at ``as_of``: (team, ancestor, depth, from, to), depth 0 is the
team itself. Spans are intersected on the way up, so a line holds exactly while all its placements
do. ``LEAST`` and ``GREATEST`` pass over nulls, which is right: null is "open"."""


def rebuild_lines(organisation: Organisation) -> None:
    """Make the stored closure equal to the placements in force, and tell who derives from it."""
    lines = TeamLine.objects.filter(team__organisation=organisation)
    lines.delete()
    with connection.cursor() as cursor:
        _insert_lines(cursor, organisation)
    tree_changed.send(sender=Organisation, organisation=organisation)


def _insert_lines(cursor: "CursorWrapper", organisation: Organisation) -> None:
    cursor.execute(
        "INSERT INTO teams_teamline (team_id, ancestor_id, depth, from_at, to_at) " + LINES_SQL,
        {"organisation": organisation.pk, "as_of": FOREVER},
    )


def in_tree_order(teams: list[Team]) -> list[tuple[Team, int]]:
    """Teams below their parents, by name, with how deep each stands among those listed."""
    lines = TeamLine.objects.filter(team__in=teams, ancestor__in=teams, to_at=None)
    names = {
        team.pk: (team.organisation.name.lower(), team.name.lower(), team.pk) for team in teams
    }
    paths: dict[int, list[tuple[str, str, int]]] = {team.pk: [] for team in teams}
    for pk, ancestor in lines.order_by("-depth").values_list("team", "ancestor"):
        paths[pk].append(names[ancestor])
    rows = [(team, len(paths[team.pk]) - 1) for team in teams]
    return sorted(rows, key=lambda row: paths[row[0].pk])


def open_teams(organisation: Organisation) -> list[tuple[Team, int]]:
    """The open teams as a tree."""
    return in_tree_order(list(organisation.teams.open().select_related("organisation")))


def free_slug(organisation: Organisation, name: str) -> str:
    """A short name for URLs that no team of the organisation has yet."""
    base = slugify(name)[:70] or "team"
    taken = set(organisation.teams.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def add_team(parent: Team, *, name: str, since: datetime = BEGINNING) -> Team:
    """Open a team under ``parent``. Siblings have different names."""
    organisation = parent.organisation.locked()
    refuse_closed(parent, organisation)
    _refuse_sibling(parent, name)
    team = Team.objects.create(
        organisation=organisation, name=name, slug=free_slug(organisation, name)
    )
    TeamPlacement.objects.create(team=team, parent=parent, from_at=since)
    rebuild_lines(organisation)
    return team


@transaction.atomic
def rename_team(team: Team, *, name: str) -> None:
    """Give a team another name; the root's is the organisation's. Addresses stay, for links."""
    team.organisation.locked()
    if not team.is_root:
        _refuse_sibling(Team.objects.above(team).reverse()[1], name, but=team)
    else:
        Organisation.objects.filter(pk=team.organisation_id).update(name=name)
    team.name = name
    team.save(update_fields=["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a move would change: which teams above begin and cease to count what happens in the
    team, who begins and ceases to see it, and how many people and teams below go along."""

    joins: list[Team]
    leaves: list[Team]
    sees: list[Person]
    loses: list[Person]
    people: int
    teams: int

    @property
    def digest(self) -> str:
        return _digest([self.joins, self.leaves, self.sees, self.loses], [self.people, self.teams])


class Otherwise(Exception):
    """It would do something else by now than what was shown: ``foreseen``."""

    def __init__(self, foreseen: "Move | Merger") -> None:
        super().__init__()
        self.foreseen = foreseen


def move_of(team: Team, *, parent: Team) -> Move:
    """What ``move_team`` would change now. Raises ValidationError where it could not."""
    now = timezone.now()
    _refuse_move(team, parent, team.organisation, now)
    if _placement(team).parent_id == parent.pk:
        raise ValidationError(
            _("%(team)s is under %(parent)s already.") % {"team": team, "parent": parent}
        )
    _refuse_sibling(parent, team.name, but=team)
    before = list(Team.objects.above(team).exclude(pk=team.pk))
    after = list(Team.objects.above(parent))
    return Move(
        joins=[each for each in after if each not in before],
        leaves=[each for each in before if each not in after],
        sees=list(_covering(after, now).exclude(pk__in=_covering([team, *before], now))),
        loses=list(_covering(before, now).exclude(pk__in=_covering([team, *after], now))),
        people=Person.objects.in_subtree(team, now).count(),
        teams=Team.objects.under(team).open().count() - 1,
    )


def _covering(teams: list[Team], at: datetime) -> PersonQuerySet:
    """Who sees whatever is below one of the teams at ``at``."""
    held = Membership.objects.holding_at(at).filter(team__in=teams, role__in=COVERING)
    return Person.objects.active().filter(pk__in=held.values("person"))


@transaction.atomic
def move_team(
    team: Team, *, parent: Team, at: datetime | None = None, shown: str | None = None
) -> None:
    """Put a team with everything below it under another parent, from ``at`` (now) on.

    What happened before stays with the old parent; a past date goes back to the last move at most.
    Raises ValidationError for the root, for a parent of another organisation, closed, or inside the
    team itself at any time since, and for a date to come: who sees what changes when it is said.
    ``shown`` is the digest of the move that was agreed to; raises Otherwise if that is another.
    """
    organisation = team.organisation.locked()
    if shown is not None:
        _refuse_otherwise(move_of(team, parent=parent), shown)
    now = timezone.now()
    if at is not None and at > now:
        raise ValidationError(_("A team cannot be moved at a day to come."))
    current = _placement(team)
    moment = max(at or now, current.from_at)
    _refuse_move(team, parent, organisation, moment)
    if current.parent_id == parent.pk:
        return
    _refuse_sibling(parent, team.name, but=team)
    current.close(moment)
    TeamPlacement.objects.create(team=team, parent=parent, from_at=moment)
    rebuild_lines(organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """What would go on in another team: how many people, and which teams from just below."""

    people: int
    teams: list[Team]

    @property
    def digest(self) -> str:
        return _digest([self.teams], [self.people])


def merger_of(team: Team, *, into: Team) -> Merger:
    """What ``merge_team`` would move now. Raises ValidationError for teams that cannot merge."""
    now = timezone.now()
    _refuse_move(team, into, team.organisation, now)
    held = Membership.objects.not_over(now).filter(team=team)
    return Merger(
        people=held.values("person").distinct().count(),
        teams=list(Team.objects.children_of(team).open()),
    )


@transaction.atomic
def merge_team(team: Team, *, into: Team, shown: str | None = None) -> None:
    """Close a team: its people and the teams below go on in ``into``; its history stays.

    ``shown`` is the digest of the merger that was agreed to; raises Otherwise if that is another.
    """
    organisation = team.organisation.locked()
    if shown is not None:
        _refuse_otherwise(merger_of(team, into=into), shown)
    now = timezone.now()
    _refuse_move(team, into, organisation, now)
    for child in Team.objects.children_of(team).open():
        move_team(child, parent=into, at=now)
    carry_over(team, into=into, at=now)
    team.closed_at, team.merged_into = now, into
    team.save(update_fields=["closed_at", "merged_into"])
    rebuild_lines(organisation)


def _digest(named: list[list[Any]], counts: list[int]) -> str:
    """The same where the same teams and people are named, and as many counted."""
    said = [sorted((each.pk, each.name) for each in rows) for rows in named], counts
    return sha256(repr(said).encode()).hexdigest()


def _refuse_otherwise(foreseen: Move | Merger, shown: str) -> None:
    if foreseen.digest != shown:
        raise Otherwise(foreseen)


def _placement(team: Team) -> TeamPlacement:
    return TeamPlacement.objects.in_force().get(team=team, to_at=None)


def create_root(organisation: Organisation) -> Team:
    """The organisation's own team; made once, with it."""
    root = Team.objects.create(
        organisation=organisation, name=organisation.name, slug=organisation.slug, is_root=True
    )
    TeamPlacement.objects.create(team=root, parent=None)
    rebuild_lines(organisation)
    return root


def _refuse_move(team: Team, parent: Team, organisation: Organisation, since: datetime) -> None:
    if team.is_root:
        raise ValidationError(_("The organisation itself cannot be moved or merged."))
    for each in (team, parent):
        refuse_closed(each, organisation)
    inside = TeamLine.objects.filter(team=parent, ancestor=team)
    if inside.filter(Q(to_at=None) | Q(to_at__gt=since)).exists():
        raise ValidationError(_("A team cannot go into itself or a team below it."))


def _refuse_sibling(parent: Team, name: str, *, but: Team | None = None) -> None:
    siblings = Team.objects.children_of(parent).open().filter(Q(name__iexact=name))
    if but is not None:
        siblings = siblings.exclude(pk=but.pk)
    if siblings.exists():
        raise ValidationError(
            _("%(parent)s already has a team called “%(name)s”.")
            % {"parent": parent.name, "name": name}
        )
