"""Leads and everything that was ever said about each."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sales.answering import answer_kinds, answers_of, log_first_response, take_back
from sales.lead_listing import ANSWERS, NEWEST, SORTS, STATES, Leads, Mark, opportunity_of
from sales.lead_story import response_of, story_of
from sales.models import ActivityDetail, Lead, Opportunity
from sales.naming import sees_all, tellable
from teams.access import Seat, team_view
from teams.exporting import attached
from teams.models import Team


def leads_asked(request: HttpRequest, team: Team) -> Leads:
    """What the address asks for; what it says wrongly is passed over."""
    asked = request.GET
    seat: Seat = request.seat  # type: ignore[attr-defined]
    among = team.organisation.leads.of_team(team, seat)
    if below := _team_asked(request, team, seat):
        among = among.of_team(below, seat)
    state, answered, sort = asked.get("state", ""), asked.get("answered", ""), asked.get("sort", "")
    return Leads(
        among=among,
        team=team,
        named=None if sees_all(team, seat) else team.organisation.opportunities.of_team(team, seat),
        below=below,
        q=asked.get("q", "").strip()[:200].replace("\0", ""),
        state=state if state in STATES else "",
        answered=answered if answered in ANSWERS else "",
        sort=sort if sort in SORTS else NEWEST,
        after=Mark.read(asked.get("after", "")),
        before=Mark.read(asked.get("before", "")),
    )


def _team_asked(request: HttpRequest, team: Team, seat: Seat) -> Team | None:
    slug = request.GET.get("team", "").replace("\0", "")
    return _teams_below(team, seat).filter(slug=slug).first() if slug else None


def _teams_below(team: Team, seat: Seat) -> Any:
    """The choice of who covers the team; a rep sees only what is their own."""
    below = team.organisation.teams.under(team).open().exclude(pk=team.pk).order_by("name")
    return below if seat.covers else below.none()


@require_safe
@team_view()
def leads(request: HttpRequest, team: Team) -> HttpResponse:
    asked = leads_asked(request, team)
    context = {
        "team": team,
        "asked": asked,
        "page": asked,
        "teams": _teams_below(team, request.seat),  # type: ignore[attr-defined]
        "states": STATES.items(),
        "answers": ANSWERS.items(),
        "sorts": SORTS.items(),
    }
    return render(request, "sales/leads.html", context)


@require_safe
@team_view()
def leads_csv(request: HttpRequest, team: Team) -> HttpResponseBase:
    return attached(leads_asked(request, team).lines(), f"leads-{team.slug}.csv")


@require_safe
@team_view()
def lead(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """What is believed, and under it what was and is no longer."""
    seat: Seat = request.seat  # type: ignore[attr-defined]
    visible = team.organisation.leads.of_team(team, seat).select_related("organisation")
    found = get_object_or_404(visible, pk=pk)
    details = list(found.details.select_related("recorded_by").order_by("-recorded_at"))
    detail = next((each for each in details if each.voided_at is None), None)
    response = response_of(found, detail, timezone.now()) if detail else None
    context = {
        "team": team,
        "lead": found,
        "kinds": answer_kinds(),
        "own_answers": set(answers_of(found, seat).values_list("pk", flat=True)),
        "detail": detail,
        "response": response,
        "story": story_of(found, details, response),
        "details": details,
        "holders": found.assignments.in_force().select_related("person").order_by("-from_at"),
        "opportunity": opportunity_of(found, detail.opportunity, team, seat) if detail else None,
        **_ids_told(found, details, team, seat),
        "survivor": visible.filter(source=found.source, external_id=detail.merged_into).first()
        if detail and detail.merged_into
        else None,
    }
    return render(request, "sales/lead.html", context)


def _ids_told(found: Lead, details: list[Any], team: Team, seat: Seat) -> dict[str, set[str]]:
    """Of what it was ever merged into or converted to."""
    return {
        "survivors": tellable(
            (each.merged_into for each in details),
            source=found.source,
            of=Lead,
            team=team,
            seat=seat,
        ),
        "opportunities": tellable(
            (each.opportunity for each in details),
            source=found.source,
            of=Opportunity,
            team=team,
            seat=seat,
        ),
    }


@require_POST
@team_view()
def answer_lead(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """One click says that it was answered just now, and how."""
    seat: Seat = request.seat  # type: ignore[attr-defined]
    found = _visible(team, seat, pk)
    kind = request.POST.get("kind", "")
    if kind not in dict(answer_kinds()):
        raise BadRequest(_("kind: “%(text)s” is no response.") % {"text": kind[:40]})
    said, logged = log_first_response(found, kind=kind, person=seat.person)
    if logged:
        messages.success(request, _("Logged. It can be taken back on the lead’s page."))
    else:
        messages.info(request, _answered_already(said))
    if request.POST.get("next") == "waiting":
        return redirect("metrics:waiting-leads", team)
    return redirect("sales:lead", team, pk)


def _answered_already(answer: ActivityDetail) -> str:
    at = timezone.localtime(answer.at)
    day = "" if at.date() == timezone.localdate() else f"{at:%Y-%m-%d} "
    told = {
        "name": answer.person.name if answer.person else answer.actor,
        "time": f"{day}{at:%H:%M}",
    }
    if told["name"]:
        return _("Nothing was logged: already answered by %(name)s at %(time)s.") % told
    return _("Nothing was logged: already answered at %(time)s.") % told


@require_POST
@team_view()
def take_back_answer(request: HttpRequest, team: Team, pk: int, answer: int) -> HttpResponse:
    seat: Seat = request.seat  # type: ignore[attr-defined]
    found = _visible(team, seat, pk)
    take_back(get_object_or_404(answers_of(found, seat), pk=answer))
    messages.success(request, _("Taken back."))
    return redirect("sales:lead", team, pk)


def _visible(team: Team, seat: Seat, pk: int) -> Lead:
    visible = team.organisation.leads.of_team(team, seat).select_related("organisation")
    found: Lead = get_object_or_404(visible, pk=pk)
    return found
