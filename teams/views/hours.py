"""Working hours: the calendars of an organisation, and who works by which."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams import keeping_hours
from teams.access import ADMIN, FORM, organisation_view
from teams.hours_forms import CalendarForm, WorksByForm
from teams.models import BusinessCalendar, Team


@require_safe
@organisation_view(ADMIN)
def hours(request: HttpRequest, team: Team) -> HttpResponse:
    calendars = team.organisation.calendars.whole().with_who_works_by_it()
    return render(request, "teams/hours.html", {"team": team, "calendars": calendars})


@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_hours(request: HttpRequest, team: Team) -> HttpResponse:
    form = CalendarForm(request.POST or None, organisation=team.organisation)
    if request.method == "POST" and _kept(
        form, lambda **said: keeping_hours.add_calendar(team.organisation, **said)
    ):
        messages.success(request, _("“%(name)s” is added.") % form.cleaned_data)
        return redirect("teams:hours", team)
    return _form_page(request, team, form)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def edit_hours(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    calendar = _calendar(team, pk)
    shown = str(calendar)
    form = CalendarForm(request.POST or None, organisation=team.organisation, calendar=calendar)
    if request.method == "POST" and _kept(
        form, lambda **said: keeping_hours.change_calendar(calendar, **said)
    ):
        messages.success(request, _("Saved."))
        return redirect("teams:hours", team)
    return _form_page(request, team, form, calendar=calendar, name=shown)


@require_POST
@organisation_view(ADMIN)
def remove_hours(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    calendar = _calendar(team, pk)
    try:
        keeping_hours.remove_calendar(calendar)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("teams:edit-hours", team, pk)
    messages.success(request, _("“%(name)s” is removed.") % {"name": calendar})
    return redirect("teams:hours", team)


@require_POST
@organisation_view(ADMIN)
def team_hours(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """By which calendar a team works."""
    chosen = get_object_or_404(team.organisation.teams.open(), slug=slug)
    form = WorksByForm(request.POST, subject=chosen)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["calendar"].as_data())
        done = keeping_hours.work_by(chosen, calendar=form.cleaned_data["calendar"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved.") if done else _("Nothing is different."))
    return redirect("teams:edit-team", team, chosen.slug)


def _calendar(team: Team, pk: int) -> BusinessCalendar:
    calendars = team.organisation.calendars.whole().with_who_works_by_it()
    found: BusinessCalendar = get_object_or_404(calendars, pk=pk)
    return found


def _kept(form: CalendarForm, keep: Callable[..., Any]) -> bool:
    """Whether what the form says could be written; else the form says why not."""
    if not form.is_valid():
        return False
    said = form.cleaned_data
    try:
        keep(
            name=said["name"],
            zone=said["timezone"],
            weekly=said["weekly"],
            holidays=said["holidays"],
        )
    except ValidationError as error:
        form.add_error("name", error.messages)
        return False
    return True


def _form_page(request: HttpRequest, team: Team, form: CalendarForm, **shown: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"team": team, "form": form} | shown
    return render(request, "teams/edit_hours.html", context, status=status)
