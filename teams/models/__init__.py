"""Organisations, the people in them, their teams, and who is what where and when."""

from teams.models.accounts import User, UserManager
from teams.models.calendars import (
    BusinessCalendar,
    Holiday,
    Leave,
    OpenStretch,
    Weekday,
    WorkingWindow,
)
from teams.models.keys import ApiKey, ApiKeyQuerySet, KeptAnswer
from teams.models.organisations import (
    Organisation,
    check_currency,
    check_month,
    check_one_line,
    check_zone,
)
from teams.models.people import (
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
    Person,
    PersonQuerySet,
    Role,
    invitation_nonce,
)
from teams.models.tree import Team, TeamLine, TeamPlacement, TeamQuerySet
from teams.models.webhooks import WebhookAttempt, WebhookEndpoint, WebhookMessage

__all__ = [
    "ApiKey",
    "ApiKeyQuerySet",
    "BusinessCalendar",
    "Holiday",
    "Invitation",
    "InvitationQuerySet",
    "KeptAnswer",
    "Leave",
    "Membership",
    "MembershipQuerySet",
    "OpenStretch",
    "Organisation",
    "Person",
    "PersonQuerySet",
    "Role",
    "Team",
    "TeamLine",
    "TeamPlacement",
    "TeamQuerySet",
    "User",
    "UserManager",
    "WebhookAttempt",
    "WebhookEndpoint",
    "WebhookMessage",
    "Weekday",
    "WorkingWindow",
    "check_currency",
    "check_month",
    "check_one_line",
    "check_zone",
    "invitation_nonce",
]
