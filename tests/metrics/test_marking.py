"""What makes numbers stale: a changed fact marks itself and promises a recompute, once."""

from jobs.models import Job
from metrics.freshening import bring_up_to_date
from metrics.models import Snapshot, Stale
from teams.joining import leave, move
from teams.signals import calendar_changed
from teams.tree import add_team
from tests import world
from tests.metrics.editing import tell
from tests.world import day, won

CLOSE = day("2021-03-31", 23)


def promised():
    return list(Job.objects.waiting().order_by("task").values_list("task", flat=True))


def settled(*organisations):
    for organisation in organisations:
        bring_up_to_date(organisation)
    assert promised() == []


def marked():
    return set(Stale.objects.values_list("entity", flat=True))


def test_changed_deals_are_marked_and_one_recompute_promised(acme, ben):
    settled(acme)
    first, second = won(acme, ben, CLOSE), won(acme, ben, CLOSE)

    tell(first)
    tell(second, first)

    assert marked() == {first.pk, second.pk}
    assert promised() == ["metrics.recompute"]


def test_a_change_of_team_marks_all_a_person_ever_owned(acme, cora, north, south, ben):
    mine, _others = won(acme, ben, CLOSE), won(acme, cora, CLOSE)
    settled(acme)

    move(ben.memberships.get(), team=south)

    assert marked() == {mine.pk}
    assert promised() == ["metrics.recompute"]


def test_somebody_who_owned_nothing_marks_nothing(acme, cora, ben):
    settled(acme)

    leave(ben.memberships.get())

    assert marked() == set()
    assert promised() == []


def test_another_tree_promises_to_recompute_everything(acme, north):
    settled(acme)

    add_team(north, name="Far North")

    assert promised() == ["metrics.recompute_all"]


def test_another_zone_moves_the_numbers(acme, ben):
    won(acme, ben, CLOSE)
    settled(acme)
    acme.timezone = "UTC"
    acme.save()

    calendar_changed.send(sender=type(acme), organisation=acme)
    bring_up_to_date(acme)

    months = Snapshot.objects.filter(metric="win-rate", grain="month", team=acme.root, rep=None)
    assert [row.start.month for row in months] == [3]


def test_a_promised_recompute_uses_up_the_marks(acme, ben):
    settled(acme)
    tell(won(acme, ben, CLOSE))

    bring_up_to_date(acme)

    assert marked() == set()
    assert promised() == []
    assert Snapshot.objects.exists()


def test_a_joining_rep_takes_no_past_along(acme, cora, south):
    late = world.person(south, "Late", since=day("2021-06-01"))
    won(acme, late, CLOSE)

    bring_up_to_date(acme)

    assert not Snapshot.objects.filter(team=south).exists()
