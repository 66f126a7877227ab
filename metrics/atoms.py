"""Atoms: for each metric, the query that gives one row per counted thing.

Every reading comes from these queries: snapshots, drill-down, CSV, as-of permalinks. Each answers
for any instant of knowledge ``as_of``, because facts are voided, never edited (``metrics.md`` D0).
The columns are those of ``metrics.models.Atom`` without the keys:
entity, rep_id, team_id, at, month, in_den, in_num, value, started_at, matures_at, flag, reason.
"""

from dataclasses import dataclass

COLUMNS = (
    "entity, rep_id, team_id, at, month, in_den, in_num, value, "
    "started_at, matures_at, flag, reason"
)

KNOWN = "{0}.recorded_at <= %(as_of)s AND ({0}.voided_at IS NULL OR {0}.voided_at > %(as_of)s)"
HOLDS = "{0}.from_at <= {1} AND ({0}.to_at IS NULL OR {0}.to_at > {1})"

STORIES = f"""
known AS (
    SELECT e.opportunity_id, e.seq, e.kind, e.to_pos, e.reason, e.at
    FROM sales_stageevent e
    WHERE e.organisation_id = %(organisation)s AND {KNOWN.format("e")} {{only}}
), told AS (
    SELECT known.*, kind IS DISTINCT FROM lag(kind) OVER story AS turns,
           lead(kind) OVER story IS NULL AS is_last,
           min(at) FILTER (WHERE kind = 'open' AND to_pos = 1)
               OVER (PARTITION BY opportunity_id) AS first_contact_at
    FROM known WINDOW story AS (PARTITION BY opportunity_id ORDER BY at, seq)
), story AS (
    SELECT opportunity_id,
           max(kind) FILTER (WHERE is_last) AS kind,
           max(reason) FILTER (WHERE is_last) AS close_reason,
           max(at) FILTER (WHERE turns) AS since,
           min(first_contact_at) AS first_contact_at,
           min(at) FILTER (WHERE kind = 'won' AND at >= first_contact_at) AS first_won_at,
           max(to_pos) AS max_pos
    FROM told GROUP BY opportunity_id
)"""
"""One row per opportunity with events. ``kind`` is where it stands; ``since`` is when the last
uninterrupted run of that kind began: the in-force close of D7 where ``kind`` is won or lost.
``first_won_at`` is the first time it was won since first contact."""

ROOT = """(SELECT id FROM teams_team
    WHERE organisation_id = %(organisation)s AND is_root)"""

ATTRIBUTED = f"""
SELECT counted.entity, owner.person_id AS rep_id,
       COALESCE(member.team_id, {ROOT}) AS team_id, counted.at,
       (EXTRACT(YEAR FROM counted.at AT TIME ZONE %(zone)s) * 12
        + EXTRACT(MONTH FROM counted.at AT TIME ZONE %(zone)s) - 1)::int AS month,
       counted.reason = '' AS in_den, counted.reason = '' AND counted.hit AS in_num,
       counted.value, counted.started_at, counted.matures_at, counted.flag, counted.reason
FROM counted
LEFT JOIN sales_opportunityowner owner ON owner.opportunity_id = counted.entity
    AND {KNOWN.format("owner")} AND {HOLDS.format("owner", "counted.at")}
LEFT JOIN teams_membership member ON member.person_id = owner.person_id AND member.is_primary
    AND {KNOWN.format("member")} AND {HOLDS.format("member", "counted.at")}"""
"""Rep and team are those at the attribution instant. No owner is nobody's row in the root team;
an owner who was in no team then is the root's too, so that the organisation always adds up."""

NEVER_COUNTED = """CASE WHEN detail.deleted THEN 'deleted' WHEN detail.is_test THEN 'test'
             WHEN detail.merged_into_id IS NOT NULL THEN 'duplicate' {more} ELSE '' END"""

DETAIL = f"""LEFT JOIN sales_opportunitydetail detail
        ON detail.opportunity_id = story.opportunity_id AND {KNOWN.format("detail")}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Atoms:
    """A kind of counted thing. ``number`` identifies it in storage and never changes."""

    number: int
    counted: str

    def sql(self, *, some: bool = False) -> str:
        """The query. Parameters: organisation, root, zone, currency, as_of; ``some``: entities."""
        only = "AND e.opportunity_id = ANY(%(entities)s)" if some else ""
        stories = STORIES.format(only=only)
        return f"WITH {stories}, counted AS ({self.counted}) {ATTRIBUTED}"


CLOSES = Atoms(
    number=1,
    counted=f"""
    SELECT story.opportunity_id AS entity, story.since AS at, story.kind = 'won' AS hit,
           CASE WHEN detail.currency = %(currency)s THEN detail.amount END AS value,
           story.first_contact_at AS started_at, NULL::timestamptz AS matures_at, '' AS flag,
           {
        NEVER_COUNTED.format(
            more="WHEN story.kind = 'lost' AND story.close_reason = "
            "'disqualified' AND COALESCE(story.max_pos, 0) < 2 "
            "THEN 'disqualified'"
        )
    } AS reason
    FROM story {DETAIL}
    WHERE story.kind IN ('won', 'lost')""",
)
"""D7: in-force closes, at the close; ``value`` is the amount where it is in the organisation's
currency."""

CYCLES = Atoms(
    number=2,
    counted=f"""
    SELECT story.opportunity_id AS entity, story.since AS at, TRUE AS hit,
           (EXTRACT(EPOCH FROM story.since
                    - COALESCE(story.first_contact_at, detail.created_at)) * 1000000)::bigint
               AS value,
           COALESCE(story.first_contact_at, detail.created_at) AS started_at,
           NULL::timestamptz AS matures_at,
           CASE WHEN story.first_contact_at IS NULL THEN 'from_creation' ELSE '' END AS flag,
           {
        NEVER_COUNTED.format(
            more="WHEN COALESCE(story.first_contact_at, detail.created_at) IS NULL "
            "THEN 'no_start' "
            "WHEN COALESCE(story.first_contact_at, detail.created_at) > story.since "
            "THEN 'negative'"
        )
    } AS reason
    FROM story {DETAIL}
    WHERE story.kind = 'won'""",
)
"""D6: won opportunities, at the close; ``value`` is the microseconds since first contact."""

COHORT = Atoms(
    number=3,
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
           {NEVER_COUNTED.format(more="")} AS reason
    FROM story {DETAIL}
    WHERE story.first_contact_at IS NOT NULL""",
)
"""Opportunities by first contact; ``hit`` is won within 180 days, ``value`` the microseconds to
the in-force decision, null while open."""

STARTS = Atoms(
    number=4,
    counted=f"""
    SELECT story.opportunity_id AS entity, story.first_contact_at AS at,
           story.kind = 'won' AS hit, NULL::bigint AS value,
           story.first_contact_at AS started_at, NULL::timestamptz AS matures_at, '' AS flag,
           {
        NEVER_COUNTED.format(
            more="WHEN story.kind = 'lost' AND story.close_reason = "
            "'disqualified' AND COALESCE(story.max_pos, 0) < 2 "
            "THEN 'disqualified'"
        )
    } AS reason
    FROM story {DETAIL}
    WHERE story.kind IN ('won', 'lost') AND story.first_contact_at IS NOT NULL""",
)
"""In-force closes as in D7, by first contact."""

ALL = (CLOSES, CYCLES, COHORT, STARTS)
