"""No address is open by oversight: each view names its door, and signing in is the default."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern

from tests.access.addresses import patterns
from tests.access.table import (
    ACCOUNT,
    ANYONE,
    COVERS,
    ROOT_ADMIN,
    SCOPES,
    SEAT,
    SIGNED,
    STAFF,
    TABLE,
)

OURS = {name: pattern for name, pattern in patterns() if "allauth" not in pattern.lookup_str}
THEIRS = {name: pattern for name, pattern in patterns() if name not in OURS}
DOORS = {
    ANYONE: "public",
    ACCOUNT: "member",
    STAFF: "staff",
    SEAT: "team:",
    COVERS: "team:manager,admin",
    ROOT_ADMIN: "organisation:admin",
    SIGNED: "signed",
}
OPEN_TO_ALL = {
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_authenticate",
}
"""What the library opens to people who are not signed in (yet)."""


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_door_of_a_view_is_the_one_in_the_table(name):
    row = TABLE[name]
    who = {row.get, row.post} - {"nobody"}
    scopes = [f"GET={row.get}", f"POST={row.post}"][: len(who)]
    doors = {f"key:{','.join(scopes)}"} if who & set(SCOPES) else {DOORS[each] for each in who}

    assert {getattr(OURS[name].callback, "door", None)} == doors


def needs_account(pattern: URLPattern) -> bool:
    return getattr(pattern.callback, "login_required", True)


@pytest.mark.parametrize("name", sorted(OURS))
def test_only_public_doors_do_without_an_account(name):
    """A key, or a signature, is looked at in place of an account."""
    door = OURS[name].callback.door

    assert needs_account(OURS[name]) is not door.startswith(("public", "key:", "signed"))


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_of_the_librarys_pages_only_the_named_do_without_an_account(name):
    assert needs_account(THEIRS[name]) is (name not in OPEN_TO_ALL)


def test_an_account_is_needed_unless_a_view_says_otherwise():
    login = "django.contrib.auth.middleware.LoginRequiredMiddleware"

    assert settings.MIDDLEWARE.index(login) > settings.MIDDLEWARE.index(
        "django.contrib.auth.middleware.AuthenticationMiddleware"
    )
    assert settings.MIDDLEWARE.index("django.middleware.csrf.CsrfViewMiddleware") < (
        settings.MIDDLEWARE.index(login)
    )


def test_nobody_opens_a_door_but_the_module_of_doors():
    """``login_not_required`` and ``csrf_exempt`` anywhere else would go round it."""
    root = Path(__file__).resolve().parents[2]
    found = {
        str(path.relative_to(root))
        for package in ("config", "jobs", "teams", "sales", "enablement", "surveys", "metrics")
        for path in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name | ast.alias | ast.Attribute)
        and {"login_not_required", "csrf_exempt"}
        & {getattr(node, "id", ""), getattr(node, "name", ""), getattr(node, "attr", "")}
    }

    assert found == {"teams/access.py"}
