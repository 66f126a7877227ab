"""Who held a lead when: assignments from a file, each until the next."""

import pytest

from tests.sales.crm import counts, written
from tests.sales.lead_files import ASSIGNMENTS, LEADS, holders, imported, planned

WITH_IDS = f"{ASSIGNMENTS},Event Id"


@pytest.fixture(autouse=True)
def known(acme, ana, ben):
    imported(acme, LEADS, "L1,Mara,2024-03-04,,", "L2,Ole,2024-03-04,,")


def test_each_holds_the_lead_until_the_next(acme):
    run = imported(acme, ASSIGNMENTS, "L1,Ana,2024-03-06", "L1,Ben,2024-03-04", "L2,Ben,2024-03-05")

    assert counts(run) == {"created": 3}
    assert holders(acme, "L1") == [
        ("Ben", "2024-03-04 00:00", "2024-03-06 00:00"),
        ("Ana", "2024-03-06 00:00", ""),
    ]
    assert holders(acme, "L2") == [("Ben", "2024-03-05 00:00", "")]


def test_a_lead_may_be_given_back_to_nobody(acme):
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04", "L1,,2024-03-05")

    assert holders(acme, "L1")[-1] == ("nobody", "2024-03-05 00:00", "")


def test_a_later_file_ends_what_was_open_and_counts_only_its_own_rows(acme):
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04")
    before = written(acme)

    run = imported(acme, ASSIGNMENTS, "L1,Ana,2024-03-06")

    assert counts(run) == {"created": 1}
    assert holders(acme, "L1")[0] == ("Ben", "2024-03-04 00:00", "2024-03-06 00:00")
    assert before.keys() <= written(acme).keys()


def test_one_that_comes_late_is_put_in_its_place(acme):
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04", "L1,Ben,2024-03-08")

    imported(acme, ASSIGNMENTS, "L1,Ana,2024-03-06")

    assert [who for who, _from, _until in holders(acme, "L1")] == ["Ben", "Ana", "Ben"]


def test_the_same_file_again_appends_nothing(acme):
    rows = ["L1,Ben,2024-03-04", "L1,Ana,2024-03-06", "L2,,2024-03-06"]
    imported(acme, ASSIGNMENTS, *rows)
    before = written(acme)

    again = imported(acme, ASSIGNMENTS, *rows)

    assert counts(again) == {"unchanged": 3}
    assert written(acme) == before


def test_another_owner_at_the_same_instant_is_a_correction(acme):
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04", "L1,Ana,2024-03-06")

    run = imported(acme, ASSIGNMENTS, "L1,Ana,2024-03-04")

    assert counts(run) == {"updated": 1}
    assert [who for who, _from, _until in holders(acme, "L1")] == ["Ana", "Ana"]


def test_with_an_id_of_its_own_the_instant_can_be_corrected(acme):
    imported(acme, WITH_IDS, "L1,Ben,2024-03-04,E1", "L1,Ana,2024-03-06,E2")

    run = imported(acme, WITH_IDS, "L1,Ana,2024-03-07,E2")

    assert counts(run) == {"updated": 1}
    assert holders(acme, "L1") == [
        ("Ben", "2024-03-04 00:00", "2024-03-07 00:00"),
        ("Ana", "2024-03-07 00:00", ""),
    ]


def test_two_that_change_places_do(acme):
    imported(acme, WITH_IDS, "L1,Ben,2024-03-04,E1", "L1,Ana,2024-03-06,E2")

    run = imported(acme, WITH_IDS, "L1,Ben,2024-03-06,E1", "L1,Ana,2024-03-04,E2")

    assert counts(run) == {"updated": 2}
    assert [who for who, _from, _until in holders(acme, "L1")] == ["Ana", "Ben"]


def test_an_owners_file_brings_those_who_are_not_here_yet(acme):
    run = imported(
        acme, ASSIGNMENTS, "L1,Dina,2024-03-04", teams="rep,region,team\nDina,North,Kiel\n"
    )

    assert counts(run) == {"created": 1}
    assert holders(acme, "L1")[0][0] == "Dina"
    assert acme.teams.filter(name="Kiel").exists()


def test_a_plan_counts_what_an_import_does(acme):
    imported(acme, ASSIGNMENTS, "L1,Ben,2024-03-04", "L1,Ana,2024-03-06")
    rows = ["L1,Ana,2024-03-04", "L1,Ana,2024-03-06", "L1,,2024-03-08"]

    would = planned(acme, ASSIGNMENTS, *rows)
    did = imported(acme, ASSIGNMENTS, *rows)

    assert counts(would) == counts(did) == {"created": 1, "updated": 1, "unchanged": 1}
    assert [row["outcome"] for row in would.sample] == ["updated", "created", "unchanged"]
