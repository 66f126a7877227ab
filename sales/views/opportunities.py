"""Opportunities and everything that was ever said about each."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sales.lead_listing import leads_of
from sales.lead_story import doings
from sales.listing import NEWEST, SORTS, Listing
from sales.models import Opportunity, StageEvent
from sales.naming import tellable
from sales.opportunity_story import owners_of, steps_of
from teams.access import Seat, team_view
from teams.exporting import attached
from teams.models import Team


def listing_asked(request: HttpRequest, team: Team) -> Listing:
    """What the address asks for; what it says wrongly is passed over."""
    asked = request.GET
    state, sort, page = asked.get("state", ""), asked.get("sort", ""), asked.get("page", "")
    return Listing(
        among=team.organisation.opportunities.of_team(team, request.seat),  # type: ignore[attr-defined]
        team=team,
        q=asked.get("q", "").strip()[:200].replace("\0", ""),
        state=state if state in StageEvent.Kind.values else "",
        sort=sort if sort in SORTS else NEWEST,
        number=max(int(page), 1) if page.isdecimal() and len(page) < 6 else 1,
    )


@require_safe
@team_view()
def opportunities(request: HttpRequest, team: Team) -> HttpResponse:
    listing = listing_asked(request, team)
    context = {
        "team": team,
        "asked": listing,
        "page": listing,
        "states": StageEvent.Kind.choices,
        "sorts": [(code, name) for code, (name, _order) in SORTS.items()],
    }
    return render(request, "sales/opportunities.html", context)


@require_safe
@team_view()
def opportunities_csv(request: HttpRequest, team: Team) -> HttpResponseBase:
    lines = listing_asked(request, team).lines()
    return attached(lines, f"opportunities-{team.slug}.csv")


@require_safe
@team_view()
def opportunity(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """What is believed, and under it what was and is no longer."""
    seat: Seat = request.seat  # type: ignore[attr-defined]
    visible = team.organisation.opportunities.of_team(team, seat)
    found = get_object_or_404(visible.select_related("pipeline"), pk=pk)
    details = list(found.details.order_by("-recorded_at"))
    owners = owners_of(found)
    context = {
        "team": team,
        "opportunity": found,
        "detail": next((each for each in details if each.voided_at is None), None),
        "latest": found.events.in_force().select_related("stage").order_by("at", "seq").last(),
        "owners": owners,
        "owned": any(each.fact.voided_at is None for each in owners),
        "events": steps_of(found),
        "details": details,
        "survivors": tellable(
            (each.merged_into for each in details),
            source=found.source,
            of=Opportunity,
            team=team,
            seat=seat,
        ),
        "leads": leads_of(found, team, seat),
        "activities": doings(found),
        "beginning": 1900,
    }
    return render(request, "sales/opportunity.html", context)
