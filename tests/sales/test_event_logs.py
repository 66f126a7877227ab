"""A log of stage events may be repeated, reordered, extended and corrected."""

import random

import pytest

from sales.models import StageEvent
from tests.sales.crm import (
    believed,
    counts,
    detail,
    imported,
    planned,
    rejections,
    steps,
    story,
    written,
)

HEADER = "Id,Stage,At,Amount"
LOG = [
    "A,First contact,2024-01-05 09:00,5",
    "A,Proposal,2024-01-08 10:00,6",
    "B,First contact,2024-01-09 11:00,1",
    "A,Lost,2024-02-01 12:00,7",
    "A,Proposal,2024-02-05 13:00,8",
    "A,Won,2024-03-01 14:00,9",
]


@pytest.fixture
def first(acme):
    return imported(acme, HEADER, *LOG)


def test_each_row_is_an_event(acme, first):
    assert counts(first) == {"created": 6}
    assert steps(acme, "A") == ["First contact", "Proposal", "lost", "Proposal", "won"]


def test_an_event_knows_where_it_came_from(acme, first):
    events = StageEvent.objects.filter(opportunity__external_id="A").order_by("at")

    moves = list(events.values_list("from_pos", "to_pos"))

    assert moves == [(None, 1), (1, 3), (3, None), (3, 3), (3, 4)]


def test_the_newest_row_says_what_it_is_worth(acme, first):
    assert detail(acme, "A").amount == 900


def test_the_log_again_changes_nothing(acme, first):
    before = written(acme)

    again = imported(acme, HEADER, *LOG)

    assert counts(again) == {"unchanged": 6}
    assert written(acme) == before


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(acme, first, seed):
    before = written(acme)

    again = imported(acme, HEADER, *random.Random(seed).sample(LOG, len(LOG)))

    assert counts(again) == {"unchanged": 6}
    assert written(acme) == before


def test_a_longer_log_appends_what_is_new(acme, first):
    run = imported(acme, HEADER, *LOG, "B,Won,2024-03-02 09:00,1")

    assert counts(run) == {"created": 1, "unchanged": 6}
    assert steps(acme, "B") == ["First contact", "won"]


def test_a_log_in_pieces_tells_the_same_story_as_whole(acme, stranger):
    for row in reversed(LOG):
        imported(acme, HEADER, row)
    imported(stranger.organisation, HEADER, *LOG)

    assert moves(acme) == moves(stranger.organisation)


def moves(organisation):
    events = StageEvent.objects.in_force().filter(organisation=organisation)
    named = events.order_by("opportunity__external_id", "at")
    return list(named.values_list("opportunity__external_id", "kind", "from_pos", "to_pos"))


def test_only_what_is_new_may_be_sent(acme, first):
    imported(acme, HEADER, "B,Won,2024-03-02 09:00,1")

    assert steps(acme, "B") == ["First contact", "won"]


def test_an_event_between_others_moves_where_the_next_came_from(acme, first):
    run = imported(acme, HEADER, "A,Qualified,2024-01-06 10:00,5", *LOG)

    events = StageEvent.objects.in_force().filter(opportunity__external_id="A")
    moves = list(events.order_by("at").values_list("from_pos", "to_pos"))
    assert counts(run) == {"created": 1, "unchanged": 6}
    assert moves[:3] == [(None, 1), (1, 2), (2, 3)]
    assert StageEvent.objects.exclude(voided_at=None).count() == 1


def test_a_row_twice_is_said_once(acme):
    run = imported(acme, HEADER, LOG[0], LOG[0], LOG[1])

    assert counts(run) == {"created": 3}
    assert steps(acme, "A") == ["First contact", "Proposal"]


def test_an_amount_that_changed_without_an_event_is_an_update(acme, first):
    run = imported(acme, HEADER, *LOG[:-1], LOG[-1].replace(",9", ",10"))

    assert counts(run) == {"updated": 1, "unchanged": 5}
    assert detail(acme, "A").amount == 1_000


def test_a_part_of_the_log_that_is_older_does_not_change_what_it_is_worth_now(acme, first):
    older = planned(acme, HEADER, LOG[1], LOG[0], LOG[5])

    assert counts(older) == {"unchanged": 3}


@pytest.mark.parametrize("way", [1, -1])
def test_events_of_one_instant_follow_the_file_whichever_end_it_begins_at(acme, way):
    rows = [
        "A,First contact,2024-01-05,5",
        "A,Proposal,2024-01-08,5",
        "A,Qualified,2024-01-08,5",
        "A,Won,2024-01-09,5",
    ]

    imported(acme, HEADER, *rows[::way])

    assert steps(acme, "A") == ["First contact", "Proposal", "Qualified", "won"]


def test_what_other_opportunities_show_decides_it_for_one_of_a_single_instant(acme):
    imported(
        acme,
        HEADER,
        "A,Won,2024-02-01,5",
        "A,Proposal,2024-01-08,5",
        "B,Lost,2024-01-09,5",
        "B,Qualified,2024-01-09,5",
    )

    assert steps(acme, "B") == ["Qualified", "lost"]


def test_rows_the_mapping_leaves_out_are_counted(acme):
    run = imported(acme, HEADER, "A,Template,2024-01-05,5", "B,Backlog,2024-01-05,5", LOG[0])

    assert counts(run) == {"created": 1, "ignored": 2}
    assert [row.external_id for row in acme.opportunities.all()] == ["A"]


def test_a_log_row_needs_its_time(acme):
    run = planned(acme, HEADER, "A,Proposal,,5")

    assert rejections(run) == [(2, "At", "", "missing_value")]


class TestWithEventIds:
    """A log whose rows have ids of their own can be corrected."""

    HEADER = "Event,Id,Stage,At"
    LOG = ("e1,A,First contact,2024-01-05", "e2,A,Proposal,2024-01-08", "e3,A,Won,2024-02-01")

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            ("e2,A,Proposal,2024-01-09", ("Proposal", "2024-01-09 00:00", "")),
            ("e2,A,Qualified,2024-01-08", ("Qualified", "2024-01-08 00:00", "")),
        ],
    )
    def test_an_edited_event_replaces_what_it_was(self, acme, row, expected):
        imported(acme, self.HEADER, *self.LOG)

        run = imported(acme, self.HEADER, row)

        assert counts(run) == {"updated": 1}
        assert story(acme, "A")[1] == expected
        assert len(story(acme, "A")) == 3

    def test_two_events_that_swap_their_times_are_both_corrected(self, acme):
        imported(acme, self.HEADER, *self.LOG)

        swapped = ("e1,A,First contact,2024-01-08", "e2,A,Proposal,2024-01-05")
        run = imported(acme, self.HEADER, *swapped)

        assert counts(run) == {"updated": 2}
        assert steps(acme, "A") == ["Proposal", "First contact", "won"]

    def test_two_events_alike_are_two(self, acme):
        rows = ("e1,A,Proposal,2024-01-05", "e2,A,Proposal,2024-01-05")
        imported(acme, self.HEADER, *rows)
        before = believed(acme)

        again = imported(acme, self.HEADER, *rows)

        assert steps(acme, "A") == ["Proposal", "Proposal"]
        assert counts(again) == {"unchanged": 2}
        assert believed(acme) == before
