"""What is counted of leads: how long until the first response, and who took how much of it."""

from metrics.atoms import KNOWN, Atoms, Subject
from sales.models import ActivityDetail
from teams.measuring_hours import open_for, open_time
from teams.recorded import FOREVER

CALENDAR = f"""COALESCE(
    (SELECT holder.calendar_id FROM teams_person holder WHERE holder.id = given.person_id),
    (SELECT team.calendar_id
     FROM teams_membership m JOIN teams_teamline up ON up.team_id = m.team_id
     JOIN teams_team team ON team.id = up.ancestor_id
     WHERE m.person_id = given.person_id AND m.is_primary AND {KNOWN.format("m")}
       AND m.from_at <= given.from_at AND (m.to_at IS NULL OR m.to_at > given.from_at)
       AND up.from_at <= given.from_at AND (up.to_at IS NULL OR up.to_at > given.from_at)
       AND team.calendar_id IS NOT NULL
     ORDER BY up.depth LIMIT 1),
    (SELECT root.calendar_id FROM teams_team root
     WHERE root.organisation_id = %(organisation)s AND root.is_root))"""
"""The hours of whom a lead was given to first: their own, those of the nearest team above them, the
organisation's. They do not change when it is passed on."""


KINDS = ", ".join(f"'{kind}'" for kind in ActivityDetail.ANSWERS)
ANSWERS = f"""{{0}}.kind IN ({KINDS})
    AND {{0}}.direction = 'outbound' AND NOT {{0}}.automated AND NOT {{0}}.deleted"""
"""Activities that can be the response, as ``ActivityQuerySet.answering`` finds them."""


def _microseconds(time: str) -> str:
    return f"(EXTRACT(EPOCH FROM {time}) * 1000000)::bigint"


STORIES = f"""
lead AS (
    SELECT d.lead_id, d.inbound_at, d.closed_at,
           CASE WHEN d.deleted THEN 'deleted' WHEN d.merged_into <> '' THEN 'duplicate'
                WHEN d.left_out <> '' THEN d.left_out
                WHEN NOT d.needs_response THEN 'no_response_needed' ELSE '' END AS reason
    FROM sales_leaddetail d
    WHERE d.organisation_id = %(organisation)s AND {KNOWN.format("d")} {{only}}
), answer AS (
    SELECT a.lead_id, min(a.at) AS at
    FROM lead JOIN sales_activitydetail a ON a.lead_id = lead.lead_id AND a.at >= lead.inbound_at
    WHERE {ANSWERS.format("a")} AND {KNOWN.format("a")}
    GROUP BY a.lead_id
), given AS (
    SELECT DISTINCT ON (s.lead_id) s.lead_id, s.person_id, s.from_at
    FROM lead JOIN sales_leadassignment s ON s.lead_id = lead.lead_id
    WHERE s.person_id IS NOT NULL AND {KNOWN.format("s")}
    ORDER BY s.lead_id, s.from_at
), story AS MATERIALIZED (
    SELECT lead.lead_id, lead.inbound_at, lead.closed_at, lead.reason,
           answer.at AS answered_at, given.from_at AS given_at, clock.calendar,
           {open_time("clock.calendar", "lead.inbound_at")} AS open_before
    FROM lead LEFT JOIN answer ON answer.lead_id = lead.lead_id
    LEFT JOIN given ON given.lead_id = lead.lead_id
    CROSS JOIN LATERAL (SELECT {CALENDAR} AS calendar) clock
)"""
"""One row per lead. The first response is the first outbound activity of a person from its arrival
on; notes, changes of status and what is sent by itself are none."""

LEADS = Subject(
    number=2,
    table="sales_lead",
    key="lead_id",
    stories=STORIES,
    some="AND d.lead_id = ANY(%(entities)s)",
    held="sales_leadassignment",
    details="sales_leaddetail",
    shown="d.origin, NULL::bigint, ''",
)


def _until(end: str) -> str:
    """Working time from arrival until ``end``, as an interval."""
    return f"({open_time('story.calendar', end)} - story.open_before)"


UNTIL_ANSWER = _until("story.answered_at")

RESPONSES = Atoms(
    number=6,
    subject=LEADS,
    placed="each.placed_at",
    clock="each.calendar",
    took="a.value",
    counted=f"""
    SELECT story.lead_id AS entity, story.inbound_at AS at,
           COALESCE(story.answered_at, %(as_of)s) AS placed_at,
           COALESCE(waited.time <= %(target)s AND answered_at IS NOT NULL, FALSE) AS hit,
           {_microseconds("waited.time")} AS value, story.inbound_at AS started_at,
           COALESCE({open_for("story.calendar", "story.inbound_at", "%(target)s")},
                    '{FOREVER.isoformat()}') AS matures_at,
           CASE WHEN story.answered_at IS NULL AND story.closed_at IS NULL THEN 'waiting'
                WHEN story.answered_at IS NULL THEN 'unanswered'
                WHEN waited.time > %(target)s THEN 'too_late' ELSE '' END AS flag,
           story.reason, 0::bigint AS pipeline, story.calendar
    FROM story CROSS JOIN LATERAL (
        SELECT CASE WHEN COALESCE(answered_at, closed_at) IS NOT NULL THEN
            {_until("COALESCE(answered_at, closed_at)")} END AS time) waited""",
)
"""D3: leads by arrival; ``value`` is the microseconds of working time to the response, else to when
it was closed unanswered, null while it waits. ``hit`` is answered within the target; an atom has
matured when the target has run out. Whose it is, is who had it at the response, else has it now."""


def _leg(number: int, time: str) -> Atoms:
    return Atoms(
        number=number,
        subject=LEADS,
        placed="each.placed_at",
        took="a.value",
        counted=f"""
    SELECT story.lead_id AS entity, story.inbound_at AS at,
           COALESCE(story.answered_at, %(as_of)s) AS placed_at, TRUE AS hit,
           {_microseconds(time)} AS value, story.inbound_at AS started_at,
           NULL::timestamptz AS matures_at, '' AS flag,
           CASE WHEN story.reason <> '' THEN story.reason
                WHEN story.answered_at IS NULL THEN 'unanswered'
                WHEN story.given_at IS NULL THEN 'never_assigned' ELSE '' END AS reason,
           0::bigint AS pipeline
    FROM story""",
    )


GIVEN = _until("LEAST(story.given_at, story.answered_at)")
ASSIGNMENT_LEG = _leg(7, GIVEN)
REP_LEG = _leg(8, f"({UNTIL_ANSWER} - {GIVEN})")
"""D3: of answered leads that were given to somebody, the working time until then, and from then to
the response, by the same clock: the two add up to the response time."""
