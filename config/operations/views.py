"""Jobs by state and task, and what to do with those that were given up."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.operations.listing import asked_by, listing
from jobs.models import Job
from jobs.reviving import forget, run_again, run_all_again
from teams.access import account_of, memberships_of, public_view, staff_view
from teams.models import User

PAGE = 50


@require_safe
@public_view
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: 200 while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("database away", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@staff_view
def jobs(request: HttpRequest) -> HttpResponse:
    """Jobs, the newest first, in the zone of who looks."""
    asked = asked_by(request.GET)
    found = listing(asked)
    zone = zone_of(account_of(request))
    oldest = Job.objects.due(timezone.now()).order_by("run_after").first()
    context = {
        "asked": asked,
        "found": found,
        "page": Paginator(found.jobs, PAGE).get_page(request.GET.get("page")),
        "zone": zone,
        "oldest": oldest,
        "running": Job.objects.filter(state=Job.State.RUNNING).exists(),
        "late": oldest and (timezone.now() - oldest.run_after).total_seconds() > 60,
    }
    with timezone.override(zone):
        return render(request, "operations/jobs.html", context)


def zone_of(user: User) -> ZoneInfo:
    """That of the account's organisation; UTC if it has none, or several in different zones."""
    names = set(memberships_of(user).values_list("team__organisation__timezone", flat=True))
    return ZoneInfo(names.pop() if len(names) == 1 else "UTC")


@require_POST
@staff_view
def run_job_again(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.dead(), pk=pk)
    run_again(job)
    messages.success(request, _("%(job)s is queued again.") % {"job": job})
    return redirect("operations:jobs")


@require_POST
@staff_view
def run_jobs_again(request: HttpRequest) -> HttpResponse:
    """All that were given up, of one task if one was chosen."""
    count = run_all_again(listing(asked_by(request.POST)).jobs)
    said = ngettext("%(count)s job is queued again.", "%(count)s jobs are queued again.", count) % {
        "count": localize(count)
    }
    messages.success(request, said)
    return redirect("operations:jobs")


@require_POST
@staff_view
def forget_job(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.dead(), pk=pk)
    forget(job)
    messages.success(request, _("%(job)s is forgotten.") % {"job": job})
    return redirect("operations:jobs")
