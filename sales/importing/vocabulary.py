"""What each kind of file may say: its fields, the words its columns go by, what values mean."""

OPPORTUNITIES, STAGE_EVENTS = "opportunities", "stage_events"
LEADS, LEAD_ASSIGNMENTS, ACTIVITIES = "leads", "lead_assignments", "activities"
KINDS = (OPPORTUNITIES, STAGE_EVENTS, LEADS, LEAD_ASSIGNMENTS, ACTIVITIES)

WITH_STAGES = frozenset({OPPORTUNITIES, STAGE_EVENTS})
"""Kinds of which the mapping says what each stage means, and their order."""

WITH_OWNERS = frozenset({OPPORTUNITIES, STAGE_EVENTS, LEAD_ASSIGNMENTS})
"""Kinds whose owners must be people of the organisation; an owners file may bring them."""

WON, LOST, BEFORE, IGNORE = "won", "lost", "before_first_contact", "ignore"
DISQUALIFIED = "lost/disqualified"
TARGETS = (WON, LOST, DISQUALIFIED, BEFORE, IGNORE)
"""What a value of the stage column may mean besides a stage."""

MEANT = {LEADS: "left_out", ACTIVITIES: "activity"}
"""The field, besides the stage, of which the mapping says what each value means."""

COUNTED = "counted"
DONE = ("call", "email", "message", "meeting", "note", "status")
OUTBOUND, INBOUND, AUTOMATED = "outbound", "inbound", "automated"
MEANINGS = {
    LEADS: (COUNTED, "spam", "duplicate", "test", IGNORE),
    ACTIVITIES: (
        *DONE,
        *(f"{kind}/{way}" for kind in DONE[:4] for way in (INBOUND, AUTOMATED)),
        IGNORE,
    ),
}
"""What a value of that field may mean. An activity is outbound and a human's unless it says
otherwise or its row does."""

FIELDS = {
    OPPORTUNITIES: (
        "id", "name", "account", "product", "amount", "currency", "owner", "stage",
        "created_at", "closed_at", "loss_reason", "is_test", "deleted",
        "merged_into",
    ),
    STAGE_EVENTS: (
        "id", "stage", "at", "event_id", "name", "account", "product", "amount", "currency",
        "owner", "created_at", "loss_reason", "is_test", "deleted",
        "merged_into",
    ),
    LEADS: (
        "id", "inbound_at", "name", "account", "origin", "needs_response", "left_out",
        "merged_into", "deleted", "closed_at", "closing_reason", "opportunity",
    ),
    LEAD_ASSIGNMENTS: ("lead", "owner", "at", "event_id"),
    ACTIVITIES: (
        "id", "activity", "at", "lead", "opportunity", "direction", "automated", "by", "deleted",
    ),
}  # fmt: skip
REQUIRED = {
    OPPORTUNITIES: ("id", "stage"),
    STAGE_EVENTS: ("id", "stage", "at"),
    LEADS: ("id", "inbound_at"),
    LEAD_ASSIGNMENTS: ("lead", "owner", "at"),
    ACTIVITIES: ("id", "activity", "at"),
}
DATES = ("created_at", "closed_at", "at", "inbound_at")

SYNONYMS = {
    "id": ("id", "opportunity id", "deal id", "record id", "case id", "case:concept:name", "case"),
    "name": ("name", "opportunity name", "deal name", "title"),
    "account": ("account", "account name", "company", "associated company", "customer"),
    "product": ("product", "product name", "products"),
    "amount": ("amount", "close value", "value", "deal value", "case:amount_req"),
    "currency": ("currency", "currency code", "amount currency"),
    "owner": ("owner", "sales agent", "deal owner", "opportunity owner", "rep", "sales rep"),
    "stage": (
        "stage",
        "stage name",
        "deal stage",
        "to stage",
        "new stage",
        "activity",
        "concept:name",
        "status",
    ),
    "created_at": ("created at", "create date", "created date", "creation date"),
    "closed_at": ("closed at", "close date", "closed date"),
    "loss_reason": ("loss reason", "closed lost reason", "reason"),
    "is_test": ("is test", "test"),
    "deleted": ("deleted", "is deleted"),
    "merged_into": ("merged into", "master record id", "merged into id", "merged opportunity id"),
    "at": ("at", "timestamp", "time:timestamp", "last modified", "edit date", "changed at", "date"),
    "event_id": ("event id", "history id"),
    "inbound_at": ("inbound at", "received at", "created at", "create date", "created date"),
    "origin": ("origin", "lead source", "source", "original source", "channel"),
    "needs_response": ("needs response",),
    "left_out": ("left out", "disposition"),
    "closing_reason": ("closing reason", "unqualified reason", "disqualification reason", "reason"),
    "opportunity": (
        "opportunity", "opportunity id", "converted opportunity id", "deal id",
        "associated deal id", "what id",
    ),
    "lead": ("lead", "lead id", "who id", "associated contact id"),
    "activity": ("activity", "activity type", "type", "task subtype", "kind"),
    "direction": ("direction", "call type", "email direction"),
    "automated": ("automated", "is automated"),
    "by": ("by", "done by", "owner", "activity assigned to", "created by", "assigned to"),
}  # fmt: skip
"""What the column of a field may be called, the likeliest first."""

OWN_SYNONYMS = {
    LEADS: {
        "id": ("id", "lead id", "record id", "contact id"),
        "name": ("name", "lead name", "full name"),
        "merged_into": ("merged into", "master record id", "merged into id"),
        "closed_at": ("closed at", "close date", "closed date", "converted date"),
    },
    LEAD_ASSIGNMENTS: {
        "lead": ("lead", "lead id", "id", "record id", "contact id"),
        "owner": ("owner", "new owner", "new value", "to owner", "lead owner", "contact owner"),
        "at": ("at", "assigned at", "edit date", "owner assigned date", "created date", "date"),
    },
    ACTIVITIES: {
        "id": ("id", "activity id", "task id", "record id", "engagement id"),
        "at": (
            "at", "activity date", "completed date time", "created date", "date", "timestamp",
            "create date",
        ),
    },
}  # fmt: skip
"""Where the same field goes by other words in files of one kind."""


def words_for(kind: str, name: str) -> tuple[str, ...]:
    """What the column of a field is called in files of a kind, the likeliest first."""
    return OWN_SYNONYMS.get(kind, {}).get(name, SYNONYMS[name])
