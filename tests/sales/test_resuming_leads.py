"""An import about leads that was interrupted goes on where it stopped."""

import pytest

from sales.importing.committing import commit
from sales.importing.kinds import handling_of
from sales.models import ImportRun
from tests.sales.crm import believed, counts
from tests.sales.lead_files import ACTIVITIES, ASSIGNMENTS, LEADS, imported, planned

FILES = {
    "leads": (LEADS, [f"N{n},Mara,2024-03-05,," for n in range(5)]),
    "assignments": (
        ASSIGNMENTS,
        ["L1,Ben,2024-03-05", "L2,Ben,2024-03-05", "L1,Ana,2024-03-07", "L1,Ben,2024-03-06"],
    ),
    "activities": (ACTIVITIES, [f"A{n},call,2024-03-05,L1,,Ben" for n in range(5)]),
}


class PowerCut(Exception):
    """What nobody catches."""


def cut(done, total):
    raise PowerCut


@pytest.fixture(autouse=True)
def known(acme, ana, ben):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,", "L2,Ole,2024-03-04,,")


@pytest.mark.parametrize("kind", FILES)
def test_it_ends_with_the_facts_of_one_that_was_not(acme, kind):
    header, rows = FILES[kind]
    run = planned(acme, header, *rows)
    with pytest.raises(PowerCut):
        commit(run, progress=cut, batch=2)
    half = ImportRun.objects.get(pk=run.pk)
    assert (half.state, half.rows_done) == ("committing", 2)

    commit(half, batch=2)

    assert counts(half) == {"created": len(rows)}
    assert counts(imported(acme, header, *rows)) == {"unchanged": len(rows)}
    assert len(believed(acme)) == 2 + len(rows)


@pytest.mark.parametrize("kind", FILES)
def test_nothing_staged_is_left(acme, kind):
    header, rows = FILES[kind]

    run = imported(acme, header, *rows)

    assert not any(model.objects.exists() for model in handling_of(run).staged)
