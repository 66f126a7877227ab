"""Atoms: for each metric, the query that gives one row per counted thing.

Every reading comes from these queries: snapshots, drill-down, CSV, as-of permalinks. Each answers
for any instant of knowledge ``as_of``, because facts are voided, never edited (``metrics.md`` D0).
The columns are those of ``metrics.models.Atom`` without the keys; see COLUMNS.
"""

from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = (
    "entity", "rep_id", "team_id", "at", "month", "in_den", "in_num", "value",
    "started_at", "matures_at", "flag", "reason", "pipeline", "stage",
)  # fmt: skip

KNOWN = "{0}.recorded_at <= %(as_of)s AND ({0}.voided_at IS NULL OR {0}.voided_at > %(as_of)s)"
HOLDS = "{0}.from_at <= {1} AND ({0}.to_at IS NULL OR {0}.to_at > {1})"

OF_EVENTS = f"""FROM sales_stageevent e
    WHERE e.organisation_id = %(organisation)s AND {KNOWN.format("e")} {{only}}"""

IN_ORDER = "ORDER BY e.at, e.seq"

STORIES = f"""
told AS (
    SELECT e.opportunity_id, string_agg(left(e.kind, 1), '' {IN_ORDER}) AS kinds,
           array_agg(e.at {IN_ORDER}) AS instants, array_agg(e.reason {IN_ORDER}) AS reasons,
           array_agg(e.at) FILTER (WHERE e.kind = 'won') AS wins, max(e.to_pos) AS max_pos,
           min(e.at) FILTER (WHERE e.kind = 'open' AND e.to_pos = 1 AND NOT e.seen) AS contact_at,
           min(e.at) FILTER (WHERE e.kind = 'open' AND e.to_pos = 1 AND e.seen) AS seen_at,
           (array_agg(e.from_pos IS NULL {IN_ORDER})
               FILTER (WHERE e.kind = 'open' AND e.to_pos = 1 AND e.seen))[1] AS began_there
    {OF_EVENTS}
    GROUP BY e.opportunity_id
), story AS (
    SELECT told.opportunity_id,
           CASE right(kinds, 1) WHEN 'w' THEN 'won' WHEN 'l' THEN 'lost' ELSE 'open' END AS kind,
           reasons[length(kinds)] AS close_reason,
           instants[length(rtrim(kinds, right(kinds, 1))) + 1] AS since,
           is_dated, seen_at, first_contact_at, max_pos,
           (SELECT min(at) FROM unnest(wins) at WHERE at >= first_contact_at) AS first_won_at,
           detail.created_at, detail.deleted, detail.is_test, detail.merged_into,
           CASE WHEN detail.currency = %(currency)s THEN detail.amount END AS amount,
           opportunity.pipeline_id AS pipeline
    FROM told JOIN sales_opportunity opportunity ON opportunity.id = told.opportunity_id
    LEFT JOIN sales_opportunitydetail detail
        ON detail.opportunity_id = told.opportunity_id AND {KNOWN.format("detail")}
    CROSS JOIN LATERAL (
        SELECT COALESCE(contact_at <= seen_at, contact_at IS NOT NULL) AS is_dated) known
    CROSS JOIN LATERAL (SELECT CASE WHEN is_dated THEN contact_at
        WHEN began_there THEN LEAST(detail.created_at, seen_at) ELSE seen_at END AS first_contact_at
    ) began
)"""
"""One row per opportunity with events. ``kinds`` is its history in initials. ``kind`` is where it
stands; ``since`` is when the last uninterrupted run of that kind began: the in-force close of D7
where ``kind`` is won or lost. ``first_contact_at`` is the dated entry into stage 1. What was
seen there before, without a date, began no later than then: at its creation, if it was never seen
elsewhere before and that is known, else when it was seen. ``first_won_at`` is the
first time it was won since first contact."""

ROOT = """(SELECT id FROM teams_team
    WHERE organisation_id = %(organisation)s AND is_root)"""

ATTRIBUTED = f"""
SELECT counted.kind, counted.entity, owner.person_id AS rep_id,
       COALESCE(member.team_id, {ROOT}) AS team_id, counted.at,
       (EXTRACT(YEAR FROM counted.at AT TIME ZONE %(zone)s) * 12
        + EXTRACT(MONTH FROM counted.at AT TIME ZONE %(zone)s) - 1)::int AS month,
       counted.reason = '' AS in_den, counted.reason = '' AND counted.hit AS in_num,
       counted.value, counted.started_at, counted.matures_at, counted.flag, counted.reason,
       counted.pipeline, counted.stage
FROM counted
LEFT JOIN sales_opportunityowner owner ON owner.opportunity_id = counted.entity
    AND {KNOWN.format("owner")} AND {HOLDS.format("owner", "counted.at")}
LEFT JOIN teams_membership member ON member.person_id = owner.person_id AND member.is_primary
    AND {KNOWN.format("member")} AND {HOLDS.format("member", "counted.at")}"""
"""Rep and team are those at the attribution instant. No owner is nobody's row in the root team;
an owner who was in no team then is the root's too, so that the organisation always adds up."""

NEVER_COUNTED = """CASE WHEN story.deleted THEN 'deleted' WHEN story.is_test THEN 'test'
        WHEN story.merged_into <> '' THEN 'duplicate' {more} ELSE '' END"""

CLOSE_NEVER_COUNTED = NEVER_COUNTED.format(
    more="""WHEN story.kind = 'lost' AND story.close_reason = 'disqualified'
            AND COALESCE(story.max_pos, 0) < 2 THEN 'disqualified'"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Atoms:
    """A kind of counted thing. ``number`` identifies it in storage and never changes.

    ``counted`` reads from the stories and from ``needs``, further tables given as SQL. ``took`` is
    how many microseconds it took, as an expression of an atom ``a``. Of what is counted for each
    stage, ``stage`` is one position; ``pipeline`` is the id of one of several.
    """

    number: int
    counted: str
    took: str = "(EXTRACT(EPOCH FROM a.at - a.started_at) * 1000000)::bigint"
    needs: str = ""
    pipeline: int | None = None
    stage: int | None = None

    @property
    def columns(self) -> str:
        """What ``counted`` has to be followed by where it says nothing of stages."""
        return "each.*" if self.needs else "each.*, 0::smallint AS stage"

    @property
    def only(self) -> str:
        """The condition on an atom to be of the pipeline and the stage."""
        chosen = [("pipeline", self.pipeline), ("stage", self.stage)]
        return " AND ".join(
            ["TRUE", *(f"{name} = {value:d}" for name, value in chosen if value is not None)]
        )


def derived(kinds: Iterable[Atoms], *, some: bool = False) -> str:
    """The query for atoms of these kinds, in one pass over the facts: ``kind``, then COLUMNS.

    Parameters: organisation, zone, currency, as_of; with ``some`` also entities.
    """
    only = "AND e.opportunity_id = ANY(%(entities)s)" if some else ""
    kinds = list(kinds)
    tables = [STORIES, *dict.fromkeys(atoms.needs for atoms in kinds if atoms.needs)]
    counted = " UNION ALL ".join(
        f"SELECT {atoms.number}::smallint AS kind, {atoms.columns}"
        f" FROM ({atoms.counted}) each WHERE {atoms.only}"
        for atoms in kinds
    )
    known = ", ".join(table.format(only=only) for table in tables)
    return f"WITH {known}, counted AS ({counted}) {ATTRIBUTED}"


CLOSES = Atoms(
    number=1,
    counted=f"""
    SELECT story.opportunity_id AS entity, story.since AS at, story.kind = 'won' AS hit,
           story.amount AS value, story.first_contact_at AS started_at,
           NULL::timestamptz AS matures_at, '' AS flag, {CLOSE_NEVER_COUNTED} AS reason,
           story.pipeline
    FROM story WHERE story.kind IN ('won', 'lost')""",
)
"""D7: in-force closes, at the close; ``value`` is the amount where it is in the organisation's
currency."""

BEGUN = "COALESCE(story.first_contact_at, story.created_at)"
CYCLE_NEVER_COUNTED = NEVER_COUNTED.format(
    more=f"WHEN {BEGUN} IS NULL THEN 'no_start' WHEN {BEGUN} > story.since THEN 'negative'"
)

CYCLES = Atoms(
    number=2,
    counted=f"""
    SELECT story.opportunity_id AS entity, story.since AS at, TRUE AS hit,
           (EXTRACT(EPOCH FROM story.since - {BEGUN}) * 1000000)::bigint AS value,
           {BEGUN} AS started_at, NULL::timestamptz AS matures_at,
           CASE WHEN story.is_dated THEN '' WHEN story.first_contact_at = story.seen_at
               THEN 'from_sighting' ELSE 'from_creation' END AS flag,
           {CYCLE_NEVER_COUNTED} AS reason, story.pipeline
    FROM story WHERE story.kind = 'won'""",
)
"""D6: won opportunities, at the close; ``value`` is the microseconds since first contact."""

COHORT = Atoms(
    number=3,
    took="a.value",
    counted=f"""
    SELECT story.opportunity_id AS entity, story.first_contact_at AS at,
           COALESCE(story.first_won_at < story.first_contact_at + INTERVAL '180 days', FALSE)
               AS hit,
           CASE WHEN story.kind <> 'open' THEN
               (EXTRACT(EPOCH FROM story.since - story.first_contact_at) * 1000000)::bigint END
               AS value,
           story.first_contact_at AS started_at,
           story.first_contact_at + INTERVAL '180 days' AS matures_at,
           CASE WHEN story.kind = 'open' THEN '' ELSE story.kind END AS flag,
           {NEVER_COUNTED.format(more="")} AS reason, story.pipeline
    FROM story WHERE story.first_contact_at IS NOT NULL""",
)
"""Opportunities by first contact; ``hit`` is won within 180 days, ``value`` the microseconds to
the in-force decision, null while open."""

STARTS = Atoms(
    number=4,
    counted=f"""
    SELECT story.opportunity_id AS entity, story.first_contact_at AS at,
           story.kind = 'won' AS hit, NULL::bigint AS value,
           story.first_contact_at AS started_at, NULL::timestamptz AS matures_at, '' AS flag,
           {CLOSE_NEVER_COUNTED} AS reason,
           story.pipeline
    FROM story WHERE story.kind IN ('won', 'lost') AND story.first_contact_at IS NOT NULL""",
)
"""In-force closes as in D7, by first contact."""

WON = 0
"""Stands for the end of every pipeline, after its last stage."""

ENTRIES = f"""
entered AS (
    SELECT e.opportunity_id, e.to_pos::int AS stage, e.at, e.seen, TRUE AS stood
    {OF_EVENTS} AND e.kind = 'open'
    UNION ALL
    SELECT e.opportunity_id, {WON}, e.at, e.seen, TRUE {OF_EVENTS} AND e.kind = 'won'
    UNION ALL
    SELECT e.opportunity_id, generate_series(e.from_pos + 1, e.to_pos - 1), e.at, e.seen, FALSE
    {OF_EVENTS} AND e.from_pos + 1 < e.to_pos
), entry AS (
    SELECT opportunity_id, stage, COALESCE(min(at) FILTER (WHERE NOT seen), min(at)) AS at,
           min(at) FILTER (WHERE NOT seen AND stood) AS real_at, bool_and(seen) AS undated
    FROM entered GROUP BY opportunity_id, stage
), begun AS (
    SELECT entry.opportunity_id, entry.stage, real_at,
           CASE WHEN entry.stage = 1 THEN story.first_contact_at ELSE entry.at END AS at,
           undated AND entry.stage <> 1 AS undated
    FROM entry JOIN story ON story.opportunity_id = entry.opportunity_id
), advance AS (
    SELECT begun.opportunity_id, begun.stage, min(e.at) AS at
    FROM begun JOIN sales_stageevent e ON e.opportunity_id = begun.opportunity_id
        AND e.at >= begun.at AND e.to_pos > begun.stage
    WHERE begun.stage <> {WON} AND {KNOWN.format("e")}
    GROUP BY begun.opportunity_id, begun.stage
)"""
"""D4: ``begun`` is the first entry into each stage, from any side or by a forward move over it;
``real_at`` is null where it never stood there. ``advance`` is the first event from then on that
leads further. Since when a deal was in a stage it was only seen in nobody knows, so that it is in
no cohort; the first stage begins as its story does. Null ``from_pos`` moves over nothing."""

STAGES = Atoms(
    number=5,
    took="a.value",
    needs=ENTRIES,
    counted=f"""
    SELECT begun.opportunity_id AS entity, begun.at,
           begun.stage = {WON} OR COALESCE(advance.at < begun.at + INTERVAL '90 days', FALSE)
               AS hit,
           (EXTRACT(EPOCH FROM advance.at - begun.at) * 1000000)::bigint AS value,
           begun.at AS started_at,
           CASE WHEN begun.stage <> {WON} THEN begun.at + INTERVAL '90 days' END AS matures_at,
           CASE WHEN begun.stage = {WON} THEN ''
                WHEN advance.at < begun.at + INTERVAL '90 days' THEN
                    CASE WHEN begun.real_at = begun.at OR begun.stage = 1 THEN '' ELSE 'imputed' END
                WHEN advance.at IS NOT NULL THEN 'late'
                WHEN story.kind = 'lost' THEN 'lost' ELSE 'there' END AS flag,
           {NEVER_COUNTED.format(more="WHEN begun.undated THEN 'undated'")} AS reason,
           story.pipeline, begun.stage::smallint AS stage
    FROM begun JOIN story ON story.opportunity_id = begun.opportunity_id
    LEFT JOIN advance ON advance.opportunity_id = begun.opportunity_id
        AND advance.stage = begun.stage""",
)
"""D4: every first entry into a stage; ``hit`` is advanced within 90 days, ``value`` the
microseconds until it advanced. Stage 0 is won. ``flag`` says what became of it: imputed (it was
moved over the stage), late, lost, there."""

ALL = (CLOSES, CYCLES, COHORT, STARTS, STAGES)
