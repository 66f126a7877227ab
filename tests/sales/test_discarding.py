"""What was checked and is not wanted is discarded; nothing of it waits any more."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.asserts import assertRedirects

from jobs.models import Job
from jobs.running import run_now
from sales.importing.committing import NotCommittable
from sales.importing.deciding import accept, confirm
from sales.importing.discarding import NotDiscardable, discard
from sales.importing.mapping import from_toml
from sales.importing.planning import plan
from sales.importing.receiving import NotMappable
from sales.models import ImportRun, StagedEvent, StagedOpportunity
from tests.sales.crm import imported, mapping_for, planned, received, written

HEADER = "Id,Stage,Closed"
ROWS = ["A,Won,2024-02-05", "B,Lost,2024-02-06"]


def state_of(run):
    return ImportRun.objects.get(pk=run.pk).state


def test_a_button_discards_a_checked_import(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    page = f"/teams/acme/acme/imports/{run.pk}/"
    client = signed_in(cora)

    assert "do/discard/" in client.get(page).content.decode()
    client.post(f"{page}do/discard/")

    assert state_of(run) == "discarded"
    shown = client.get(page).content.decode()
    assert "Discarded" in shown
    assert "do/" not in shown


def test_no_row_of_it_is_kept_but_its_errors_are(acme):
    run = planned(acme, HEADER, *ROWS, "C,Won,soon")

    discard(run)

    assert not StagedOpportunity.objects.exists()
    assert not StagedEvent.objects.exists()
    assert run.rejections.count() == 1
    assert written(acme) == {}


def test_it_can_neither_be_imported_nor_mapped_again(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    discard(run)

    with pytest.raises(NotCommittable):
        accept(run)

    page = f"/teams/acme/acme/imports/{run.pk}/"
    assertRedirects(signed_in(cora).get(f"{page}columns/"), page)
    with pytest.raises(NotMappable):
        confirm(run, from_toml(run.toml))


def test_a_file_that_was_never_mapped_can_be_discarded(acme):
    run = received(acme, HEADER, *ROWS)

    discard(run)

    assert state_of(run) == "discarded"


def test_while_it_is_checked_the_check_ends_without_a_plan(acme):
    run = received(acme, HEADER, *ROWS)
    confirm(run, from_toml(run.toml))

    discard(ImportRun.objects.get(pk=run.pk))
    plan(run)
    run_now(Job.objects.get(task="sales.plan").pk)

    assert state_of(run) == "discarded"
    assert not StagedOpportunity.objects.exists()


def test_what_was_accepted_is_not_discarded(acme):
    accepted = planned(acme, HEADER, *ROWS)
    accept(accepted)

    for run in (accepted, imported(acme, HEADER, *ROWS)):
        with pytest.raises(NotDiscardable, match="not accepted"):
            discard(run)


def dry_run(folder, *rows):
    (folder / "deals.csv").write_text("\n".join([HEADER, *rows]))
    (folder / "map.toml").write_text(mapping_for(HEADER).to_toml())
    file, mapping = str(folder / "deals.csv"), str(folder / "map.toml")
    named = ("--organization", "acme", "--mapping", mapping, "--dry-run")
    call_command("import_sales", "opportunities", file, *named, stdout=StringIO())


def test_a_dry_run_leaves_nothing_that_waits(acme, tmp_path):
    dry_run(tmp_path, *ROWS)

    assert acme.import_runs.get().state == "discarded"


def test_the_errors_a_dry_run_found_can_be_read_on_its_page(acme, tmp_path):
    with pytest.raises(CommandError, match="rows have errors"):
        dry_run(tmp_path, *ROWS, "C,Won,soon")

    run = acme.import_runs.get()
    assert (run.state, run.rejections.count()) == ("discarded", 1)
