"""Undoing an import takes back the version of stages it made, where nothing uses it."""

from sales.importing.undoing import undo
from tests.sales.crm import imported, steps

HEADER = "Id,Stage,At"
LONGER = ("First contact", "Qualified", "Demo", "Proposal")
SHORT = ("First contact", "Qualified", "Proposal")


def stages_now(organisation):
    return tuple(stage.name for stage in organisation.pipelines.get().current.stages.all())


def test_the_stages_before_hold_again(acme):
    imported(acme, HEADER, "A,Proposal,2024-01-08", pipeline_stages=SHORT)
    run = imported(acme, HEADER, "B,Demo,2024-02-01", pipeline_stages=LONGER)

    undo(run)

    assert stages_now(acme) == SHORT


def test_stages_that_a_later_import_uses_stay(acme):
    imported(acme, HEADER, "A,Proposal,2024-01-08", pipeline_stages=SHORT)
    run = imported(acme, HEADER, "B,Demo,2024-02-01", pipeline_stages=LONGER)
    imported(acme, HEADER, "C,Demo,2024-02-01", pipeline_stages=LONGER)

    undo(run)

    assert stages_now(acme) == LONGER
    assert steps(acme, "C") == ["Demo"]


def test_the_same_file_again_makes_them_again(acme):
    imported(acme, HEADER, "A,Proposal,2024-01-08", pipeline_stages=SHORT)
    undo(imported(acme, HEADER, "B,Demo,2024-02-01", pipeline_stages=LONGER))

    imported(acme, HEADER, "B,Demo,2024-02-01", pipeline_stages=LONGER)

    assert stages_now(acme) == LONGER
    assert steps(acme, "B") == ["Demo"]
