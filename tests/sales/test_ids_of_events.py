"""In a log an id names one event of its opportunity; of two the newest row counts."""

from tests.sales.crm import counts, detail, imported, rejections, steps, story

HEADER = "Id,Stage,At,Event,Name"
FIRST = "A,First contact,2024-01-05T09:00,E1,Pump"
OTHER = "A,Qualified,2024-01-08T09:00,E1,Pumps"


def test_an_id_of_two_events_is_rejected_with_the_older(acme):
    run = imported(acme, HEADER, FIRST, OTHER, valid_only=True)

    assert rejections(run) == [(2, "Event", "E1", "other_event")]
    assert steps(acme, "A") == ["Qualified"]
    assert detail(acme, "A").name == "Pumps"


def test_imported_again_nothing_changes(acme):
    imported(acme, HEADER, FIRST, OTHER, valid_only=True)
    before = story(acme, "A")

    again = imported(acme, HEADER, FIRST, OTHER, valid_only=True)

    assert counts(again) == {"unchanged": 1, "rejected": 1}
    assert story(acme, "A") == before


def test_the_same_row_twice_says_one_thing(acme):
    run = imported(acme, HEADER, FIRST, FIRST)

    assert rejections(run) == []


def test_another_opportunity_may_have_an_event_of_the_same_id(acme):
    run = imported(acme, HEADER, FIRST, OTHER.replace("A,", "B,", 1))

    assert rejections(run) == []
