"""On the pages nobody guesses either which mark of an amount is the decimal one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.models import Job
from jobs.running import run_now
from sales.models import OpportunityDetail
from tests.sales.crm import rejections

IMPORTS = "/teams/acme/acme/imports"
DEALS = b"id,stage,amount\nA,Open,1.234\nB,Open,900\n"


@pytest.fixture
def checked(acme, cora, signed_in):
    """Uploads deals, says which mark is decimal and has the file checked; the run."""
    browser = signed_in(cora)

    def check(**said):
        file = SimpleUploadedFile("deals.csv", DEALS)
        browser.post(f"{IMPORTS}/new/", {"kind": "opportunities", "file": file})
        run = acme.import_runs.get()
        columns = {f"column_{name}": name for name in ("id", "stage", "amount")}
        browser.post(f"{IMPORTS}/{run.pk}/columns/", {**columns, "source": "crm", **said})
        stages = {"pipeline": "Sales", "meaning_0": "open", "order_0": 1}
        browser.post(f"{IMPORTS}/{run.pk}/stages/", stages)
        run_now(Job.objects.get(task="sales.plan").pk)
        run.refresh_from_db()
        return run

    return check


def test_what_may_be_thousands_or_a_fraction_is_asked_about(checked):
    run = checked()

    assert rejections(run) == [(2, "amount", "1.234", "ambiguous_amount")]
    assert not OpportunityDetail.objects.exists()


@pytest.mark.parametrize(("mark", "minor"), [(".", 123), (",", 123_400)])
def test_what_was_said_is_taken(checked, mark, minor):
    run = checked(decimal=mark)

    assert rejections(run) == []
    assert run.sample[0]["amount"] == minor
