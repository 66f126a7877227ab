"""The limit for pages: who is signed in, three indexed queries, a template of 20 KB."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from sales.models import OpportunityDetail
from teams.models import Membership, Team

ROWS, MEMBERS = 100, 12


@login_required
def page(request: HttpRequest, organisation: str, team: str) -> HttpResponse:
    found = get_object_or_404(Team, organisation__slug=organisation, slug=team)
    members = Membership.objects.filter(team=found, voided_at=None).select_related("person")
    deals = OpportunityDetail.objects.order_by("pk")[:ROWS]
    context = {"team": found, "members": members[:MEMBERS], "deals": deals}
    return render(request, "limit.html", context)


urlpatterns = [path("<slug:organisation>/<slug:team>/", page)]
