"""What somebody accepted is what is imported: from then on its mapping stands."""

from dataclasses import replace

import pytest

from jobs.models import Job
from jobs.running import run_now
from sales.importing.committing import NotCommittable, begin
from sales.importing.deciding import accept, confirm
from sales.importing.mapping import from_toml
from sales.importing.receiving import NotMappable
from sales.models import ImportRun
from tests.sales.crm import opportunities_of, planned, received, steps

HEADER = "Id,Stage,Closed"
ROWS = ["A,Won,2024-02-05", "B,Lost,2024-02-06"]
IMPORTS = "/teams/acme/acme/imports"


def remapped(run):
    """Its mapping, with the meaning of won and lost exchanged."""
    mapping = from_toml(run.toml)
    return replace(mapping, stages={**mapping.stages, "Won": "lost", "Lost": "won"})


def work(task):
    for pk in Job.objects.waiting().filter(task=task).values_list("pk", flat=True):
        run_now(pk)


def state_of(run):
    return ImportRun.objects.get(pk=run.pk).state


def test_the_mapping_of_an_accepted_import_stands(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    accept(run)
    client = signed_in(cora)

    for step in ("columns", "stages"):
        told = client.post(f"{IMPORTS}/{run.pk}/{step}/", follow=True)
        assert told.redirect_chain == [(f"{IMPORTS}/{run.pk}/", 302)]
        assert "The mapping of this import cannot be changed any more." in told.content.decode()

    work("sales.commit")
    assert steps(acme, "A") == ["won"]


def test_whoever_had_the_form_open_is_told(acme):
    stale = planned(acme, HEADER, *ROWS)
    accept(ImportRun.objects.get(pk=stale.pk))

    with pytest.raises(NotMappable, match="cannot be changed any more"):
        confirm(stale, remapped(stale))

    assert not Job.objects.filter(task="sales.plan").exists()
    work("sales.commit")
    assert steps(acme, "A") == ["won"]


def test_a_plan_whose_mapping_was_changed_cannot_be_accepted(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    said = {"column_id": "Id", "column_stage": "Stage", "date_format": "iso", "source": "other"}

    signed_in(cora).post(f"{IMPORTS}/{run.pk}/columns/", said)

    assert state_of(run) == "uploaded"
    with pytest.raises(NotCommittable, match="not ready"):
        accept(run)


def test_a_new_mapping_is_a_new_plan(acme):
    run = planned(acme, HEADER, *ROWS)

    confirm(run, remapped(run))

    with pytest.raises(NotCommittable, match="not ready"):
        accept(run)
    work("sales.plan")
    accept(ImportRun.objects.get(pk=run.pk))
    work("sales.commit")
    assert steps(acme, "A") == ["lost"]


def test_an_import_that_was_accepted_says_that_it_is_under_way(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)

    accept(run)

    page = signed_in(cora).get(f"{IMPORTS}/{run.pk}/").content.decode()
    assert "Being imported" in page
    assert "Ready to commit" not in page


def test_rows_with_errors_are_left_out_only_if_asked(acme):
    run = planned(acme, HEADER, *ROWS, "C,Won,soon")

    with pytest.raises(NotCommittable, match="1 row has errors"):
        accept(run)

    accept(run, valid_only=True)
    work("sales.commit")
    assert opportunities_of(acme) == ["A", "B"]


def test_nothing_is_accepted_before_it_was_checked(acme):
    run = received(acme, HEADER, *ROWS)

    with pytest.raises(NotCommittable, match="not ready"):
        accept(run)


def test_a_plan_that_nobody_saw_is_not_imported(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    client, page = signed_in(cora), f"{IMPORTS}/{run.pk}/"
    seen = run.attempt
    confirm(run, remapped(run))
    work("sales.plan")

    answer = client.post(f"{page}do/commit/", {"attempt": seen}, follow=True)

    assert "The file was checked again after you saw what would change" in answer.text
    assert state_of(run) == ImportRun.State.PLANNED
    run.refresh_from_db()
    client.post(f"{page}do/commit/", {"attempt": run.attempt})
    work("sales.commit")
    assert steps(acme, "A") == ["lost"]


def test_an_import_that_was_interrupted_without_a_job_goes_on_from_its_page(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    begin(run, valid_only=False)
    client, page = signed_in(cora), f"{IMPORTS}/{run.pk}/"
    assert "Unless its command still runs, it was interrupted." in client.get(page).text

    client.post(f"{page}do/commit/")
    work("sales.commit")

    assert state_of(run) == ImportRun.State.COMMITTED
    assert steps(acme, "A") == ["won"]


def test_pressing_import_again_once_it_is_done_says_so(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    accept(run)
    work("sales.commit")

    told = signed_in(cora).post(f"{IMPORTS}/{run.pk}/do/commit/", follow=True)

    assert "This was imported already." in told.content.decode()
