"""A batch that names no pipeline goes where its source's went before, or into the only one."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sales.connecting.connecting import connect
from sales.importing.pipelines import known_pipelines
from sales.importing.undoing import undo
from sales.models import ImportRun, Opportunity
from tests.sales.crm import imported
from tests.world import day, won

WON = {"id": "Own", "stage": "won", "closed_at": "2024-03-20T16:30:00Z"}
RENEWALS = {"name": "Renewals", "stages": ["First contact", "Offer"]}


def pipeline_of(name):
    return Opportunity.objects.get(external_id=name).pipeline.name


def refusal(crm, source):
    answer = crm.post("opportunities/", {"source": source, "rows": [WON]})
    assert answer.status_code == 422
    return answer.content.decode()


def test_a_source_stays_in_the_pipeline_of_its_last_batch(crm):
    crm.send("opportunities/", WON | {"id": "A"}, source="other", pipeline={"name": "Sales"})
    crm.send("opportunities/", WON | {"id": "B"}, pipeline=RENEWALS)

    crm.send("opportunities/", WON | {"id": "C"})
    crm.send("opportunities/", WON | {"id": "D"}, source="other")

    assert (pipeline_of("C"), pipeline_of("D")) == ("Renewals", "Sales")


def test_a_source_stays_in_the_pipeline_of_its_last_file(acme, crm):
    crm.send("opportunities/", WON | {"id": "A"}, source="other", pipeline=RENEWALS)
    imported(acme, "Id,Stage,At", "B,Proposal,2024-01-08")

    crm.send("opportunities/", WON | {"id": "C"})

    assert pipeline_of("C") == "Sales"


def test_a_source_that_is_in_none_of_several_is_refused(crm):
    crm.send("opportunities/", WON, pipeline={"name": "Sales"})
    crm.send("opportunities/", WON | {"id": "B"}, pipeline=RENEWALS)

    assert "(Renewals, Sales)" in refusal(crm, "third")


def test_a_pipeline_whose_import_was_undone_does_not_count(acme, ben, crm):
    won(acme, ben, day("2024-03-01"))
    number = crm.send("opportunities/", WON, source="other", pipeline=RENEWALS)["import"]
    undo(ImportRun.objects.get(pk=number))

    crm.send("opportunities/", WON | {"id": "B"}, source="third")

    assert pipeline_of("B") == "Sales"


def test_a_pipeline_without_anything_in_it_does_not_count(acme, ben, crm):
    won(acme, ben, day("2024-03-01"))
    acme.pipelines.create(name="Empty").versions.create(number=1).stages.create(
        position=1, name="First"
    )

    crm.send("opportunities/", WON, source="third")

    assert pipeline_of("Own") == "Sales"


def test_a_pipeline_that_a_connection_writes_counts(acme, ben, crm):
    won(acme, ben, day("2024-03-01"))
    made = acme.pipelines.create(name="HubSpot").versions.create(number=1)
    made.stages.create(position=1, name="First")
    connect(acme, name="Ours", sender="hubspot", source="hubspot")

    assert "(HubSpot, Sales)" in refusal(crm, "third")


def test_it_asks_as_often_however_many_pipelines_and_connections_there_are(acme, crm):
    few = queries(acme)
    for number in range(4):
        stages = {"name": f"P{number}", "stages": ["First"]}
        crm.send("opportunities/", WON | {"id": f"A{number}"}, source="other", pipeline=stages)
        connect(acme, name="Ours", sender="hubspot", source=f"hubspot {number}")

    assert queries(acme) == few


def queries(organisation):
    with CaptureQueriesContext(connection) as seen:
        known_pipelines(organisation)
    return len(seen)
