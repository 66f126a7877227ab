"""The people of a benchmark organisation: its tree, its reps, and who signs in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from sales.models import Pipeline, PipelineVersion, Stage
from teams.founding import found_organisation
from teams.models import Membership, Organisation, Person, Role, Team, TeamPlacement, User
from teams.recorded import BEGINNING
from teams.tree import rebuild_lines

if TYPE_CHECKING:
    from benchmarks.data import Size

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOVED_AT = datetime(2025, 1, 15, tzinfo=UTC)
"""When a few teams and one rep in twenty went elsewhere."""


@transaction.atomic
def found(size: "Size", stages: tuple[str, ...]) -> tuple[Organisation, np.ndarray, np.ndarray]:
    """Make the organisation; with it the ids of its reps and of its stages in order."""
    organisation = found_organisation(
        size.slug, name=f"Size {size.name}", timezone="Europe/Amsterdam", currency="EUR"
    )
    levels = _tree(organisation, size.fan_out)
    _move_some_teams(levels)
    rebuild_lines(organisation)
    _managers(organisation, [team for level in levels for team in level])
    people = _reps(organisation, levels[-1], size.reps)
    for model, path in ((TeamPlacement, "team"), (Membership, "person")):
        rows = model.objects.filter(**{f"{path}__organisation": organisation})
        rows.update(recorded_at=LONG_AGO)
    version = PipelineVersion.objects.create(
        pipeline=Pipeline.objects.create(organisation=organisation, name="Sales"), number=1
    )
    made = [
        Stage.objects.create(version=version, position=position, name=name).pk
        for position, name in enumerate(stages, start=1)
    ]
    return organisation, np.array([person.pk for person in people]), np.array(made)


def _tree(organisation: Organisation, fan_out: tuple[int, ...]) -> list[list[Team]]:
    levels = [[organisation.root]]
    for width in fan_out:
        parents = [parent for parent in levels[-1] for _ in range(width)]
        numbered = enumerate(parents, start=1)
        teams = Team.objects.bulk_create(
            Team(
                organisation=organisation,
                name=f"Team {len(levels)}.{number}",
                slug=f"team-{len(levels)}-{number}",
            )
            for number, _parent in numbered
        )
        TeamPlacement.objects.bulk_create(
            TeamPlacement(team=team, parent=parent)
            for team, parent in zip(teams, parents, strict=True)
        )
        levels.append(teams)
    return levels


def _move_some_teams(levels: list[list[Team]]) -> None:
    """One leaf team in fifty, at least one, goes under the last parent."""
    leaves, parents = levels[-1], levels[-2]
    for team in leaves[: max(1, len(leaves) // 50)]:
        placement = TeamPlacement.objects.get(team=team)
        placement.to_at = MOVED_AT
        placement.save(update_fields=["to_at"])
        TeamPlacement.objects.create(team=team, parent=parents[-1], from_at=MOVED_AT)


def _managers(organisation: Organisation, teams: list[Team]) -> None:
    """Each team has one; all of them can sign in."""
    users = User.objects.bulk_create(
        User(email=f"manager-{team.pk}@{organisation.slug}.example") for team in teams
    )
    people = Person.objects.bulk_create(
        Person(
            organisation=organisation, name=f"Manager of {team.name}", email=user.email, user=user
        )
        for team, user in zip(teams, users, strict=True)
    )
    Membership.objects.bulk_create(
        Membership(person=person, team=team, role=Role.MANAGER)
        for team, person in zip(teams, people, strict=True)
    )


def _reps(organisation: Organisation, leaves: list[Team], count: int) -> list[Person]:
    """Spread evenly over the leaf teams; every twentieth changes to the next team."""
    people = Person.objects.bulk_create(
        Person(organisation=organisation, name=f"Rep {number}") for number in range(count)
    )
    memberships = []
    for number, person in enumerate(people):
        moves = number % 20 == 0
        spans = [(0, BEGINNING, MOVED_AT), (1, MOVED_AT, None)] if moves else [(0, BEGINNING, None)]
        memberships += [
            Membership(
                person=person,
                team=leaves[(number + shift) % len(leaves)],
                role=Role.REP,
                from_at=start,
                to_at=end,
            )
            for shift, start, end in spans
        ]
    Membership.objects.bulk_create(memberships)
    return people
