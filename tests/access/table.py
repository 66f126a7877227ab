"""Who may do what at every address, written by hand. Nothing of the application decides here.

An address is allowed to somebody if its row lets them (``get``, ``post``), and what its ids name
lies in the team of the address (``CHILD_HOMES``). Whatever is answered, and whoever is answered,
no word may stand in it but those of the homes that person may read (``READS``).
"""

from dataclasses import dataclass, field
from typing import Any

ACME, GLOBEX = "acme", "globex"
ROOTS = {ACME, GLOBEX}

WITHIN = {
    "acme": {"acme", "north", "inner", "south", "inner south", "empty"},
    "north": {"north", "inner"},
    "inner": {"inner"},
    "south": {"south", "inner south"},
    "inner south": {"inner south"},
    "empty": {"empty"},
    "globex": {"globex", "west"},
    "west": {"west"},
}
"""Each team with the teams below it."""

SEATS: dict[str, dict[str, str]] = {
    "anonymous": {},
    "expired session": {},
    "rep": {"north": "rep"},
    "manager": {"north": "manager", "inner": "manager"},
    "former manager": {},
    "team admin": {"north": "admin", "inner": "admin"},
    "admin": dict.fromkeys(WITHIN["acme"], "admin"),
    "other admin": dict.fromkeys(WITHIN["globex"], "admin"),
    "staff": {},
    "deactivated": {},
    "key": {},
    "key that reads sales": {},
    "key at globex": {},
    "revoked key": {},
}
"""The role of everybody in every team, covered ones included."""

NORTH = {"acme", "north", "people of north", "rep", "eve", "inner"}
READS = {
    "anonymous": set(),
    "expired session": set(),
    "rep": {"account of rep", "acme", "north", "rep"},
    "manager": {"account of manager"} | NORTH,
    "former manager": {"account of former manager"},
    "team admin": {"account of team admin"} | NORTH,
    "admin": {"account of admin", "root of acme", "south", "inner south", "empty", "gone"} | NORTH,
    "other admin": {"account of other admin", "globex", "west"},
    "staff": {"account of staff", "operations"},
    "deactivated": {"account of deactivated"},
    "key": {"root of acme", "south", "inner south", "empty", "gone"} | NORTH,
    "key that reads sales": {"root of acme", "south", "inner south", "empty", "gone"} | NORTH,
    "key at globex": {"globex", "west"},
    "revoked key": set(),
}
"""Whose words each may read. ``acme`` is what everybody with a seat there knows: its name, its
pipeline; ``root of acme`` is the admin's: imports, settings, deals without an owner. ``gone`` is
the mail address of who was in North once."""

KEYS = {
    "key": {"sales:write", "sales:read", "metrics:read"},
    "key that reads sales": {"sales:read"},
    "key at globex": {"sales:write", "sales:read", "metrics:read"},
    "revoked key": set(),
}
"""What the programs may; they have no account, and no seat."""
WITHOUT_ACCOUNT = {"anonymous", "expired session", *KEYS}

CHILD_HOMES = {
    "admin": "acme",
    "manager": "north",
    "rep": "north",
    "eve": "north",
    "ned": "north",
    "former manager": "north",
    "team admin": "north",
    "ina": "inner",
    "sam": "south",
    "deactivated": "south",
    "other admin": "globex",
    "wes": "west",
    "of nobody": "acme",
    "hours of acme": "acme",
    "hours of nobody": "acme",
    "hours of globex": "globex",
    "uploaded": "acme",
    "committed": "acme",
    "uploaded at globex": "globex",
    "committed at globex": "globex",
    "key of acme": "acme",
    "key of globex": "globex",
    "connection of acme": "acme",
    "connection of globex": "globex",
    "webhook of acme": "acme",
    "webhook of globex": "globex",
    **{team: team for team in WITHIN},
}
"""The team of each person (or of the owner of a deal, or of a file, or the team itself)."""

ANYONE, ACCOUNT, STAFF, SEAT, COVERS, ROOT_ADMIN, NOBODY = (
    "anyone", "account", "staff", "seat", "covers", "root admin", "nobody",
)  # fmt: skip
SIGNED = "signed"
"""Whoever signs what they send; nobody of the walk does."""
SALES_WRITE, SALES_READ, METRICS_READ = "sales:write", "sales:read", "metrics:read"
SCOPES = (SALES_WRITE, SALES_READ, METRICS_READ)
FINE = frozenset({200, 302})


@dataclass(frozen=True, kw_only=True)
class Row:
    """``shows`` is whose word an allowed page must hold: "team", "child" or none; ``own`` limits
    what a team's page opens to the team's own people; ``only`` are the children it is about;
    ``sent`` is posted as JSON."""

    get: str = NOBODY
    post: str = NOBODY
    data: dict[str, Any] = field(default_factory=dict)
    shows: str = ""
    own: bool = False
    only: frozenset[str] = frozenset()
    sent: dict[str, Any] = field(default_factory=dict)
    answers: frozenset[int] = FINE
    tells: frozenset[str] = frozenset()


def page(who: str, **more: Any) -> Row:
    """Somewhere to look."""
    return Row(get=who, **more)


def button(who: str, **more: Any) -> Row:
    """Something to do."""
    return Row(post=who, **more)


def form(who: str, **more: Any) -> Row:
    """Somewhere to look and do something."""
    return Row(get=who, post=who, **more)


def facts() -> Row:
    """A kind of sales fact, for programs."""
    return Row(get=SALES_READ, post=SALES_WRITE, sent={"source": "crm", "rows": [{"id": "1"}]})


REFUSED = FINE | {422}
CALENDAR = {"name": "New", "timezone": "UTC", "day0": "09:00-17:00", "holidays": "2026-12-25"}
WEBHOOK = {"url": "https://hooks.example.com/", "events": "import.finished"}
PERSON = {"name": "New name", "email": "", "external_id": ""}
ORGANISATION = {
    "name": "New",
    "timezone": "UTC",
    "currency": "EUR",
    "fiscal_year_start": "1",
    "response_minutes": "30",
}

CONNECTION = {"format": "daya", "name": "New", "source": "new"}

TABLE = {
    "home": page(ACCOUNT),
    "health": page(ANYONE),
    "api:reference": page(ANYONE),
    "api:openapi": page(ANYONE),
    "api:opportunities": facts(),
    "api:stage-events": facts(),
    "api:leads": facts(),
    "api:lead-assignments": facts(),
    "api:activities": facts(),
    "api:hook": button(SIGNED, sent={"kind": "leads", "rows": [{"id": "1"}]}),
    "api:metrics": page(METRICS_READ),
    "api:metric": page(METRICS_READ),
    "api:rows": page(METRICS_READ),
    "account": form(ACCOUNT, data={"name": "New name"}),
    "preferences": button(ANYONE, data={"language": "en", "theme": "dark"}),
    "invitation": form(ANYONE, tells=frozenset({"acme", "eve"}), only=frozenset({"eve"})),
    "operations:jobs": page(STAFF),
    "operations:run-all-again": button(STAFF),
    "operations:run-again": button(STAFF, only=frozenset({"dead"})),
    "operations:forget": button(STAFF, only=frozenset({"dead"})),
    "teams:switch": page(ACCOUNT),
    "teams:keys": page(ROOT_ADMIN),
    "teams:new-key": form(ROOT_ADMIN, data={"name": "New", "scopes": "sales:read"}),
    "teams:revoke-key": button(ROOT_ADMIN),
    "teams:webhooks": page(ROOT_ADMIN),
    "teams:new-webhook": form(ROOT_ADMIN, data=WEBHOOK),
    "teams:webhook": page(ROOT_ADMIN, shows="child"),
    "teams:change-webhook": form(ROOT_ADMIN, shows="child", data=WEBHOOK),
    "teams:new-webhook-secret": button(ROOT_ADMIN),
    "teams:act-on-webhook": button(ROOT_ADMIN),
    "teams:send-webhook-again": button(ROOT_ADMIN),
    "teams:people": page(COVERS, shows="team"),
    "teams:new-person": form(ROOT_ADMIN, data=PERSON | {"team": "@team", "role": "rep"}),
    "teams:people-in": form(ROOT_ADMIN, answers=REFUSED),
    "teams:people-in-confirm": form(ROOT_ADMIN, answers=REFUSED),
    "teams:people-example": page(ROOT_ADMIN),
    "teams:people-out": page(ROOT_ADMIN, shows="team"),
    "teams:person": page(COVERS, shows="child"),
    "teams:edit-person": button(ROOT_ADMIN, data=PERSON),
    "teams:join-team": button(ROOT_ADMIN, data={"team": "@team", "role": "manager", "since": ""}),
    "teams:change-membership": button(ROOT_ADMIN, data={"team": "@team", "role": "manager"}),
    "teams:end-membership": button(ROOT_ADMIN),
    "teams:correct-membership": button(ROOT_ADMIN, data={"end": "2024-01-01"}),
    "teams:act-on-person": button(ROOT_ADMIN),
    "teams:structure": page(COVERS, shows="team"),
    "teams:new-team": form(ROOT_ADMIN, shows="child", data={"parent": "@team", "name": "New"}),
    "teams:edit-team": form(ROOT_ADMIN, shows="child", data={"name": "New"}),
    "teams:move-team": form(ROOT_ADMIN, data={"target": "@team"}, answers=REFUSED),
    "teams:merge-team": form(ROOT_ADMIN, data={"target": "@team"}, answers=REFUSED),
    "teams:person-hours": button(ROOT_ADMIN),
    "teams:take-leave": button(ROOT_ADMIN, data={"first": "2024-03-05", "last": "2024-03-06"}),
    "teams:cancel-leave": button(ROOT_ADMIN),
    "teams:team-hours": button(ROOT_ADMIN),
    "teams:hours": page(ROOT_ADMIN, shows="team"),
    "teams:new-hours": form(ROOT_ADMIN, data=CALENDAR),
    "teams:edit-hours": form(ROOT_ADMIN, shows="child", data=CALENDAR),
    "teams:remove-hours": button(ROOT_ADMIN),
    "teams:settings": form(ROOT_ADMIN, shows="team", data=ORGANISATION),
    "metrics:team-home": page(COVERS, shows="team"),
    "metrics:metric": page(COVERS, shows="team"),
    "metrics:rows-csv": page(COVERS),
    "metrics:waiting-leads": page(SEAT),
    "metrics:me": page(SEAT),
    "metrics:rep": page(SEAT),
    "metrics:rep-metric": page(SEAT, shows="child", own=True),
    "metrics:rep-rows-csv": page(SEAT, own=True),
    "sales:connections": page(ROOT_ADMIN),
    "sales:new-connection": form(ROOT_ADMIN, data=CONNECTION),
    "sales:rejected-rows": page(ROOT_ADMIN),
    "sales:rejected-rows-csv": page(ROOT_ADMIN),
    "sales:connection": page(ROOT_ADMIN, shows="child"),
    "sales:connection-message": page(ROOT_ADMIN, shows="child"),
    "sales:new-connection-secret": button(ROOT_ADMIN),
    "sales:explain-values": button(ROOT_ADMIN),
    "sales:connection-mapping": form(ROOT_ADMIN, shows="child", data={}, answers=REFUSED),
    "sales:act-on-connection": button(ROOT_ADMIN),
    "sales:imports": page(ROOT_ADMIN),
    "sales:imports-csv": page(ROOT_ADMIN),
    "sales:import-new": form(ROOT_ADMIN, answers=REFUSED),
    "sales:import": page(ROOT_ADMIN),
    "sales:import-columns": form(ROOT_ADMIN, answers=REFUSED),
    "sales:import-stages": form(ROOT_ADMIN, answers=REFUSED),
    "sales:import-progress": page(ROOT_ADMIN),
    "sales:import-errors": page(ROOT_ADMIN),
    "sales:import-mapping": page(ROOT_ADMIN),
    "sales:act-on-import": button(ROOT_ADMIN),
    "sales:leads": page(SEAT),
    "sales:leads-csv": page(SEAT),
    "sales:lead": page(SEAT, shows="child"),
    "sales:answer-lead": button(SEAT, data={"kind": "call"}),
    "sales:take-back-answer": button(SEAT),
    "sales:opportunities": page(SEAT),
    "sales:opportunities-csv": page(SEAT),
    "sales:opportunity": page(SEAT, shows="child"),
    # allauth's
    "account_login": form(ANYONE),
    "account_logout": form(ANYONE),
    "account_inactive": page(ANYONE),
    "account_signup": form(ANYONE),
    "account_reauthenticate": form(ACCOUNT),
    "account_email": form(ACCOUNT),
    "account_email_verification_sent": page(ANYONE),
    "account_confirm_email": form(ANYONE, answers=FINE | {404}),
    "account_change_password": form(ACCOUNT),
    "account_set_password": form(ACCOUNT),
    "account_reset_password": form(ANYONE),
    "account_reset_password_done": page(ANYONE),
    "account_reset_password_from_key": form(ANYONE),
    "account_reset_password_from_key_done": page(ANYONE),
    "account_confirm_login_code": Row(),
    "mfa_index": page(ACCOUNT),
    "mfa_authenticate": Row(),
    "mfa_reauthenticate": form(ACCOUNT),
    "mfa_activate_totp": form(ACCOUNT),
    "mfa_deactivate_totp": form(ACCOUNT, answers=FINE | {404}),
    "mfa_view_recovery_codes": page(ACCOUNT, answers=FINE | {404}),
    "mfa_generate_recovery_codes": form(ACCOUNT),
    "mfa_download_recovery_codes": page(ACCOUNT, answers=FINE | {404}),
}


def may(persona: str, name: str, method: str, team: str = "", child: str = "") -> bool:
    """Whether the table allows it. ``team`` and ``child`` are labels; "" where there is none."""
    row = TABLE[name]
    who = {"GET": row.get, "HEAD": row.get, "POST": row.post}.get(method, NOBODY)
    role = SEATS[persona].get(team)
    opens = {
        ANYONE: True,
        ACCOUNT: persona not in WITHOUT_ACCOUNT,
        STAFF: persona == "staff",
        SEAT: role is not None,
        COVERS: role in {"manager", "admin"},
        ROOT_ADMIN: role == "admin" and team in ROOTS,
        NOBODY: False,
        SIGNED: False,
        **{scope: scope in KEYS.get(persona, ()) for scope in SCOPES},
    }
    return opens[who] and (not child or _reaches(row, persona, role, team, child))


def _reaches(row: Row, persona: str, role: str | None, team: str, child: str) -> bool:
    """Whether what an id names is there, for a role in the team of the address."""
    if row.only and child not in row.only:
        return False
    if not team or child == "known":
        return child != "nothing"
    if child == persona and (role == "rep" or row.own):
        return True
    own = {team} if row.own and team not in ROOTS else WITHIN[team]
    return role != "rep" and CHILD_HOMES.get(child) in own
