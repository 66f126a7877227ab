"""Which pages links lead to, for whom; every page of the application has its place here."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

EVERYBODY = {
    # The same for all; looked at with one who has nothing else.
    "account",
    "account_email",
    "account_change_password",
    "account_reset_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
}
OWN = {
    "home",
    "teams:switch",
    "metrics:me",
    "metrics:waiting-leads",
    "metrics:rep-metric",
    "sales:leads",
    "sales:opportunities",
}
COVERED = {
    "home",
    "teams:switch",
    "teams:people",
    "teams:person",
    "teams:structure",
    "metrics:team-home",
    "metrics:metric",
    "metrics:rep",
    "metrics:rep-metric",
    "metrics:waiting-leads",
    "sales:leads",
    "sales:lead",
    "sales:opportunities",
    "sales:opportunity",
}
FORMS = {
    # The same for every admin.
    "teams:new-person",
    "teams:people-in",
    "teams:new-team",
    "teams:edit-team",
    "teams:settings",
    "teams:new-key",
    "teams:new-webhook",
    "teams:change-webhook",
    "teams:hours",
    "teams:new-hours",
    "teams:edit-hours",
    "sales:import-new",
    "sales:new-connection",
    "sales:connection-mapping",
}
EMPTY = {
    "home",
    "teams:switch",
    "teams:people",
    "teams:person",
    "teams:structure",
    "metrics:team-home",
    "metrics:rep",
    "metrics:rep-metric",
    "metrics:waiting-leads",
    "sales:connections",
    "sales:imports",
    "sales:leads",
    "sales:opportunities",
    "teams:keys",
    "teams:webhooks",
    "api:reference",
}
REACHED = {
    "admin": COVERED
    | FORMS
    | {"sales:imports", "sales:import", "sales:import-columns", "operations:jobs"}
    | {"teams:keys", "teams:webhooks", "teams:webhook", "api:reference"}
    | {"sales:connections", "sales:connection", "sales:rejected-rows"}
    | {"sales:connection-message"},
    "manager": COVERED,
    "rep": OWN | {"metrics:rep", "sales:lead", "sales:opportunity"},
    "admin of an empty organisation": EMPTY,
    "in no organisation": EVERYBODY | {"home"},
}

ELSEWHERE = {
    # Before somebody is signed in.
    "account_login",
    "account_signup",
    "invitation",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    # After something has been done on another page.
    "sales:import-stages",
    "teams:move-team",
    "teams:merge-team",
    "teams:people-in-confirm",
    "account_set_password",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}
NO_PAGES = {
    # Files, fragments, and addresses that only take something.
    "health",
    "api:openapi",
    "api:opportunities",
    "api:stage-events",
    "api:leads",
    "api:lead-assignments",
    "api:activities",
    "api:metrics",
    "api:metric",
    "api:rows",
    "api:hook",
    "preferences",
    "sales:rejected-rows-csv",
    "sales:new-connection-secret",
    "sales:explain-values",
    "sales:act-on-connection",
    "teams:revoke-key",
    "teams:new-webhook-secret",
    "teams:act-on-webhook",
    "teams:send-webhook-again",
    "account_logout",
    "mfa_download_recovery_codes",
    "operations:run-again",
    "operations:run-all-again",
    "operations:forget",
    "teams:people-example",
    "teams:people-out",
    "teams:edit-person",
    "teams:join-team",
    "teams:change-membership",
    "teams:end-membership",
    "teams:correct-membership",
    "teams:act-on-person",
    "teams:person-hours",
    "teams:take-leave",
    "teams:cancel-leave",
    "teams:team-hours",
    "teams:remove-hours",
    "metrics:rows-csv",
    "metrics:rep-rows-csv",
    "sales:imports-csv",
    "sales:import-progress",
    "sales:import-errors",
    "sales:import-mapping",
    "sales:act-on-import",
    "sales:answer-lead",
    "sales:take-back-answer",
    "sales:leads-csv",
    "sales:opportunities-csv",
}


def views() -> set[str]:
    """The name of every view there is."""
    return set(_names(get_resolver(), ""))


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or "")
        else:
            yield from _names(entry, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
