"""The demo's leads hold planted effects in working time, and come in by files without an error."""

from datetime import UTC, date, datetime, time, timedelta
from statistics import median

import pytest

from config.demo.history import Calendar as Laid
from config.demo.history import events
from config.demo.leads import HOLIDAYS, leads
from config.demo.loading import load_demo
from config.demo.people import SQUADS, mail
from sales.models import ActivityDetail, ImportRun, Lead, LeadAssignment
from teams.working_time import Calendar, business_time, window

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LAID = Laid.before(NOW)
OFFICE = Calendar(
    zone=LAID.begins.tzinfo,
    weekly=((window(time(9), time(17)),),) * 5 + ((), ()),
    closed=frozenset(date(y, *day) for y in (2025, 2026) for day in HOLIDAYS),
)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def made():
    return leads(LAID, events(LAID))


def waits(made, squad, *, late: bool | None = None):
    """Working time to the first answer of a team's leads, for ever where there is none; of those
    that came in after the effect begins, or before."""
    team = {mail(rep) for each in SQUADS if each.name == squad for rep in each.reps}
    for lead in made:
        if not lead.held or lead.held[-1][0] not in team:
            continue
        if late is None or (lead.came_in >= LAID.effect) == late:
            answers = [each.at for each in lead.done if each.by and each.what != "Note"]
            at = min(answers, default=None)
            yield business_time(lead.came_in, at, OFFICE) if at else timedelta.max


def within_an_hour(made, squad, **when):
    found = list(waits(made, squad, **when))
    return sum(each <= HOUR for each in found) / len(found)


def test_one_team_answers_fast_and_one_slowly(made):
    assert within_an_hour(made, "Surabaya") > 0.75
    assert 0.3 < within_an_hour(made, "Jakarta") < 0.7
    assert within_an_hour(made, "Medan") < 0.25


def test_on_duty_a_team_answers_faster_and_the_others_as_before(made):
    duty = [within_an_hour(made, "Balikpapan", late=late) for late in (False, True)]
    other = [within_an_hour(made, "Singapore & Malaysia", late=late) for late in (False, True)]

    assert duty[1] - duty[0] > 0.25
    assert abs(other[1] - other[0]) < 0.15


def test_by_the_clock_on_the_wall_all_look_slow(made):
    surabaya = {mail(rep) for each in SQUADS if each.name == "Surabaya" for rep in each.reps}
    nights = [
        lead.done[-1].at - lead.came_in
        for lead in made
        if lead.held and lead.held[0][0] in surabaya and lead.came_in.weekday() > 4 and lead.done
    ]

    assert median(nights) > 12 * HOUR
    assert median(waits(made, "Surabaya")) < HOUR


def test_they_are_the_same_each_time_and_never_in_the_future(made):
    assert leads(LAID, events(LAID)) == made
    assert all(lead.came_in < NOW for lead in made)
    assert all(each.at < NOW for lead in made for each in lead.done)
    assert all(lead.closed is None or lead.came_in < lead.closed < NOW for lead in made)


@pytest.mark.django_db
def test_every_row_is_taken_once():
    demo = load_demo(NOW)
    runs = {run.kind: run for run in demo.import_runs.all()}
    before = [model.objects.count() for model in (Lead, LeadAssignment, ActivityDetail, ImportRun)]

    load_demo(NOW)

    assert {kind: run.rejected for kind, run in runs.items()} == dict.fromkeys(runs, 0)
    assert sorted(runs) == ["activities", "lead_assignments", "leads", "stage_events"]
    assert before == [
        model.objects.count() for model in (Lead, LeadAssignment, ActivityDetail, ImportRun)
    ]
    assert converted_to_a_deal(demo) > 100


def converted_to_a_deal(demo) -> int:
    deals = demo.opportunities.values_list("external_id", flat=True)
    return demo.leads.filter(details__voided_at=None, details__opportunity__in=deals).count()
