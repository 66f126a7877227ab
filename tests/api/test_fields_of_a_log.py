"""Rows of one log about one opportunity that name different fields: none of them takes away what
another says."""

import pytest

from sales.models import OpportunityDetail, OpportunityOwner, StageEvent
from tests.api.asking import faults, outcomes

FIRST = {"id": "D1", "stage": "First contact", "at": "2024-03-01T09:00:00Z"}
THEN = {"id": "D1", "stage": "Qualified", "at": "2024-03-02T09:00:00Z"}
LAST = {"id": "D1", "stage": "Proposal", "at": "2024-03-03T09:00:00Z"}


def detail() -> tuple[str, str]:
    """(name, account) as they are believed."""
    found = OpportunityDetail.objects.in_force().get()
    return found.name, found.account


def test_what_only_an_older_row_says_stays(crm, ben):
    crm.send("stage-events/", FIRST | {"name": "Pumps", "owner": ben.email}, THEN)

    assert detail() == ("Pumps", "")
    assert OpportunityOwner.objects.in_force().get().person == ben


@pytest.mark.parametrize("way", [1, -1])
def test_of_each_field_the_newest_row_that_names_it_counts(crm, way):
    rows = [
        FIRST | {"name": "Pumps", "account": "Mill"},
        THEN | {"account": "Mine"},
        LAST | {"name": "Valves"},
    ]

    crm.send("stage-events/", *rows[::way])

    assert detail() == ("Valves", "Mine")


def test_null_empties_what_an_older_row_said(crm):
    crm.send("stage-events/", FIRST | {"name": "Pumps", "account": "Mill"}, THEN | {"name": None})

    assert detail() == ("", "Mill")


def test_every_line_is_counted_once_and_nothing_changes_when_sent_again(crm):
    rows = [FIRST | {"name": "Pumps"}, THEN, LAST | {"account": "Mill"}]

    answer = crm.send("stage-events/", *rows)

    assert outcomes(answer) == ["created"] * 3
    assert answer["created"] == 3
    assert StageEvent.objects.count() == 3
    again = crm.send("stage-events/", *rows)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)


def test_what_is_wrong_with_an_older_row_is_said_of_that_alone(crm):
    answer = crm.send("stage-events/", FIRST | {"owner": "Nobody"}, THEN)

    assert outcomes(answer) == ["rejected", "created"]
    assert faults(answer, 0) == [("owner", "unknown_owner")]
