"""What a team's home shows of what is not counted yet, or not ripe yet."""

from datetime import timedelta

from django.utils import timezone

from metrics.recomputing import recompute_all
from tests.world import day, deal, won

HOME = "/teams/acme/acme/"


def test_facts_that_are_not_counted_yet_are_not_said_to_be_none(acme, ben, cora, signed_in):
    won(acme, ben, day("2024-02-10"))

    page = signed_in(cora).get(HOME).content.decode()

    assert "Sales facts are being counted" in page
    assert "No sales facts yet" not in page


def test_parts_are_of_the_earlier_period_that_their_whole_is_of(acme, north, ben, cora, signed_in):
    """Of deals first contacted lately nobody knows yet whether they are won within 180 days."""
    now = timezone.now()
    long_ago, lately = now - timedelta(days=400), now - timedelta(days=1)
    deal(acme, ben, ("open", 1, long_ago), ("won", long_ago + timedelta(days=9)))
    deal(acme, ben, ("open", 1, lately), ("lost", lately + timedelta(hours=1)))
    recompute_all(acme)

    answer = signed_in(cora).get(HOME, {"period": "quarter"})

    place = [tile.metric.slug for tile in answer.context["tiles"]].index("stage-conversion")
    (north_row,) = answer.context["parts"]
    assert answer.context["tiles"][place].earlier is not None
    assert answer.context["tiles"][place].reading.value == 100
    assert north_row["shown"][place].reading.value == 100
