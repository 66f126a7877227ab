"""The plan says whom and which teams an owners file brings, or every error that it has."""

from sales.importing.arriving import arrivals_of
from sales.importing.committing import commit
from sales.importing.mapping import from_toml
from sales.importing.undoing import undo
from tests import world
from tests.sales.crm import planned

HEADER, ROW = "Id,Stage,Owner", "A,Proposal,Dana"
TEAMS = "rep,region,team\nDana,West,Hunters\nEli,West,\n"


def page_of(client, run):
    return client.get(f"/teams/acme/acme/imports/{run.pk}/").content.decode()


def codes(run):
    return [(each["line"], each["column"], each["code"]) for each in run.problems]


def test_the_plan_names_people_and_teams_from_the_top_down(acme):
    run = planned(acme, HEADER, ROW, teams=TEAMS)

    assert run.arrivals == {
        "people": [["Dana", ["West", "Hunters"], None], ["Eli", ["West"], None]],
        "teams": [["West"], ["West", "Hunters"]],
        "staying": 0,
    }


def test_exactly_that_is_brought(acme):
    run = planned(acme, HEADER, ROW, teams=TEAMS)

    commit(run)

    assert sorted(acme.people.values_list("name", flat=True)) == ["Dana", "Eli"]
    after = arrivals_of(run, from_toml(run.toml))
    assert (after.people, after.teams, after.staying) == ([], [], 2)


def test_the_page_shows_who_comes_and_how_many_stay(acme, north, cora, signed_in):
    world.person(north, "Eli")
    run = planned(acme, HEADER, ROW, teams=TEAMS)

    page = page_of(signed_in(cora), run)

    assert "Dana → West / Hunters" in page
    assert "<dt>people added</dt><dd>1</dd>" in page
    assert "<dt>teams added</dt><dd>2</dd>" in page
    assert "<dt>people who stay in their team</dt><dd>1</dd>" in page


def test_once_undone_the_page_says_that_people_and_teams_stay(acme, cora, signed_in):
    run = planned(acme, HEADER, ROW, teams=TEAMS)
    commit(run)

    undo(run)

    page = page_of(signed_in(cora), run)
    assert "What the owners file brought stays" in page
    assert "People and teams are not taken back." in page
    assert acme.people.filter(name="Dana").exists()


def test_every_error_of_the_owners_file_is_named(acme, cora, signed_in):
    run = planned(
        acme, HEADER, ROW, teams="rep,region,team\n,West,\nEli,,\nDana,West,\nDANA,South,\nDana\n"
    )

    assert run.state == "failed"
    assert codes(run) == [
        (2, "rep", "owner_missing"),
        (3, "team", "team_missing"),
        (5, "region", "owner_in_two_teams"),
        (6, "", "wrong_cell_count"),
    ]
    page = page_of(signed_in(cora), run)
    assert all(f"teams.csv: line {line}" in page for line in (2, 3, 5, 6))


def test_one_person_by_two_names_is_in_one_team(acme):
    found = world.person(None, "Dana", organisation=acme)
    teams = f"rep,region,team\nDana,West,\n{found.email},South,\n"

    run = planned(acme, HEADER, ROW, teams=teams)

    assert codes(run) == [(3, "region", "owner_in_two_teams")]


def test_a_row_twice_is_no_error(acme):
    run = planned(acme, HEADER, ROW, teams="rep,region,team\nDana,West,\ndana,west,\n")

    assert run.state == "planned"
    assert len(run.arrivals["people"]) == 1


def test_a_file_of_only_a_header_is_an_error(acme):
    run = planned(acme, HEADER)

    assert (run.state, codes(run)) == ("failed", [(1, "", "no_rows")])
