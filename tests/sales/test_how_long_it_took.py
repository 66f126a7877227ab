"""Time is told in hours and minutes; of very long ones the minutes are left out."""

import pytest

from sales.wording import hours_and_minutes


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h 0 min"),
        (5_999, "99 h 59 min"),
        (6_000, "100 h"),
        (337_980, "5,633 h"),
    ],
)
def test_time_is_told(minutes, said):
    assert hours_and_minutes(minutes) == said
