"""Random edits of an organisation through the verbs that people and imports use."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from django.utils import timezone

from metrics.models import Atom, Snapshot
from sales.models import Opportunity
from sales.signals import opportunities_changed
from teams import joining, tree
from teams.models import Membership, Organisation, Person, Team
from tests import world
from tests.metrics.changing import correct, hand_over

FIRST = datetime(2020, 11, 1, tzinfo=UTC)
DAYS = 420


def tell(*opportunities: Opportunity) -> None:
    """What an import says in its transaction."""
    opportunities_changed.send(
        sender=Opportunity,
        organisation=opportunities[0].organisation,
        opportunities=[each.pk for each in opportunities],
    )


def contents(organisation: Organisation) -> tuple[list[dict], list[dict]]:
    """Everything derived that is kept, but for row ids and the time it was made."""
    kept = []
    for model in (Atom, Snapshot):
        names = [field.attname for field in model._meta.concrete_fields]
        columns = [name for name in names if name not in {"id", "computed_at"}]
        rows = model.objects.filter(organisation=organisation).values(*columns)
        kept.append(sorted(rows, key=repr))
    return kept[0], kept[1]


class Editor:
    """Edits drawn from one seed. ``moves_teams`` includes the tree, which recomputes everything."""

    def __init__(self, organisation: Organisation, seed: int, *, moves_teams: bool) -> None:
        self.organisation, self.random = organisation, Random(seed)
        self.people = [
            world.person(self.team(), f"Rep {number}", since=FIRST + timedelta(days=30 * number))
            for number in range(5)
        ]
        self.deals = [self.begin() for _number in range(25)]
        self.edits: list[Callable[[], object]] = [
            *(self.begin, self.go_on, self.go_on, self.take_back, self.give_away),
            *(self.correct, self.change_team, self.change_team),
        ]
        if moves_teams:
            self.edits += [self.move_team, self.merge_team]

    def edit(self) -> None:
        self.random.choice(self.edits)()

    def team(self) -> Team:
        return self.random.choice(list(self.organisation.teams.open().order_by("pk")))

    def deal(self) -> Opportunity:
        return self.random.choice(self.deals)

    def owner(self) -> Person | None:
        return self.random.choice([*self.people, None])

    def instant(self) -> datetime:
        return FIRST + timedelta(hours=self.random.randrange(24 * DAYS))

    def steps(self) -> list[world.Step]:
        opened = ("open", self.random.randint(1, 3), self.instant())
        closed = self.random.choice(["won", "lost"]), self.instant()
        unfit = "lost", self.instant(), "disqualified"
        return self.random.choice([[opened], [closed], [unfit], [opened, closed]])

    def begin(self) -> Opportunity:
        first = "open", 1, self.instant()
        made = world.deal(
            self.organisation,
            self.owner(),
            *(first, *self.steps()),
            amount=self.random.choice([None, 100, 2_500]),
            recorded_at=timezone.now(),
        )
        tell(made)
        return made

    def go_on(self) -> None:
        deal = self.deal()
        world.happen(deal, *self.steps())
        tell(deal)

    def take_back(self) -> None:
        deal = self.deal()
        events = list(deal.events.in_force().order_by("seq"))
        if events:
            deal.events.filter(pk=self.random.choice(events).pk).void(timezone.now())
            tell(deal)

    def give_away(self) -> None:
        deal = self.deal()
        if deal.owners.in_force().filter(to_at=None).exists():
            hand_over(deal, to=self.owner(), at=self.instant())
            tell(deal)

    def correct(self) -> None:
        deal = self.deal()
        correct(deal, is_test=self.random.random() < 0.3, deleted=self.random.random() < 0.2)
        tell(deal)

    def change_team(self) -> None:
        current = Membership.objects.in_force().filter(to_at=None, person__in=self.people)
        seat = self.random.choice(list(current.order_by("person", "pk")))
        joining.move(seat, team=self.team(), at=max(self.instant(), seat.from_at))

    def _movable(self) -> tuple[Team, Team] | None:
        team, other = self.team(), self.team()
        inside = Team.objects.under(team).filter(pk=other.pk).exists()
        return None if team.is_root or inside else (team, other)

    def move_team(self) -> None:
        if pair := self._movable():
            tree.move_team(pair[0], parent=pair[1], at=self.instant())

    def merge_team(self) -> None:
        if pair := self._movable():
            tree.merge_team(pair[0], into=pair[1])
