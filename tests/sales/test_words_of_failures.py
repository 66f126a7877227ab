"""Why an import failed is written down in the language of whoever asked for it."""

import pytest
from django.utils.translation import override

from jobs.models import Job
from jobs.running import run_now
from sales.importing.deciding import confirm
from sales.importing.mapping import OPPORTUNITIES, Mapping
from sales.importing.receiving import receive


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "line 1, column “id”: Two columns have this name."),
        ("id", "baris 1, kolom “id”: Dua kolom memiliki nama ini."),
    ],
)
def test_the_worker_writes_in_the_language_of_who_asked(language, reason, acme, cora):
    run = receive(
        acme, kind=OPPORTUNITIES, name="deals.csv", chunks=[b"id,stage,id\n1,open,1"], by=cora
    )
    columns = {"id": "id", "stage": "stage"}
    with override(language):
        confirm(run, Mapping(kind=OPPORTUNITIES, columns=columns, pipeline_stages=("Open",)))

    run_now(Job.objects.get(task="sales.plan").pk)

    run.refresh_from_db()
    assert run.failure == reason
