"""The page of an import says how far it is in words, and once it is over leads to the numbers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Job
from sales.importing.deciding import accept
from tests.sales.crm import imported, planned

HEADER = "Id,Stage,Closed"
ROWS = ["A,Won,2024-02-05", "B,Lost,2024-02-06", "C,Who knows,"]


def page_of(run, client):
    return client.get(f"/teams/acme/acme/imports/{run.pk}/").content.decode()


def test_a_finished_import_leads_to_the_numbers(acme, cora, signed_in):
    run = imported(acme, HEADER, *ROWS, valid_only=True)

    page = page_of(run, signed_in(cora))

    assert "2 of 3 rows of the file are in Daya." in page
    assert '<a class="button button-main" href="/teams/acme/acme/">See the numbers</a>' in page


def test_one_that_is_only_checked_does_not(acme, cora, signed_in):
    assert "See the numbers" not in page_of(planned(acme, HEADER, *ROWS), signed_in(cora))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ({"state": "queued"}, "Waiting for a worker."),
        ({"state": "running"}, "0 of 2 rows"),
        ({"state": "running", "progress_done": 1, "progress_total": 2}, "1 of 2 rows"),
    ],
)
def test_one_at_work_says_how_many_rows_are_done(at, said, acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS[:2])
    accept(run)
    Job.objects.filter(task="sales.commit").update(**at | leased(at))

    assert said in page_of(run, signed_in(cora))


def test_asking_how_far_it_is_reads_only_the_run_and_its_job(acme, cora, signed_in):
    run = planned(acme, HEADER, *ROWS)
    accept(run, valid_only=True)
    client = signed_in(cora)
    client.get("/teams/acme/acme/imports/")

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/teams/acme/acme/imports/{run.pk}/progress/")

    asked = [
        query["sql"] for query in captured if "sales_" in query["sql"] or "jobs_" in query["sql"]
    ]
    assert len(asked) == 2, asked


def leased(at):
    held = {"lease": "6f1c1e0a-3c7e-4a7e-9d0a-5d5a3c9e1b11", "lease_until": "2999-01-01T00:00Z"}
    return held if at["state"] == "running" else {}
