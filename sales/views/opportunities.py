"""Opportunities and everything that was ever said about each."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sales.models import Opportunity, OpportunityDetail, OpportunityOwner, StageEvent
from teams.access import team_view
from teams.models import Team

PAGE = 50


@require_safe
@team_view()
def opportunities(request: HttpRequest, team: Team) -> HttpResponse:
    """The newest first; found by id, name, account or owner."""
    asked = request.GET.get("q", "").strip()
    listed = Opportunity.objects.of_team(team, request.seat)  # type: ignore[attr-defined]
    detail = OpportunityDetail.objects.in_force().filter(opportunity=OuterRef("pk"))
    owner = OpportunityOwner.objects.in_force().filter(opportunity=OuterRef("pk"), to_at=None)
    latest = StageEvent.objects.in_force().filter(opportunity=OuterRef("pk"))
    latest = latest.order_by("-at", "-seq")
    if asked:
        listed = listed.filter(
            Q(external_id__icontains=asked)
            | Q(
                pk__in=OpportunityDetail.objects.in_force()
                .filter(Q(name__icontains=asked) | Q(account__icontains=asked))
                .values("opportunity")
            )
            | Q(
                pk__in=OpportunityOwner.objects.in_force()
                .filter(person__name__icontains=asked)
                .values("opportunity")
            )
        )
    page = Paginator(listed.order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    page.object_list = listed.filter(pk__in=[each.pk for each in page.object_list]).annotate(
        name=Subquery(detail.values("name")[:1]),
        account=Subquery(detail.values("account")[:1]),
        owner=Subquery(owner.values("person__name")[:1]),
        kind=Subquery(latest.values("kind")[:1]),
        stage=Subquery(latest.values("stage__name")[:1]),
        since=Subquery(latest.values("at")[:1]),
    ).order_by("-pk")  # fmt: skip
    context = {"team": team, "page": page, "asked": asked}
    return render(request, "sales/opportunities.html", context)


@require_safe
@team_view()
def opportunity(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """What is believed, and under it what was and is no longer."""
    visible = Opportunity.objects.of_team(team, request.seat)  # type: ignore[attr-defined]
    found = get_object_or_404(visible.select_related("pipeline"), pk=pk)
    events = found.events.select_related("stage", "recorded_by", "voided_by")
    context = {
        "team": team,
        "opportunity": found,
        "detail": found.details.in_force().first(),
        "owners": found.owners.in_force().select_related("person").order_by("-from_at"),
        "events": events.order_by("-at", "-seq", "-pk"),
        "details": found.details.select_related("recorded_by").order_by("-recorded_at"),
        "beginning": 1900,
    }
    return render(request, "sales/opportunity.html", context)
