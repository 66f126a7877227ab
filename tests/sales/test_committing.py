"""A commit writes what its plan said; facts are voided and appended, never edited."""

from sales.models import ImportRun, OpportunityOwner, StageEvent
from tests import world
from tests.sales.runs import (
    DEALS,
    LOG,
    counts,
    deals,
    every_row,
    facts,
    imported,
    log,
    opportunities,
    planned,
)

WON = "D1,Deal,100,Ben,Won,2024-01-01,2024-01-02,2024-02-01"
OPEN = "D2,Other,50.5,Ben,Proposal,2024-01-01,2024-01-05,"


def test_a_preview_counts_what_the_commit_does_and_writes_nothing(acme, ben):
    run = planned(acme, deals(WON, OPEN))
    promised = counts(run)
    written = every_row()

    imported(acme, deals(WON, OPEN))

    assert written == {}
    assert promised == (2, 0, 0)
    assert opportunities(acme) == ["D1", "D2"]


def test_the_same_file_again_changes_nothing(acme, ben):
    imported(acme, deals(WON, OPEN))
    before = every_row()

    again = imported(acme, deals(WON, OPEN))

    assert counts(again) == (0, 0, 2)
    assert every_row() == before


def test_an_edited_row_voids_and_appends(acme, ben):
    imported(acme, deals(WON, OPEN))
    before = every_row()

    again = imported(acme, deals(WON.replace("100", "175"), OPEN))

    after = every_row()
    assert counts(again) == (0, 1, 1)
    for key, row in before.items():
        unchanged = {name: after[key][name] for name in row if not name.startswith("voided")}
        assert unchanged == {name: row[name] for name in unchanged}
    voided = [key for key, row in before.items() if after[key] != row]
    assert [kind for kind, _pk in voided] == ["OpportunityDetail"]
    assert len(after) == len(before) + 1


def test_a_close_that_moved_voids_the_old_event(acme, ben):
    imported(acme, deals(WON))

    imported(acme, deals(WON.replace("2024-02-01", "2024-02-15")))

    closes = StageEvent.objects.filter(kind="won").order_by("at")
    assert [event.voided_at is None for event in closes] == [False, True]


def test_a_column_that_is_not_mapped_keeps_what_it_was(acme, ben):
    imported(acme, deals(WON))

    imported(acme, deals(WON.replace("Deal", "Renamed")), DEALS.replace('amount = "amount"\n', ""))

    detail = acme.opportunities.get().details.in_force().get()
    assert (detail.name, detail.amount) == ("Renamed", 100_00)


def test_another_owner_owns_from_now_on(acme, north, ben):
    world.person(north, "Dia")
    imported(acme, deals(WON))

    imported(acme, deals(WON.replace("Ben", "Dia")))

    owners = OpportunityOwner.objects.in_force().order_by("from_at")
    assert [(each.person.name, each.to_at is None) for each in owners] == [
        ("Ben", False),
        ("Dia", True),
    ]
    assert owners[0].to_at == owners[1].from_at


def test_a_correction_of_the_owner_holds_from_the_start(acme, north, ben):
    world.person(north, "Dia")
    imported(acme, deals(WON))

    correction = DEALS + '[owners]\nchange = "correction"\n'
    imported(acme, deals(WON.replace("Ben", "Dia")), correction)

    assert [each.person.name for each in OpportunityOwner.objects.in_force()] == ["Dia"]


STORY = ("D1,First contact,2024-01-01", "D1,Qualified,2024-01-10", "D1,Won,2024-02-01")


def test_a_log_repeated_or_in_another_order_changes_nothing(acme):
    imported(acme, log(*STORY), LOG)
    before = every_row()

    repeated = imported(acme, log(*STORY), LOG)
    reordered = imported(acme, log(*reversed(STORY)), LOG)

    assert counts(repeated) == counts(reordered) == (0, 0, 3)
    assert every_row() == before


def test_a_log_that_goes_on_appends_what_is_new(acme):
    imported(acme, log(*STORY), LOG)
    before = every_row()

    longer = imported(acme, log(*STORY, "D1,Proposal,2024-03-01"), LOG)

    assert counts(longer) == (1, 0, 3)
    assert before.items() <= every_row().items()


def test_a_log_in_pieces_tells_the_same_story_as_whole(acme, stranger):
    for row in reversed(STORY):
        imported(acme, log(row), LOG)
    imported(stranger.organisation, log(*STORY), LOG)

    told = [
        list(each.events.in_force().order_by("at").values_list("kind", "from_pos", "to_pos"))
        for each in (acme.opportunities.get(), stranger.organisation.opportunities.get())
    ]
    assert told[0] == told[1]


def test_facts_say_which_import_wrote_them(acme, ben):
    run = imported(acme, deals(WON))

    assert facts(acme)
    assert {row["recorded_by_id"] for row in every_row().values()} == {run.pk}
    assert ImportRun.objects.get(pk=run.pk).state == ImportRun.State.COMMITTED
