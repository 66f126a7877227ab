"""People: who is here, as what, since when."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams import joining, keeping_hours, registering
from teams.access import (
    ADMIN,
    FORM,
    MANAGER,
    account_of,
    organisation_view,
    seat_in,
    team_view,
)
from teams.forms import DaysForm, MembershipForm, NewPersonForm, PersonForm, SinceForm
from teams.hours_forms import LeaveForm, WorksByForm
from teams.inviting import invite, revoke
from teams.models import Membership, Person, Role, Team
from teams.tree import open_teams

PAGE = 50
SORTS = {
    "name": (gettext_lazy("by name"), ("name", "pk")),
    "email": (gettext_lazy("by mail address"), ("email", "pk")),
    "newest": (gettext_lazy("newest first"), ("-created_at", "-pk")),
}


@require_safe
@team_view(MANAGER, ADMIN)
def people(request: HttpRequest, team: Team) -> HttpResponse:
    """Who is in the team and below now; under the root everybody, also those in no team."""
    asked = request.GET.get("q", "").strip().replace("\0", "")
    state, sort = request.GET.get("state", "active"), request.GET.get("sort", "name")
    listed = team.organisation.people.now_in(team).called(asked).with_places(team)
    listed = listed.filter(deactivated_at__isnull=state != "deactivated")
    listed = listed.order_by(*SORTS.get(sort, SORTS["name"])[1])
    context = {
        "team": team,
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "state": state,
        "sort": sort,
        "sorts": [(code, name) for code, (name, _order) in SORTS.items()],
    }
    return render(request, "teams/people.html", context)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_person(request: HttpRequest, team: Team) -> HttpResponse:
    person = Person(organisation=team.organisation)
    form = NewPersonForm(request.POST or None, instance=person, teams=open_teams(team.organisation))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        place = {"team": said["team"], "role": said["role"], "invited": said["invite"]}
        try:
            registering.add(person, by=request.seat.person, **place)  # type: ignore[attr-defined]
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("%(person)s is added.") % {"person": person})
            return redirect("teams:person", team, person.pk)
    return render(request, "teams/new_person.html", {"team": team, "form": form})


@require_safe
@team_view(MANAGER, ADMIN)
def person(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    return _person_page(request, team, _person(team, pk))


def _person(team: Team, pk: int) -> Person:
    """Raises Http404 for who never was in the team or below."""
    return get_object_or_404(team.organisation.people.ever_in(team), pk=pk)


def _person_page(
    request: HttpRequest, team: Team, shown: Person, status: int = 200, **forms: Any
) -> HttpResponse:
    """Of who is not ``here`` any more: the name, and what they were here."""
    memberships = shown.memberships.in_force().select_related("team__organisation")
    seat = request.seat  # type: ignore[attr-defined]
    if not team.is_root:
        memberships = memberships.filter(team__in=team.organisation.teams.under(team).values("pk"))
    administers = seat.administers and team.is_root
    here = team.organisation.people.now_in(team).filter(pk=shown.pk).exists()
    teams = open_teams(team.organisation) if administers else []
    context: dict[str, Any] = {
        "team": team,
        "person": shown,
        "administers": administers,
        "here": here,
        "memberships": memberships.order_by("-from_at"),
        "beginning": 1900,
        "invitation": shown.invitations.pending(timezone.now()).last() if here else None,
        "now": timezone.now(),
    }
    if here:
        context |= _hours(shown)
    if administers:
        context |= {
            "hours_form": WorksByForm(subject=shown),
            "leave_form": LeaveForm(auto_id="leave_%s"),
            "form": PersonForm(instance=shown),
            "join_form": MembershipForm(teams=teams, auto_id="join_%s"),
            "teams": teams,
            "roles": Role.choices,
        }
    return render(request, "teams/person.html", context | forms, status=status)


def _hours(person: Person) -> dict[str, Any]:
    """What they work by now, and their days off: those that are over apart."""
    today = timezone.localdate()
    leaves = person.leaves.in_force()
    return {
        "calendar": keeping_hours.calendar_of(person, at=timezone.now()),
        "leaves": leaves.filter(last__gte=today),
        "past_leaves": leaves.filter(last__lt=today).order_by("-first"),
    }


@require_POST
@organisation_view(ADMIN)
def edit_person(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    person = _person(team, pk)
    form = PersonForm(request.POST, instance=person)
    if form.is_valid():
        try:
            registering.keep(person)
        except ValidationError as error:
            form.add_error(None, error.messages)
    if form.errors:
        return _person_page(request, team, _person(team, pk), 422, form=form)
    messages.success(request, _("Saved."))
    return redirect("teams:person", team, pk)


@require_POST
@organisation_view(ADMIN)
def act_on_person(request: HttpRequest, team: Team, pk: int, act: str) -> HttpResponse:
    """invite, revoke, deactivate or reactivate."""
    if act not in ACTED:
        raise Http404
    person = _person(team, pk)
    try:
        if act == "invite":
            invite(person, by=request.seat.person)  # type: ignore[attr-defined]
        else:
            DOING[act](person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, ACTED[act]() % {"person": person})
    return _back(request, team, pk)


DOING = {
    "revoke": revoke,
    "deactivate": joining.deactivate,
    "reactivate": joining.reactivate,
}
ACTED = {
    "invite": lambda: _("An invitation to %(person)s is on its way."),
    "revoke": lambda: _("The invitation to %(person)s no longer works."),
    "deactivate": lambda: _("%(person)s no longer sees anything of this organisation."),
    "reactivate": lambda: _("%(person)s can sign in again."),
}


@require_POST
@organisation_view(ADMIN)
def join_team(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Another role; or, with ``move``, the primary membership goes elsewhere."""
    person = _person(team, pk)
    form = MembershipForm(request.POST, teams=open_teams(team.organisation), auto_id="join_%s")
    if not form.is_valid():
        return _person_page(request, team, person, 422, join_form=form)
    said = form.cleaned_data
    since = said["since"] or timezone.now()
    try:
        joining.join(person, team=said["team"], role=said["role"], since=since)
    except ValidationError as error:
        form.add_error(None, error)
        return _person_page(request, team, person, 422, join_form=form)
    messages.success(request, _("Saved."))
    return redirect("teams:person", team, pk)


@require_POST
@organisation_view(ADMIN)
def change_membership(request: HttpRequest, team: Team, pk: int, membership: int) -> HttpResponse:
    """Another role or another team from a day on; of the same, another day to begin."""
    held = _held(team, pk, membership, ended=False)
    form = MembershipForm(request.POST, teams=open_teams(team.organisation))
    return _done(request, team, pk, form, partial(_changed, held))


@require_POST
@organisation_view(ADMIN)
def end_membership(request: HttpRequest, team: Team, pk: int, membership: int) -> HttpResponse:
    held = _held(team, pk, membership, ended=False)
    return _done(request, team, pk, SinceForm(request.POST), partial(_ended, held))


@require_POST
@organisation_view(ADMIN)
def correct_membership(request: HttpRequest, team: Team, pk: int, membership: int) -> HttpResponse:
    """Other days, also of one that has ended."""
    held = _held(team, pk, membership, ended=True)
    return _done(request, team, pk, DaysForm(request.POST, held=held), partial(_corrected, held))


@require_POST
@organisation_view(ADMIN)
def person_hours(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """By which calendar a person works."""
    person = _person(team, pk)
    form = WorksByForm(request.POST, subject=person)
    return _done(request, team, pk, form, partial(keeping_hours.work_by, person))


@require_POST
@organisation_view(ADMIN)
def take_leave(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    person = _person(team, pk)
    form = LeaveForm(request.POST, auto_id="leave_%s")
    if form.is_valid():
        try:
            keeping_hours.take_leave(person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    if form.errors:
        return _person_page(request, team, person, 422, leave_form=form)
    messages.success(request, _("Saved."))
    return redirect("teams:person", team, pk)


@require_POST
@organisation_view(ADMIN)
def cancel_leave(request: HttpRequest, team: Team, pk: int, leave: int) -> HttpResponse:
    taken = get_object_or_404(_person(team, pk).leaves.in_force(), pk=leave)
    keeping_hours.cancel_leave(taken)
    messages.success(request, _("These days are worked after all."))
    return redirect("teams:person", team, pk)


def _held(team: Team, pk: int, membership: int, *, ended: bool) -> Membership:
    """A membership of a person here; one that is over only where it may have ``ended``."""
    known = _person(team, pk).memberships.in_force()
    found = known if ended else known.not_over(timezone.now())
    return get_object_or_404(found.select_related("team"), pk=membership)


def _done(
    request: HttpRequest, team: Team, pk: int, form: Form, act: Callable[..., bool]
) -> HttpResponse:
    """Do with what the form says, and say what came of it."""
    try:
        if not form.is_valid():
            raise ValidationError([str(e) for errors in form.errors.values() for e in errors])
        done = act(**form.cleaned_data)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved.") if done else _("Nothing is different."))
    return _back(request, team, pk)


def _changed(held: Membership, *, team: Team, role: str, since: datetime | None) -> bool:
    """Whether anything is different."""
    if (team, role) != (held.team, held.role):
        joining.change(held, team=team, role=role, at=since)
    elif since is not None and since != held.from_at:
        joining.begin_at(held, at=since)
    else:
        return False
    return True


def _ended(held: Membership, *, since: datetime | None) -> bool:
    joining.leave(held, at=since)
    return True


def _corrected(held: Membership, *, start: datetime, end: datetime) -> bool:
    """Whether anything is different."""
    if (start, end) == (held.from_at, held.to_at):
        return False
    joining.correct(held, start=start, end=end)
    return True


def _back(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """To the person's page; home for who has just given up their own seat."""
    seat = seat_in(account_of(request), team.path)
    if seat is None or not seat.administers:
        return redirect("home")
    return redirect("teams:person", team, pk)
