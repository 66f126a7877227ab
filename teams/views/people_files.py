"""People in and out as CSV: upload, what it would do, agreed to."""

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from teams.access import ADMIN, FORM, organisation_view
from teams.exporting import attached
from teams.forms import AgreeForm, CsvForm
from teams.models import Team
from teams.people_csv import BadFile, example, export_people, text_of
from teams.people_in import Otherwise, Plan, plan_people, take_people

SALT = "teams.people_in"
AGREED_WITHIN = 3600
"""Seconds between what is shown and what is agreed to."""


@require_safe
@organisation_view(ADMIN)
def people_out(request: HttpRequest, team: Team) -> HttpResponseBase:
    lines = export_people(team.organisation)
    return attached(lines, f"people-{team.organisation.slug}.csv")


@require_safe
@organisation_view(ADMIN)
def people_example(request: HttpRequest, team: Team) -> HttpResponseBase:
    return attached(example(team.organisation), "people-example.csv")


@require_http_methods(FORM)
@organisation_view(ADMIN)
def people_in(request: HttpRequest, team: Team) -> HttpResponse:
    """A file, and what it would do; nothing is written yet."""
    form = CsvForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _upload(request, team, form)
    try:
        return _show(request, team, text_of(form.cleaned_data["file"]))
    except BadFile as error:
        for trouble in error.problems:
            form.add_error("file", trouble.sentence)
        return _upload(request, team, form)


@require_http_methods(FORM)
@organisation_view(ADMIN)
def people_in_confirm(request: HttpRequest, team: Team) -> HttpResponse:
    """The file that was shown comes back, signed, and is taken: all of it or nothing."""
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return redirect("teams:people-in", team)
    try:
        text, shown = signing.loads(
            form.cleaned_data["file"], salt=_salt(team), max_age=AGREED_WITHIN
        )
        by, invited = request.seat.person, form.cleaned_data["invite"]  # type: ignore[attr-defined]
        plan = take_people(team.organisation, text, shown=shown, invited=invited, by=by)
    except signing.BadSignature:
        messages.error(request, _("That was shown more than an hour ago. Upload the file again."))
        return redirect("teams:people-in", team)
    except (Otherwise, BadFile):
        messages.error(request, _("People have changed meanwhile. Look at what it does now."))
        return _show(request, team, text)
    messages.success(request, _told(plan, invited=invited))
    return redirect("teams:people", team)


def _upload(request: HttpRequest, team: Team, form: CsvForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "teams/people_in.html", {"team": team, "form": form}, status=status)


def _show(request: HttpRequest, team: Team, text: str) -> HttpResponse:
    """What the file does, row by row, with a button to do it. Raises BadFile."""
    plan = plan_people(team.organisation, text)
    signed = signing.dumps([text, plan.digest], salt=_salt(team), compress=True)
    context = {"team": team, "plan": plan, "counts": plan.counts, "form": AgreeForm()}
    if not plan.troubles:
        context["form"] = AgreeForm(initial={"file": signed}, uninvited=len(plan.uninvited))
    status = 422 if plan.troubles else 200
    return render(request, "teams/people_plan.html", context, status=status)


def _salt(team: Team) -> str:
    """A file that was shown in one organisation is agreed to in no other."""
    return f"{SALT}:{team.organisation_id}"


def _told(plan: Plan, *, invited: bool) -> str:
    counts = {name: plan.counts[name] for name in ("created", "updated", "unchanged")}
    told = ngettext(
        "%(created)s person added, %(updated)s changed, %(unchanged)s unchanged.",
        "%(created)s people added, %(updated)s changed, %(unchanged)s unchanged.",
        counts["created"],
    ) % {name: localize(count) for name, count in counts.items()}
    asked = len(plan.uninvited) if invited else 0
    if not asked:
        return told
    sent = ngettext(
        "%(count)s invitation is on its way.", "%(count)s invitations are on their way.", asked
    ) % {"count": localize(asked)}
    return f"{told} {sent}"
