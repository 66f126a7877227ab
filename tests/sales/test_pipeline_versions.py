"""A pipeline whose stages change gets another version; events keep the position they had."""

from sales.models import StageEvent
from tests.sales.crm import counts, imported, steps, written

HEADER = "Id,Stage,At"
LOG = ["A,First contact,2024-01-05", "A,Proposal,2024-01-08"]
LONGER = ("First contact", "Qualified", "Demo", "Proposal")


def versions(organisation):
    return {
        version.number: [stage.name for stage in version.stages.all()]
        for version in organisation.pipelines.get(name="Sales").versions.all()
    }


def positions(external_id):
    events = StageEvent.objects.in_force().filter(opportunity__external_id=external_id)
    return list(events.order_by("at").values_list("to_pos", flat=True))


def test_the_same_stages_are_the_same_version(acme):
    imported(acme, HEADER, *LOG)

    assert list(versions(acme)) == [1]


def test_another_order_of_stages_is_another_version(acme):
    imported(acme, HEADER, *LOG)

    imported(acme, HEADER, "B,Demo,2024-02-01", pipeline_stages=LONGER)

    assert versions(acme)[2] == list(LONGER)
    assert acme.pipelines.get().current.number == 2


def test_the_old_log_read_by_new_stages_changes_nothing(acme):
    imported(acme, HEADER, *LOG)
    before = written(acme)

    run = imported(acme, HEADER, *LOG, pipeline_stages=LONGER)

    assert counts(run) == {"unchanged": 2}
    assert written(acme) == before
    assert positions("A") == [1, 3]


def test_what_happens_from_then_on_has_the_new_positions(acme):
    imported(acme, HEADER, *LOG)

    imported(
        acme, HEADER, *LOG, "A,Demo,2024-01-09", "A,Proposal,2024-01-10", pipeline_stages=LONGER
    )

    assert positions("A") == [1, 3, 3, 4]
    assert steps(acme, "A") == ["First contact", "Proposal", "Demo", "Proposal"]


def test_an_open_deal_seen_in_the_same_stage_is_not_seen_again(acme):
    imported(acme, "Id,Stage", "A,Proposal")

    run = imported(acme, "Id,Stage", "A,Proposal", pipeline_stages=LONGER)

    assert counts(run) == {"unchanged": 1}


def test_another_pipeline_is_made_by_its_name(acme):
    imported(acme, HEADER, *LOG, pipeline="Renewals")

    assert sorted(acme.pipelines.values_list("name", flat=True)) == ["Renewals", "Sales"]
    assert acme.opportunities.get().pipeline.name == "Renewals"
