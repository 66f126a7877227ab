"""What an oracle expects, keyed as the application keys it, and the comparison."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from metrics.periods import Period
from tests.oracles.sales_metrics import Counted, Numbers, Oracle, Scope, first_day, numbers

Key = tuple[int, int | None, date]
"""(team, rep or None for the whole team, first day)"""


def expected(oracle: Oracle, slug: str, grain: str) -> dict[Key, Numbers]:
    """The numbers of every scope and period in which anything happened."""
    parts: dict[Key, list[Counted]] = defaultdict(list)
    for deal in oracle.counted(slug):
        day = deal.at.astimezone(oracle.facts.zone).date()
        for team, rep in deal.scopes:
            parts[team, rep, first_day(day, grain, oracle.facts.fiscal)].append(deal)
    return {key: numbers(slug, deals) for key, deals in parts.items()}


def within(oracle: Oracle, slug: str, scope: Scope, period: Period) -> list[Counted]:
    """The deals of one scope whose local day lies in the period."""
    return [
        deal
        for deal in oracle.counted(slug)
        if scope in deal.scopes
        and period.start <= deal.at.astimezone(oracle.facts.zone).date() < period.end
    ]


def agree(found: Mapping[Any, Any], wanted: Mapping[Any, Numbers]) -> None:
    """The same scopes and periods with the same numbers, no more and no less."""
    assert found.keys() == wanted.keys()
    for key, numbers_wanted in wanted.items():
        assert {name: getattr(found[key], name) for name in numbers_wanted} == numbers_wanted, key
