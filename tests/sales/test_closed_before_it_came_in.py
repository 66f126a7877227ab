"""A lead that is known to be closed cannot come in later: such a row is rejected, the others are
taken."""

from sales.models import LeadDetail
from tests.api.asking import faults, outcomes, program
from tests.sales.connecting.sending import sender
from tests.sales.crm import rejections
from tests.sales.lead_files import imported, planned

EARLY, CLOSE, LATE = "2024-03-01T09:00:00Z", "2024-03-02T09:00:00Z", "2024-03-05T09:00:00Z"
KNOWN = {"id": "L1", "inbound_at": EARLY, "closed_at": CLOSE}
AGAIN = {"id": "L1", "inbound_at": LATE}
OTHER = {"id": "L2", "inbound_at": LATE}


def test_in_a_file(acme):
    imported(acme, "Id,Inbound At,Closed At", f"L1,{EARLY},{CLOSE}")

    run = planned(acme, "Id,Inbound At", f"L1,{LATE}", f"L2,{LATE}")

    assert rejections(run) == [(2, "Inbound At", LATE, "closed_before_inbound")]


def test_in_a_batch(acme):
    crm = program(acme, "sales:write")
    crm.send("leads/", KNOWN)

    answer = crm.send("leads/", AGAIN, OTHER)

    assert outcomes(answer) == ["rejected", "created"]
    assert faults(answer, 0) == [("inbound_at", "closed_before_inbound")]
    assert answer["rows"][0]["errors"][0]["value"] == AGAIN["inbound_at"]


def test_beside_rows_that_say_when_others_were_closed(acme):
    crm = program(acme, "sales:write")
    crm.send("leads/", KNOWN, KNOWN | {"id": "L3"})

    answer = crm.send("leads/", AGAIN, AGAIN | {"id": "L3", "closed_at": None})

    assert outcomes(answer) == ["rejected", "updated"]
    assert LeadDetail.objects.in_force().get(lead__external_id="L3").closed_at is None


def test_in_what_a_connection_sends(acme):
    other = sender(acme, "daya")
    other.send({"kind": "leads", "rows": [KNOWN]})

    other.send({"kind": "leads", "rows": [AGAIN, OTHER]})

    assert other.connection.messages.troubled().count() == 1
    assert LeadDetail.objects.in_force().count() == 2
