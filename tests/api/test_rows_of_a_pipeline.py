"""A number of one pipeline is made of its rows alone, also over the API."""

from metrics.recomputing import recompute_all

WON = {"stage": "won", "closed_at": "2024-03-20T16:30:00Z"}
SALES = {"name": "Sales", "stages": ["First contact", "Proposal"]}
RENEWALS = {"name": "Renewals", "stages": ["First contact", "Offer"]}


def test_the_rows_are_those_of_the_number(crm, acme):
    crm.send("opportunities/", WON | {"id": "S1"}, WON | {"id": "S2"}, pipeline=SALES)
    crm.send("opportunities/", WON | {"id": "R1"}, pipeline=RENEWALS)
    recompute_all(acme)

    (number,) = crm.get("metrics/win-rate/", pipeline="Renewals").json()
    rows = crm.get("metrics/win-rate/rows/", pipeline="Renewals").json()["results"]

    assert number["denominator"] == 1
    assert [row["id"] for row in rows] == ["R1"]


def test_leads_are_in_none_and_pass_over_the_name_of_one(crm):
    crm.send("opportunities/", WON | {"id": "S1"}, pipeline=SALES)
    path = "metrics/lead-response-sla/"

    for name in ("Sales", "None such"):
        assert crm.get(path, pipeline=name).status_code == 200
        assert crm.get(f"{path}rows/", pipeline=name).status_code == 200
    assert crm.get("metrics/win-rate/", pipeline="None such").status_code == 404


def test_the_rows_of_a_stage_are_those_of_its_bar(crm, acme):
    first = {"First contact": "2024-01-10T09:00:00Z"}
    stages = first | {"Proposal": "2024-02-10T09:00:00Z"}
    crm.send("opportunities/", WON | {"id": "S1", "entered": stages}, pipeline=SALES)
    lost = WON | {"id": "S2", "stage": "lost", "entered": first}
    crm.send("opportunities/", lost, pipeline=SALES)
    recompute_all(acme)
    path = "metrics/stage-conversion/"

    told = {each["position"]: each["denominator"] for each in crm.get(path, by="stage").json()}
    rows = {
        each: [row["id"] for row in crm.get(f"{path}rows/", stage=each).json()["results"]]
        for each in (1, 2)
    }

    assert {each: len(found) for each, found in rows.items()} == {1: told[1], 2: told[2]}
    assert set(rows[1]) == {"S1", "S2"}
    assert rows[2] == ["S1"]
    assert crm.get(f"{path}rows/", stage=7).status_code == 404
    assert crm.get("metrics/win-rate/rows/", stage=1).status_code == 422
