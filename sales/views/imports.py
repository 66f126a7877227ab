"""Taking a file in, step by step: upload, columns, stages, preview, import, undo."""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from jobs.models import Job
from sales.forms import ColumnsForm, UploadForm
from sales.importing.committing import NotCommittable
from sales.importing.deciding import NotPossible, accept, confirm, job_of, take_back
from sales.importing.discarding import DISCARDABLE, NotDiscardable, discard
from sales.importing.fencing import Overtaken
from sales.importing.mapping import BadMapping, Mapping, check, from_toml, guess
from sales.importing.pipelines import stage_change, stages_in_use
from sales.importing.planning import fail
from sales.importing.problems import UnreadableFile
from sales.importing.receiving import MAPPABLE, NotMappable, receive, set_mapping, store
from sales.importing.reporting import errors_of
from sales.importing.staging import stored
from sales.importing.surveying import (
    Column,
    columns_of,
    date_formats,
    refuse_without_rows,
    values_of,
)
from sales.importing.vocabulary import MEANT, REQUIRED
from sales.meaning_forms import MeaningsForm
from sales.models import ImportRun
from sales.presenting import arrivals_shown, headings_of, rejections_shown, sample_shown
from sales.stages_form import StagesForm
from teams.access import ADMIN, FORM, organisation_view
from teams.exporting import Echo, attached, safe_cell
from teams.models import Organisation, Team

PAGE = 25
MOST_DIGITS = 10
BUSY = {Job.State.QUEUED, Job.State.RUNNING, Job.State.FAILED}
State = ImportRun.State
ACTS: dict[str, Callable[[ImportRun], None]] = {
    "commit": accept,
    "valid": partial(accept, valid_only=True),
    "discard": discard,
    "undo": take_back,
}


@require_safe
@organisation_view(ADMIN)
def imports(request: HttpRequest, team: Team) -> HttpResponse:
    runs, asked = _runs_asked(request, team)
    page = Paginator(runs, PAGE).get_page(request.GET.get("page"))
    sent = team.organisation.import_runs.exclude(channel=ImportRun.Channel.FILE)
    channels = ImportRun.Channel.choices if sent.exists() else []
    context = {"team": team, "page": page, "states": State.choices, "channels": channels}
    return render(request, "sales/imports.html", context | asked)


@require_safe
@organisation_view(ADMIN)
def imports_csv(request: HttpRequest, team: Team) -> HttpResponseBase:
    runs, _asked = _runs_asked(request, team)
    return attached(_run_lines(runs), f"imports-{team.slug}.csv")


def _runs_asked(request: HttpRequest, team: Team) -> tuple[Any, dict[str, str]]:
    """The imports the address asks for, and what it asks."""
    said = request.GET
    asked, state = said.get("q", "").strip().replace("\0", ""), said.get("state", "")
    runs = team.organisation.import_runs.select_related(
        "started_by", "connection", "api_key", "organisation"
    )
    runs = runs.filter(file_name__icontains=asked)
    if state in State.values:
        runs = runs.filter(state=state)
    channel = said.get("channel", ImportRun.Channel.FILE)
    if channel in ImportRun.Channel.values:
        runs = runs.filter(channel=channel)
    if said.get("sort") == "oldest":
        runs = runs.order_by("created_at", "pk")
    return runs, {"asked": asked, "state": state, "sort": said.get("sort", ""), "channel": channel}


def _run_lines(runs: Any) -> Iterator[str]:
    writer = csv.writer(Echo())
    counts = ("created", "updated", "unchanged", "ignored", "rejected")
    yield writer.writerow(("file", "kind", "state", *counts, "at", "by"))
    for run in runs.iterator(chunk_size=500):
        at = run.created_at.astimezone(run.organisation.zone)
        numbers = [getattr(run, name) for name in counts]
        told = (at.isoformat(timespec="seconds"), safe_cell(run.sender))
        yield writer.writerow([safe_cell(run.file_name), run.kind, run.state, *numbers, *told])


@require_http_methods(FORM)
@organisation_view(ADMIN)
def new_import(request: HttpRequest, team: Team) -> HttpResponse:
    profiles = team.organisation.mapping_profiles.all()
    form = UploadForm(request.POST or None, request.FILES or None, profiles=profiles)
    if request.method == "POST" and form.is_valid():
        try:
            run = _receive(request, team, form.cleaned_data)
        except UnreadableFile as error:
            form.add_error("file", str(error.problem))
        else:
            if mapping := form.cleaned_data["mapping_file"]:
                confirm(run, mapping)
                return redirect("sales:import", team, run.pk)
            return redirect("sales:import-columns", team, run.pk)
    status = 422 if form.errors else 200
    return render(request, "sales/new_import.html", {"team": team, "form": form}, status=status)


def _receive(request: HttpRequest, team: Team, said: dict[str, Any]) -> ImportRun:
    """Store the file and draft how it is read. Raises UnreadableFile."""
    file = said["file"]
    run = receive(
        team.organisation,
        kind=said["kind"],
        name=file.name,
        chunks=file.chunks(),
        by=request.seat.person,  # type: ignore[attr-defined]
    )
    try:
        _draft(run, said)
    except UnreadableFile as error:
        fail(run, problems=error.problems)
        raise
    return run


def _draft(run: ImportRun, said: dict[str, Any]) -> None:
    """Look at the files once, and say how they are probably read. Raises UnreadableFile."""
    profile = said["profile"]
    mapping = said["mapping_file"] or (from_toml(profile.toml) if profile else None)
    columns = _columns(run, mapping)
    refuse_without_rows(stored(run.file), mapping.layout if mapping else None)
    if said["owners_file"]:
        run.owners_file = store(said["owners_file"].chunks())[0]
        columns_of(stored(run.owners_file))
    mapping = mapping or _guessed(run, [column.name for column in columns])
    run.toml = mapping.to_toml()
    run.save(update_fields=["toml", "owners_file"])


def _columns(run: ImportRun, mapping: Mapping | None) -> list[Column]:
    return columns_of(stored(run.file), mapping.layout if mapping else None)


def _guessed(run: ImportRun, columns: list[str]) -> Mapping:
    guessed = guess(run.kind, columns)
    formats = date_formats(stored(run.file), guessed)
    swappable = {"dmy", "mdy"} <= set(formats)
    return replace(
        guessed,
        source=_last_source(run.organisation) or guessed.source,
        date_format="" if swappable or not formats else formats[0],
    )


def _last_source(organisation: Organisation) -> str:
    """That of the last file imported, as most come from one CRM."""
    last = organisation.import_runs.filter(state=State.COMMITTED).first()
    return from_toml(last.toml, complete=False).source if last else ""


def _run(team: Team, pk: int) -> ImportRun:
    return get_object_or_404(team.organisation.import_runs, pk=pk)


def _unmapped(team: Team, pk: int) -> ImportRun:
    """A run whose mapping may still change. Raises NotMappable."""
    run = _run(team, pk)
    if run.state not in MAPPABLE:
        raise NotMappable(_("The mapping of this import cannot be changed any more."))
    return run


def maps(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Of a file that turns out to be unreadable the reason stands on the import's page, as why the
    mapping stands where it does by now. Only who sends a form ends the import by it."""

    @wraps(view)
    def wrapped(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
        try:
            return view(request, team, pk)
        except UnreadableFile as error:
            if request.method == "POST":
                with suppress(Overtaken, NotMappable):
                    fail(_unmapped(team, pk), problems=error.problems)
            else:
                messages.error(request, str(error))
        except NotMappable as error:
            messages.error(request, str(error))
        return redirect("sales:import", team, pk)

    return wrapped


@require_http_methods(FORM)
@organisation_view(ADMIN)
@maps
def import_columns(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    run = _unmapped(team, pk)
    form = _columns_form(run, request.POST or None)
    if form.is_valid():
        drafted = form.drafted()
        trouble = _date_trouble(run, drafted)
        if not trouble:
            set_mapping(run, drafted)
            return redirect("sales:import-stages", team, run.pk)
        form.add_error("date_format", trouble)
    context = {"team": team, "run": run, "form": form, "filled_from": _filled_from(run)}
    status = 422 if form.errors else 200
    return render(request, "sales/import_columns.html", context, status=status)


def _filled_from(run: ImportRun) -> str:
    """The name of the saved mapping that the draft is still the same as; empty where none is."""
    drafted = from_toml(run.toml, complete=False)
    profiles = run.organisation.mapping_profiles.filter(kind=run.kind)
    alike = (each.name for each in profiles if from_toml(each.toml, complete=False) == drafted)
    return next(alike, "")


def _columns_form(run: ImportRun, said: QueryDict | None) -> ColumnsForm:
    """Raises UnreadableFile."""
    mapping = from_toml(run.toml, complete=False)
    owners = columns_of(stored(run.owners_file)) if run.owners_file else []
    return ColumnsForm(
        said,
        mapping=mapping,
        columns=_columns(run, mapping),
        owner_columns=[column.name for column in owners],
    )


def _date_trouble(run: ImportRun, drafted: Mapping) -> str:
    """Why the stated date format cannot stand; an ambiguous column is asked about."""
    formats = date_formats(stored(run.file), drafted)
    if drafted.date_format or "iso" in formats or not drafted.date_columns:
        return ""
    if {"dmy", "mdy"} <= set(formats):
        return _("Days and months of these dates can be read both ways. Say which it is.")
    return _("Say how dates are written.")


@require_http_methods(FORM)
@organisation_view(ADMIN)
@maps
def import_stages(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    run = _unmapped(team, pk)
    form = _values_form(run, request.POST or None)
    if form is None:
        return redirect("sales:import-columns", team, run.pk)
    if form.is_valid() and _is_whole(form):
        confirm(run, form.mapped(), keep_as=form.cleaned_data["profile"])
        return redirect("sales:import", team, run.pk)
    context = {"team": team, "run": run, "form": form}
    status = 422 if form.errors else 200
    template = "sales/import_stages.html" if run.has_stages else "sales/import_meanings.html"
    return render(request, template, context, status=status)


def _values_form(run: ImportRun, said: QueryDict | None) -> StagesForm | MeaningsForm | None:
    """None while the file has no column for the field whose values are asked about. Raises
    UnreadableFile."""
    drafted = from_toml(run.toml, complete=False)
    columns = _columns(run, drafted)
    named = {column.name for column in columns}
    if not run.has_stages:
        field = MEANT.get(run.kind, "")
        asked = drafted.columns.get(field) in named
        if field in REQUIRED[run.kind] and not asked:
            return None
        values = values_of(stored(run.file), drafted, field) if asked else []
        return MeaningsForm(said, mapping=drafted, values=values)
    if drafted.columns.get("stage") not in named:
        return None
    return StagesForm(
        said,
        mapping=drafted,
        values=values_of(stored(run.file), drafted, "stage"),
        columns=columns,
        pipelines=stages_in_use(run.organisation),
    )


def _is_whole(form: StagesForm | MeaningsForm) -> bool:
    """Whether the mapping is complete and contradicts itself nowhere; else the form says where."""
    try:
        check(form.mapped())
    except BadMapping as error:
        form.add_error(None, str(error))
    return not form.errors


@require_safe
@organisation_view(ADMIN)
def import_run(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    return render(request, "sales/import.html", _context(team, _run(team, pk)))


@require_safe
@organisation_view(ADMIN)
def import_progress(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """The moving part of the page; once nothing moves any more, the page is loaded again."""
    context = _progress(_run(team, pk))
    if not context["busy"]:
        return HttpResponseClientRefresh()
    return render(request, "sales/_progress.html", context)


def _progress(run: ImportRun) -> dict[str, Any]:
    """Asked for every second, so nothing of the page around it."""
    job = job_of(run)
    return {"run": run, "job": job, "busy": job is not None and job.state in BUSY}


def _context(team: Team, run: ImportRun) -> dict[str, Any]:
    moving = _progress(run)
    job, waits = moving["job"], moving["busy"]
    return {
        "team": team,
        **moving,
        "dead": job is not None and job.state == Job.State.DEAD,
        "stage_change": stage_change(team.organisation, from_toml(run.toml, complete=False))
        if run.state == State.PLANNED
        else None,
        "sample": sample_shown(run),
        "sample_headings": headings_of(run),
        "arrivals": arrivals_shown(run),
        "reasons": run.reasons,
        "rejections": rejections_shown(run),
        "may_go_on": run.state == State.COMMITTING and (job is None or job.state == Job.State.DONE),
        "may_map": run.state in MAPPABLE and not waits,
        "may_discard": run.state in DISCARDABLE and not waits,
    }


@require_POST
@organisation_view(ADMIN)
def act_on_import(request: HttpRequest, team: Team, pk: int, act: str) -> HttpResponse:
    """One of ACTS."""
    if act not in ACTS:
        raise Http404
    run = _run(team, pk)
    run.attempt = _attempt_shown(request)
    try:
        ACTS[act](run)
    except (NotCommittable, NotDiscardable, NotPossible) as error:
        messages.error(request, str(error))
    return redirect("sales:import", team, run.pk)


def _attempt_shown(request: HttpRequest) -> int:
    """Of the plan that stood on the page; 0, which none is, where it was not said."""
    said = request.POST.get("attempt", "")
    return int(said) if said.isdecimal() and len(said) < MOST_DIGITS else 0


@require_safe
@organisation_view(ADMIN)
def import_errors(request: HttpRequest, team: Team, pk: int) -> HttpResponseBase:
    run = _run(team, pk)
    return attached(_error_lines(run, get_language() or ""), f"errors-{_plain(run.file_name)}.csv")


def _error_lines(run: ImportRun, language: str) -> Iterator[str]:
    writer = csv.writer(Echo())
    with override(language):
        for cells in errors_of(run):
            yield writer.writerow([safe_cell(cell) for cell in cells])


@require_safe
@organisation_view(ADMIN)
def import_mapping(request: HttpRequest, team: Team, pk: int) -> HttpResponseBase:
    """The mapping as TOML, for the command."""
    run = _run(team, pk)
    return attached([run.toml], f"{_plain(run.file_name)}.toml", "application/toml")


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name.rpartition(".")[0] or name)[:80]
