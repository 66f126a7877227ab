"""Stage conversion to the letter: first entries, what became of them, and what is not mature."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from metrics.declared import STAGE_CONVERSION, at_stage
from metrics.funnel import funnel
from metrics.opportunity_atoms import WON
from metrics.periods import parse
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from sales.models import Stage
from tests.metrics.asking import PENDING, behind, counts, names, read
from tests.world import day, deal

pytestmark = pytest.mark.django_db
START = day("2021-03-01")
END = START + timedelta(days=180)


def after(days):
    return START + timedelta(days=days)


@pytest.fixture
def pipeline(acme):
    """Five stages."""
    found = acme.pipelines.get()
    for position, name in ((4, "Negotiation"), (5, "Contract")):
        Stage.objects.create(version=found.current, position=position, name=name)
    return found


@pytest.fixture
def third(pipeline):
    return at_stage(STAGE_CONVERSION, pipeline=pipeline.pk, position=3, name="Proposal")


@pytest.fixture
def six(acme, ben, pipeline):
    """The example of the definition: six deals that enter stage 3 on one day."""
    into = ("open", 3, START)
    return [
        deal(acme, ben, into, ("open", 4, after(12)), name="D1"),
        deal(acme, ben, into, ("won", after(20)), name="D2"),
        deal(
            acme, ben, into, ("open", 2, after(30)), ("open", 3, after(50)), ("open", 4, after(70)),
            name="D3",
        ),
        deal(acme, ben, into, ("lost", after(15)), name="D4"),
        deal(acme, ben, into, name="D5"),
        deal(acme, ben, into, ("open", 4, after(120)), name="D6"),
    ]  # fmt: skip


def step(team, pipeline, stage, *, period="2021-03", as_of=END):
    found = funnel(Scope(team=team), pipeline, parse(period), as_of=as_of)
    return next(each for each in found if each.stage == stage)


def test_the_example_of_the_definition(acme, third, six):
    reading = read(acme.root, third, "2021-03", as_of=END)

    assert counts(reading) == (3, 6)
    assert (round(reading.low, 1), round(reading.high, 1)) == (18.8, 81.2)


def test_before_their_days_are_over_all_are_pending(acme, third, six):
    reading = read(acme.root, third, "2021-03", as_of=after(60))

    assert (reading.value, reading.statistics.pending) == (None, 6)
    assert len(behind(acme.root, third, "2021-03", shown=PENDING, as_of=after(60))) == 6


def test_what_became_of_each_is_told(acme, pipeline, six):
    found = step(acme.root, pipeline, 3)

    assert (found.entered, found.imputed, found.late, found.lost, found.there) == (6, 0, 1, 1, 1)


def test_a_stage_that_is_moved_over_counts_as_entered_and_left_at_once(acme, pipeline, six):
    found = step(acme.root, pipeline, 5)

    assert (found.entered, found.imputed, counts(found.reading)) == (1, 1, (1, 1))
    assert found.median == 0


def test_who_begins_at_a_later_stage_never_was_in_those_before_it(acme, pipeline, six):
    # D3 alone, who went back to stage 2.
    assert step(acme.root, pipeline, 2).entered == 1
    assert step(acme.root, pipeline, 1).entered == 0


def test_a_step_back_and_a_second_entry_change_nothing(acme, third, pipeline, six):
    rows = behind(acme.root, third, "2021-03", as_of=END)

    assert sorted(row.name for row in rows) == ["D1", "D2", "D3", "D4", "D5", "D6"]
    assert {row.name for row in rows if row.hit} == {"D1", "D2", "D3"}


def test_lost_then_reopened_and_gone_on_in_time_went_on(acme, ben, third, pipeline):
    deal(
        acme, ben, ("open", 3, START), ("lost", after(10)), ("open", 3, after(20)),
        ("open", 4, after(89)),
    )  # fmt: skip

    assert counts(read(acme.root, third, "2021-03", as_of=END)) == (1, 1)


def test_ninety_days_are_over_to_the_second(acme, ben, third, pipeline):
    deal(acme, ben, ("open", 3, START), ("open", 4, after(90)))
    just = after(90) - timedelta(microseconds=1)

    assert counts(read(acme.root, third, "2021-03", as_of=END)) == (0, 1)
    assert read(acme.root, third, "2021-03", as_of=just).statistics.pending == 1


def test_it_belongs_to_who_owned_it_at_the_entry(acme, north, ben, ana, third, pipeline):
    deal(acme, ben, ("open", 3, START), ("open", 4, after(1)))

    assert counts(read(north, third, "2021-03", rep=ben, as_of=END)) == (1, 1)


def test_a_voided_step_is_no_entry(acme, ben, third, pipeline):
    made = deal(acme, ben, ("open", 2, START), ("open", 3, after(1)))
    made.events.filter(to_pos=3).void(after(100))

    assert read(acme.root, third, "2021-03", as_of=END).n == 0
    assert read(acme.root, third, "2021-03", as_of=after(95)).n == 1


def test_since_when_it_is_where_it_was_only_seen_nobody_knows(acme, ben, third, pipeline):
    made = deal(acme, ben, ("open", 2, START), ("open", 3, after(1)))
    made.events.filter(to_pos=3).update(seen=True)

    found = step(acme.root, pipeline, 3)

    assert (found.entered, found.reading.statistics.excluded) == (0, 1)


def test_won_is_the_end_of_the_funnel(acme, pipeline, six):
    found = step(acme.root, pipeline, WON)

    assert (found.name, found.entered) == ("Won", 1)
    assert names(behind(acme.root, found.metric, "2021-03", as_of=END)) == {"D2"}


def test_stored_and_as_known_say_the_same(acme, pipeline, six):
    recompute_all(acme)

    stored = funnel(Scope(team=acme.root), pipeline, parse("all"))
    derived = funnel(Scope(team=acme.root), pipeline, parse("all"), as_of=END + timedelta(days=999))

    assert stored == derived


def test_overall_is_won_within_180_days_of_first_contact_and_no_product(acme, ben, pipeline):
    deal(acme, ben, ("open", 1, START), ("open", 2, after(100)), ("won", after(150)))
    deal(acme, ben, ("open", 1, START))

    reading = read(acme.root, STAGE_CONVERSION, "2021-03", as_of=END)

    assert counts(reading) == (1, 2)


def test_the_page_shows_every_stage_and_opens_the_rows_of_each(
    acme, ben, cora, pipeline, six, signed_in
):
    recompute_all(acme)
    client, path = signed_in(cora), "/teams/acme/acme/metrics/stage-conversion/?period=2021-03"

    overall = client.get(path)
    (url,) = [row["url"] for row in overall.context["steps"] if row["step"].stage == 3]
    third = client.get(url)

    assert [row["step"].entered for row in overall.context["steps"]] == [0, 1, 6, 2, 1, 1]
    assert {row.name for row in third.context["rows"]} == {f"D{n}" for n in range(1, 7)}
    assert "Stage conversion: Proposal" in third.text


def test_a_stage_that_there_is_not_is_refused(acme, cora, pipeline, six, signed_in):
    client, path = signed_in(cora), "/teams/acme/acme/metrics/stage-conversion/"

    assert "stage: there is no “9” here." in client.get(f"{path}?stage=9").text
    assert client.get(f"{path}?pipeline=999999").status_code == 400


def test_csv_of_a_stage_recomputes_its_number(acme, cora, pipeline, six, signed_in):
    recompute_all(acme)
    path = "/teams/acme/acme/metrics/stage-conversion/rows.csv?period=2021-03&stage=3"

    answer = b"".join(signed_in(cora).get(path).streaming_content).decode()

    rows = [row for row in csv.DictReader(StringIO(answer)) if row["counted"] == "yes"]
    assert (sum(row["went_on"] == "yes" for row in rows), len(rows)) == (3, 6)


def test_the_command_says_how_many_ever_entered_each_stage(acme, pipeline, six):
    out = StringIO()
    asked = ("metric", "stage-conversion", "--organization", "acme", "--by", "stage", "--json")

    call_command(*asked, stdout=out)

    rows = json.loads(out.getvalue())
    assert [row["entered"] for row in rows] == [0, 1, 6, 4, 1, 1]
    assert (rows[2]["stage"], rows[2]["numerator"], rows[2]["denominator"]) == ("Proposal", 3, 6)
    assert rows[-1]["value"] is None
