"""Atoms: for each metric, the query that gives one row per counted thing.

Every reading comes from these queries: snapshots, drill-down, CSV, as-of permalinks. Each answers
for any instant of knowledge ``as_of``, because facts are voided, never edited (``metrics.md`` D0).
The columns are those of ``metrics.models.Atom`` without the keys; see COLUMNS.
"""

from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = (
    "entity", "rep_id", "team_id", "at", "placed_at", "month", "in_den", "in_num", "value",
    "started_at", "matures_at", "flag", "reason", "pipeline", "stage", "clock",
)  # fmt: skip

KNOWN = "{0}.recorded_at <= %(as_of)s AND ({0}.voided_at IS NULL OR {0}.voided_at > %(as_of)s)"
PLACED = "COALESCE(a.placed_at, a.at)"
"""The instant that decides whose an atom ``a`` is."""

HOLDS = "{0}.from_at <= {1} AND ({0}.to_at IS NULL OR {0}.to_at > {1})"

ROOT = """(SELECT id FROM teams_team
    WHERE organisation_id = %(organisation)s AND is_root)"""

ATTRIBUTED = f"""
SELECT counted.kind, counted.entity, owner.person_id AS rep_id,
       COALESCE(member.team_id, {ROOT}) AS team_id, counted.at, counted.placed_at,
       (EXTRACT(YEAR FROM counted.at AT TIME ZONE %(zone)s) * 12
        + EXTRACT(MONTH FROM counted.at AT TIME ZONE %(zone)s) - 1)::int AS month,
       counted.reason = '' AS in_den, counted.reason = '' AND counted.hit AS in_num,
       counted.value, counted.started_at, counted.matures_at, counted.flag, counted.reason,
       counted.pipeline, counted.stage, counted.clock
FROM counted
CROSS JOIN LATERAL (SELECT COALESCE(counted.placed_at, counted.at) AS at) placed
LEFT JOIN {{held}} owner ON owner.{{key}} = counted.entity
    AND {KNOWN.format("owner")} AND {HOLDS.format("owner", "placed.at")}
LEFT JOIN teams_membership member ON member.person_id = owner.person_id AND member.is_primary
    AND {KNOWN.format("member")} AND {HOLDS.format("member", "placed.at")}"""
"""Rep and team are those at the instant an atom is placed at. No owner is nobody's row in the root
team; an owner who was in no team then is the root's too: the organisation always adds up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What atoms can be of. ``number`` identifies it in storage and never changes.

    ``stories`` are tables that tell of each known one; ``some`` is the condition that narrows them
    to ``entities``. By ``key`` the facts point to it: who had it when in ``held``, what is known of
    it in ``details``, with ``shown``, the columns that rows show besides name and account. Its
    identity is in ``table``.
    """

    number: int
    table: str
    key: str
    stories: str
    some: str
    held: str
    details: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Atoms:
    """A kind of counted thing. ``number`` identifies it in storage and never changes.

    ``counted`` reads from the stories of its subject and from ``needs``, further tables given as
    SQL. Of its rows ``each``, ``of_stage`` is the stage, ``placed`` the instant that decides whose
    an atom is where that is not the one it counts at, ``clock`` the calendar it is timed by.
    ``took`` is how many microseconds it took, as an expression of an atom ``a``. Of what is counted
    for each stage, ``stage`` is one position; ``pipeline`` is the id of one of several.
    """

    number: int
    subject: Subject
    counted: str
    took: str = "(EXTRACT(EPOCH FROM a.at - a.started_at) * 1000000)::bigint"
    needs: str = ""
    of_stage: str = "0"
    placed: str = "NULL::timestamptz"
    clock: str = "NULL::bigint"
    pipeline: int | None = None
    stage: int | None = None

    @property
    def query(self) -> str:
        return f"""SELECT {self.number}::smallint AS kind, each.entity, each.at,
        {self.placed} AS placed_at, each.hit, each.value, each.started_at, each.matures_at,
        each.flag, each.reason, each.pipeline, {self.of_stage}::smallint AS stage,
        {self.clock} AS clock
        FROM ({self.counted}) each WHERE {self.only}"""

    @property
    def only(self) -> str:
        """The condition on an atom to be of the pipeline and the stage."""
        chosen = [("pipeline", self.pipeline), ("stage", self.stage)]
        return " AND ".join(
            ["TRUE", *(f"{name} = {value:d}" for name, value in chosen if value is not None)]
        )


def derived(kinds: Iterable[Atoms], *, some: bool = False) -> str:
    """The query for atoms of these kinds, all of one subject, in one pass over the facts:
    ``kind``, then COLUMNS.

    Parameters: organisation, zone, currency, target, as_of; with ``some`` also entities.
    """
    kinds = list(kinds)
    subject = kinds[0].subject
    tables = [subject.stories, *dict.fromkeys(atoms.needs for atoms in kinds if atoms.needs)]
    known = ", ".join(table.format(only=subject.some if some else "") for table in tables)
    counted = " UNION ALL ".join(atoms.query for atoms in kinds)
    attributed = ATTRIBUTED.format(held=subject.held, key=subject.key)
    return f"WITH {known}, counted AS ({counted}) {attributed}"
