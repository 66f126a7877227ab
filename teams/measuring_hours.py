"""Business time in SQL: the difference of two look-ups in a calendar's open stretches."""

OPEN_TIME = """COALESCE((
    SELECT s.before + LEAST({at}, s.closes_at) - s.opens_at FROM teams_openstretch s
    WHERE s.calendar_id = {calendar} AND s.opens_at <= {at}
    ORDER BY s.opens_at DESC LIMIT 1), INTERVAL '0')"""


def open_time(calendar: str, at: str) -> str:
    """An interval: what was open by a calendar until an instant, both given as SQL expressions.

    ``open_time(c, y) - open_time(c, x)`` is the business time in ``[x, y)``.
    """
    return OPEN_TIME.format(calendar=calendar, at=at)
