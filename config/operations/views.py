"""Jobs by state, and what to do with those that were given up."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import Error, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jobs.models import Job
from jobs.reviving import forget, run_again
from teams.access import public_view, staff_view

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
    """Jobs, the newest first; of one state if one is asked for."""
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    asked = request.GET.get("q", "").strip().replace("\0", "")
    listed = Job.objects.filter(task__icontains=asked)
    if state in Job.State.values:
        listed = listed.filter(state=state)
    oldest = Job.objects.due(timezone.now()).order_by("run_after").first()
    context = {
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "states": [(code, name, counts.get(code, 0)) for code, name in Job.State.choices],
        "state": state,
        "asked": asked,
        "oldest": oldest,
        "late": oldest and (timezone.now() - oldest.run_after).total_seconds() > 60,
    }
    return render(request, "operations/jobs.html", context)


@require_POST
@staff_view
def run_job_again(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.dead(), pk=pk)
    run_again(job)
    messages.success(request, _("%(job)s is queued again.") % {"job": job})
    return redirect("operations:jobs")


@require_POST
@staff_view
def forget_job(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.dead(), pk=pk)
    forget(job)
    messages.success(request, _("%(job)s is forgotten.") % {"job": job})
    return redirect("operations:jobs")
