"""Who may see what: the one place that decides.

A view names its door (``team_view``, ``organisation_view``, ``staff_view``, ``member_view``,
``public_view``; for programs ``KeyView`` and ``SignedView``); what a door does not open is a 404,
the same as for what does not exist. Behind the door, rows come from the team the door returned or
from ``visible_to``; ``tests/access`` walks every URL and fails for one without a door or without a
row in its table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, Self

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from teams.api.reading import Unread
from teams.keys import key_of
from teams.models import (
    ApiKey,
    Membership,
    MembershipQuerySet,
    Organisation,
    Person,
    Role,
    Team,
    User,
)

REP, MANAGER, ADMIN = Role.REP, Role.MANAGER, Role.ADMIN
COVERING = (MANAGER, ADMIN)
"""Roles that cover the whole subtree of their team; a rep's covers nobody but the rep."""

FORM = ("GET", "HEAD", "POST")
"""Methods of a page that shows a form and takes it."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Where an account sits with respect to one team: who they are there, and as what.

    ``through`` holds the ids of the teams whose memberships give the seat: this one or above.
    """

    team: Team
    person_id: int
    roles: frozenset[str]
    through: frozenset[int]

    @cached_property
    def person(self) -> Person:
        return Person.objects.get(pk=self.person_id)

    @property
    def covers(self) -> bool:
        """May see everybody in the team and below."""
        return bool(self.roles & set(COVERING))

    @property
    def administers(self) -> bool:
        return ADMIN in self.roles

    @property
    def sells(self) -> bool:
        return REP in self.roles

    def holds(self, roles: tuple[str, ...]) -> bool:
        return not roles or bool(self.roles & set(roles))


def seat_in(user: User, path: str) -> Seat | None:
    """The seat of ``user`` in the team at ``path`` (``organisation/team``), or None.

    A manager or admin of a team sits in every team below it; a rep only in their own. One query.
    """
    organisation, _, slug = path.partition("/")
    by = "lines_up__ancestor__memberships"
    teams = list(
        Team.objects.filter(
            Q(**{f"{by}__role__in": COVERING}) | Q(lines_up__depth=0),
            slug=slug,
            organisation__slug=organisation,
            lines_up__to_at=None,
            **{f"{by}__in": Membership.objects.of_user(user)},
        )
        .annotate(through=F("lines_up__ancestor"), role=F(f"{by}__role"), person=F(f"{by}__person"))
        .select_related("organisation")
    )
    if not teams:
        return None
    return Seat(
        team=teams[0],
        person_id=teams[0].person,
        roles=frozenset(team.role for team in teams),
        through=frozenset(team.through for team in teams),
    )


def account_of(request: HttpRequest) -> User:
    """The account that is signed in. Behind every door but the public one there is one."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def memberships_of(user: User) -> MembershipQuerySet:
    """Memberships by which an account may see anything now."""
    return Membership.objects.of_user(user)


def teams_of(user: User) -> models.QuerySet[Team]:
    """Open teams the account has a seat in: covered subtrees, and a rep's own team."""
    memberships = Membership.objects.of_user(user)
    covered = Team.objects.filter(
        lines_up__to_at=None,
        lines_up__ancestor__in=memberships.filter(role__in=COVERING).values("team"),
    )
    own = memberships.values("team")
    return Team.objects.open().filter(Q(pk__in=covered.values("pk")) | Q(pk__in=own))


def covered_teams(user: User) -> models.QuerySet[Team]:
    """Teams whose every row the account may see: its managed and administered subtrees."""
    covering = Membership.objects.of_user(user).filter(role__in=COVERING)
    return Team.objects.filter(
        pk__in=Team.objects.filter(
            lines_up__to_at=None, lines_up__ancestor__in=covering.values("team")
        ).values("pk")
    )


class TeamScoped(models.QuerySet):
    """For rows that belong to a team and perhaps to a person in it.

    ``person_field`` names the person a rep may see their own rows by; without it a rep sees none.
    """

    team_field = "team"
    person_field: str | None = None

    def visible_to(self, user: User) -> Self:
        rule = Q(**{f"{self.team_field}__in": covered_teams(user)})
        if self.person_field:
            people = Person.objects.active().filter(user=user)
            rule |= Q(**{f"{self.person_field}__in": people})
        return self.filter(rule)


View = Callable[..., Any]


def _behind(view: View, door: str, check: Callable[..., dict[str, Any]]) -> View:
    """Call ``view`` with what ``check`` lets through, in the organisation's time zone."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> Any:
        passed = check(request, **kwargs)
        seat = getattr(request, "seat", None)
        with timezone.override(seat.team.organisation.zone if seat else None):
            return view(request, **passed)

    wrapped.door = door  # type: ignore[attr-defined]
    return wrapped


def team_view(*roles: str) -> Callable[[View], View]:
    """Open ``<team:team>`` to accounts with a seat there, in one of ``roles`` if any are named.

    The view receives the Team; ``request.seat`` says who is looking. Everybody else gets 404.
    """

    def check(request: HttpRequest, team: str, **kwargs: Any) -> dict[str, Any]:
        seat = seat_in(request.user, team) if request.user.is_authenticated else None
        if seat is None or not seat.holds(roles):
            raise Http404
        request.seat = seat  # type: ignore[attr-defined]
        return {"team": seat.team, **kwargs}

    return lambda view: _behind(view, f"team:{','.join(roles)}", check)


def organisation_view(*roles: str) -> Callable[[View], View]:
    """As ``team_view``, for what belongs to the whole organisation: only its root team opens."""

    def check(request: HttpRequest, team: str, **kwargs: Any) -> dict[str, Any]:
        seat = seat_in(request.user, team) if request.user.is_authenticated else None
        if seat is None or not seat.team.is_root or not seat.holds(roles):
            raise Http404
        request.seat = seat  # type: ignore[attr-defined]
        return {"team": seat.team, **kwargs}

    return lambda view: _behind(view, f"organisation:{','.join(roles)}", check)


def staff_view(view: View) -> View:
    """Open to those who run the installation; 404 for everybody else, signed in or not."""

    def check(request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise Http404
        return kwargs

    return _behind(view, "staff", check)


def member_view(view: View) -> View:
    """Open to every signed-in account; the view shows only what is the account's own."""

    def check(request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return kwargs

    return _behind(view, "member", check)


def public_view(view: View) -> View:
    """Open to everybody, signed in or not."""

    def check(request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return kwargs

    return login_not_required(_behind(view, "public", check))


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer daya_…``; a session opens nothing here."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        said = request.headers.get("Authorization", "")
        if not said:
            return None
        way, _blank, text = said.partition(" ")
        key = key_of(text.strip()) if way.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed(_("This is not a key, or it was revoked."), "wrong_key")
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="daya"'


class HasScope(BasePermission):
    """The key may do what the view says the method needs."""

    message = _("The key may not do this: it lacks the scope.")
    code = "missing_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            raise NotAuthenticated(_("Send a key: Authorization: Bearer daya_…"), "missing_key")
        scope = view.scopes.get("GET" if request.method == "HEAD" else request.method)
        if scope is None:
            raise MethodNotAllowed(str(request.method))
        return scope in request.auth.scopes


class KeyView(APIView):
    """Open to keys; ``scopes`` says by method what a key must be allowed. Rows come from
    ``organisation``, the key's."""

    scopes: ClassVar[dict[str, str]] = {}
    authentication_classes = [KeyAuthentication]
    permission_classes = [HasScope]
    http_method_names = ["get", "head", "post"]

    @classmethod
    def as_view(cls, **options: Any) -> Any:
        view = super().as_view(**options)
        needs = ",".join(f"{method}={scope}" for method, scope in sorted(cls.scopes.items()))
        view.door = f"key:{needs}"  # type: ignore[attr-defined]
        return view

    @property
    def key(self) -> ApiKey:
        found: Any = self.request.auth
        return found

    @property
    def organisation(self) -> Organisation:
        return self.key.organisation


class SignedView(APIView):
    """Open to whoever signs what they send. The view looks the signature up before anything else;
    ``request.data`` holds the bytes it is of."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []
    parser_classes = [Unread]
    http_method_names = ["post"]

    @classmethod
    def as_view(cls, **options: Any) -> Any:
        view = super().as_view(**options)
        view.door = "signed"  # type: ignore[attr-defined]
        return view
