"""What a CRM says of its records, in one shape for all of them."""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sales.importing.problems import storable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999."""

LONGEST_ID = 200
LONGEST_VALUE = 2_000
"""Longer than any fact may hold: what is cut is rejected later, with the reason."""

Values = dict[str, str | None]
"""By the names of the CRM's fields; None empties one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of one record at one instant, ``at`` in milliseconds since 1970. ``subject`` is what the CRM
    calls records of its kind."""

    subject: str
    external_id: str
    at: int
    values: Values


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something of a body that is no change; ``code`` is one of ``COMPLAINTS``, ``about`` says
    what of it."""

    code: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How the payloads of one CRM are read.

    ``read``: what a body says, in its order.
    ``derived``: what a record put together says besides, by names of fields that it does not have.
    ``concerns``: whether any fact is to be made of it at all.
    ``kinds``: which kinds of facts are made of a subject.
    """

    read: Callable[[Any], Iterator[Change | Complaint]]
    derived: Callable[[str, Values], Values]
    concerns: Callable[[str, Values], bool]
    kinds: AnyMapping[str, tuple[str, ...]]


def checked(change: Change) -> Change | Complaint:
    """With nothing that cannot be kept; a complaint where its id cannot be one."""
    if not change.external_id.strip() or len(change.external_id) > LONGEST_ID:
        return Complaint("no_instant", change.external_id)
    return replace(
        change,
        external_id=storable(change.external_id),
        values={
            storable(name)[:LONGEST_ID]: None if value is None else storable(value)[:LONGEST_VALUE]
            for name, value in change.values.items()
        },
    )


def text_of(value: Any) -> str | None:
    """As it would stand in a cell; None for what is nothing."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def instant(milliseconds: int) -> str:
    """In ISO 8601."""
    at = EPOCH + timedelta(milliseconds=milliseconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(value: Any) -> int | None:
    """A whole number of them since 1970, before the year 10000; None for anything else."""
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= len(str(LATEST))
    ):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LATEST:
        return value
    return None
