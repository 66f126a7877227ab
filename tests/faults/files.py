"""The files that wait to be imported: many small ones, and large ones to be caught in the act."""

from collections.abc import Iterator

SMALL = {f"small-{number}": 40 for number in range(16)}
LARGE = {f"large-{number}": 3_000 for number in range(2)}
FILES = SMALL | LARGE


def ids_of(name: str, rows: int) -> Iterator[str]:
    """External ids, unlike those of any other file."""
    return (f"{name}/{number}" for number in range(rows))
