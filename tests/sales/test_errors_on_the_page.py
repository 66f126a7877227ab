"""The page of an import says each error once, with how many rows have it."""

from tests.sales.crm import planned

HEADER = "Id,Stage,Owner"


def shown(run, client):
    page = client.get(f"/teams/acme/acme/imports/{run.pk}/")
    return [
        (each["rows"], each["line"], each["value"], each["reason"])
        for each in page.context["rejections"]
    ]


def test_the_most_frequent_first(acme, cora, signed_in):
    run = planned(acme, HEADER, "A,Won,Ben", "B,Proposal,Dana", "C,Proposal,Eva", "D,Proposal,Eva")

    errors = shown(run, signed_in(cora))

    nobody = "Nobody in the organisation has this name, mail address or CRM id."
    assert errors[0] == (2, 4, "Eva", nobody)
    assert (1, 3, "Dana", nobody) in errors[1:]


def test_twenty_different_ones_at_most(acme, cora, signed_in):
    run = planned(acme, HEADER, *(f"D{number},Proposal,P{number}" for number in range(25)))

    errors = shown(run, signed_in(cora))

    assert [line for _rows, line, _value, _reason in errors] == list(range(2, 22))
