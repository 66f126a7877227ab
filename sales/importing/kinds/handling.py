"""What importing needs to know of one kind of file; the rest is the same for all."""

from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import connection
from django.db.models import Model

from sales.importing.checking import Checker, Surroundings
from sales.importing.mapping import Mapping
from sales.models import ImportRun, PipelineVersion
from teams.models import Organisation

Counts = tuple[int, int, int]
"""How many are created, updated and unchanged."""


def added(one: Counts, other: Counts) -> Counts:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Staged rows ``(after, until]`` of a run, compared with what is believed at ``now``.

    ``placed``: by name the people whom the owners file has brought since the rows were staged.
    ``version``: of the pipeline, for kinds with stages, when the batch is written.
    """

    run: ImportRun
    mapping: Mapping
    after: int
    until: int
    now: datetime
    placed: AnyMapping[str, int] = field(default_factory=dict)
    version: PipelineVersion | None = None

    def told(self) -> dict[str, Any]:
        """What the statements of every kind take from it."""
        return {
            "organisation": self.run.organisation_id,
            "source": self.mapping.source,
            "run": self.run.pk,
            "after": self.after,
            "until": self.until,
            "now": self.now,
            "names": list(self.placed),
            "people": list(self.placed.values()),
        }


def outcomes_by(statement: str, parameters: AnyMapping[str, Any] | None = None) -> dict[int, str]:
    """What becomes of each line, by a statement that gives both."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return dict(cursor.fetchall())


class Rows(Protocol):
    """Good rows of a file on their way into the staging tables."""

    @property
    def newest_first(self) -> bool: ...

    def add(self, line: int, row: Any) -> None: ...

    def flush(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A staged row names something of which others may write: ``told`` is the staged column with
    its id in the CRM, ``key`` the field of ``fact`` that points to its identity."""

    fact: type[Model]
    key: str
    told: str

    @property
    def identity(self) -> type[Model]:
        related = self.fact._meta.get_field(self.key).related_model
        assert related is not None  # noqa: S101  # It is a foreign key.
        return related


def keeps_nothing(run: ImportRun, mapping: Mapping, after: int, until: int | None) -> None:
    """Whatever stays, every row can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """One kind of file.

    ``staged``: its tables; the first has a row for each thing that is compared.
    ``facts``: what it appends and voids; ``key`` is the field of each that says what it is about.
    ``built_on``: facts with that field too, which other kinds append; of what they say more, this
    one is not undone before them.
    ``about``: what makes a plan out of date when others write of it.
    ``know``: the statement by which the planner learns of many staged rows.
    ``settle``: looks at the staged rows together, and rejects those that cannot be.
    ``settle_kept``: rejects those that cannot be beside what stays as it is known, because a
    mapping does not name it; of the staged rows after one id, until another if there is one.
    ``compare``: fills temporary tables that live until the end of the transaction; ``count``,
    ``sample`` and ``outcomes``, what becomes of each line, read them, ``write`` appends and voids
    by them and returns what changed, by ``key``.
    ``announce``: tells whoever derives from what changed.
    """

    staged: tuple[type[Model], ...]
    facts: tuple[type[Model], ...]
    key: str
    built_on: tuple[type[Model], ...] = ()
    about: tuple[About, ...]
    checker: Callable[[Mapping, list[str], Surroundings], Checker[Any]]
    rows: Callable[[ImportRun], Rows]
    know: str
    settle: Callable[[ImportRun, Mapping], None]
    settle_kept: Callable[[ImportRun, Mapping, int, int | None], None] = keeps_nothing
    compare: Callable[[Batch], None]
    count: Callable[[Batch], Counts]
    sample: Callable[[int], list[dict[str, Any]]]
    outcomes: Callable[[Batch], dict[int, str]]
    write: Callable[[Batch], list[int]]
    announce: Callable[[Organisation, list[int]], None]

    @property
    def tables(self) -> list[str]:
        """Of its facts and of what they are about."""
        about = [About(fact=fact, key=self.key, told="").identity for fact in self.facts]
        return list(dict.fromkeys(each._meta.db_table for each in (*about, *self.facts)))
