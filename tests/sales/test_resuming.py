"""A commit that was cut off goes on where it stopped and ends as if it never had been."""

import pytest

from sales.importing.committing import commit
from sales.models import ImportRun
from tests.sales.runs import counts, deals, facts, imported, planned

BATCHES = 3
ROWS = [
    f"D{number},Deal {number},{number},Ben,Won,2024-01-01,2024-01-02,2024-02-01"
    for number in range(5_000 * (BATCHES - 1) + 10)
]


class PowerCut(BaseException):
    """Nothing in the importer expects it."""


def cut_after(batches):
    """A progress callback that ends the process, as it were, after some batches."""
    left = batches

    def progress(done, total):
        nonlocal left
        left -= 1
        if not left:
            raise PowerCut

    return progress


@pytest.mark.timeout(120)
def test_a_commit_resumes_after_its_last_whole_batch(acme, ben, stranger):
    run = planned(acme, deals(*ROWS))
    with pytest.raises(PowerCut):
        commit(run, progress=cut_after(1))
    half = ImportRun.objects.get(pk=run.pk)
    written = acme.opportunities.count()

    commit(half)

    assert half.state == ImportRun.State.COMMITTED
    assert written == 5_000
    assert counts(half) == (len(ROWS), 0, 0)
    assert acme.opportunities.count() == len(ROWS)
    after = facts(acme)
    again = imported(acme, deals(*ROWS))
    assert counts(again) == (0, 0, len(ROWS))
    assert facts(acme) == after
