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


OPEN_FOR = """(
    SELECT s.opens_at + (needed.time - s.before) FROM teams_openstretch s,
        LATERAL (SELECT {opened} + {amount} AS time) needed
    WHERE s.calendar_id = {calendar} AND s.before + (s.closes_at - s.opens_at) >= needed.time
      AND s.opens_at >= COALESCE((
        SELECT max(first.opens_at) FROM teams_openstretch first
        WHERE first.calendar_id = {calendar} AND first.opens_at <= {start}), '-infinity')
    ORDER BY s.opens_at LIMIT 1)"""


def open_for(calendar: str, start: str, amount: str) -> str:
    """An instant: when a calendar will have been open for so long since ``start``; null if it has
    no such hours. All are SQL expressions, ``amount`` an interval above zero."""
    return OPEN_FOR.format(
        calendar=calendar, start=start, amount=amount, opened=open_time(calendar, start)
    )
