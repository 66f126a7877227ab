"""The rows behind a number: each once, newest first, with what they are called."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from metrics.declared import SALES_CYCLE, WIN_RATE, WIN_RATE_STRICT
from metrics.models import Atom
from metrics.periods import parse
from metrics.reading import Scope
from metrics.recomputing import recompute_all
from metrics.rows import CHUNK, REASONS, Behind, page
from sales.models import Opportunity
from tests.metrics.asking import behind, names
from tests.metrics.changing import correct, hand_over
from tests.world import day, deal, lost, won

CLOSE = day("2021-03-15")
MARCH = parse("2021-03")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_paging_shows_every_row_once_newest_first(acme, ben, limit):
    for hours in (0, 0, 0, 1, 1, 5, 9):
        won(acme, ben, CLOSE + timedelta(hours=hours))
    recompute_all(acme)
    asked = Behind(scope=Scope(team=acme.root), metric=WIN_RATE, period=MARCH)

    seen, after = [], None
    while rows := page(asked, after=after, limit=limit):
        seen += rows
        after = rows[-1].at, rows[-1].entity

    assert len({row.entity for row in seen}) == len(seen) == 7
    assert [row.at for row in seen] == sorted((row.at for row in seen), reverse=True)


def test_a_row_says_what_is_known_of_the_deal(acme, north, ben):
    contact = CLOSE - timedelta(days=4, hours=12)
    steps = ("open", 1, contact), ("won", CLOSE)
    deal(acme, ben, *steps, name="Pumps", amount=123_450, account="Hydra", product="P-9")
    recompute_all(acme)

    (row,) = behind(acme.root, SALES_CYCLE, "2021-03")

    assert (row.name, row.account, row.product, row.rep) == ("Pumps", "Hydra", "P-9", "Ben")
    assert (row.team, row.amount, row.currency, row.days) == ("North", 123_450, "EUR", 4.5)
    assert (row.started_at, row.at, row.hit) == (contact, CLOSE, True)


def test_a_deal_without_owner_or_details_has_a_row(acme, north):
    made = won(acme, None, CLOSE)
    made.details.all().delete()
    recompute_all(acme)

    (row,) = behind(acme.root, WIN_RATE, "2021-03")

    assert (row.external_id, row.name, row.rep, row.money) == (made.external_id, "", "", "")


def test_rows_of_what_was_known_then_show_what_it_was_called_then(acme, ben):
    made = won(acme, ben, CLOSE, name="Before")
    correct(made, name="After", recorded_at=day("2021-06-01"))

    assert names(behind(acme.root, WIN_RATE, "2021-03", as_of=day("2021-05-01"))) == {"Before"}
    assert names(behind(acme.root, WIN_RATE, "2021-03", as_of=day("2021-06-01"))) == {"After"}


def test_a_persons_rows_in_a_team_are_those_of_the_persons_part(acme, north, south, ben, ana):
    won(acme, ben, CLOSE, name="Mine")
    won(acme, ana, CLOSE, name="Hers")
    passed_on = won(acme, ben, CLOSE, name="Passed on before")
    hand_over(passed_on, to=ana, at=CLOSE - timedelta(days=1))
    recompute_all(acme)

    assert names(behind(north, WIN_RATE, "2021-03", rep=ben)) == {"Mine"}
    assert names(behind(acme.root, WIN_RATE, "2021-03", rep=ben)) == {"Mine"}
    assert behind(south, WIN_RATE, "2021-03", rep=ben) == []


def test_a_deal_counted_by_the_strict_rate_is_not_among_its_excluded(acme, ben):
    deal(acme, ben, ("open", 1, CLOSE), ("lost", CLOSE, "disqualified"), name="Unfit")
    recompute_all(acme)

    assert names(behind(acme.root, WIN_RATE_STRICT, "2021-03")) == {"Unfit"}
    assert behind(acme.root, WIN_RATE_STRICT, "2021-03", shown="excluded") == []
    assert names(behind(acme.root, WIN_RATE, "2021-03", shown="excluded")) == {"Unfit"}


def test_every_reason_is_said_in_words(acme, ben):
    lost(acme, ben, CLOSE, is_test=True)
    recompute_all(acme)

    (row,) = behind(acme.root, WIN_RATE, "2021-03", shown="excluded")

    with override("en"):
        assert row.why == "test record"
        assert all(str(words) != code for code, words in REASONS.items())


def test_rows_stop_at_the_wall_between_organisations(acme, ben, stranger):
    won(acme, ben, CLOSE, name="Ours")
    won(stranger.organisation, stranger, CLOSE, name="Theirs")
    for organisation in (acme, stranger.organisation):
        recompute_all(organisation)

    assert names(behind(acme.root, WIN_RATE, "all")) == {"Ours"}


def test_more_rows_than_are_fetched_at_once_come_once_each(acme, ben):
    pipeline = acme.pipelines.get()
    deals = Opportunity.objects.bulk_create(
        Opportunity(organisation=acme, pipeline=pipeline, source="crm", external_id=f"B{number}")
        for number in range(CHUNK + 1)
    )
    first = {"kind": WIN_RATE.atoms.number, "at": CLOSE, "month": MARCH.months[0]}
    Atom.objects.bulk_create(
        Atom(organisation=acme, entity=deal.pk, team=acme.root, in_den=True, in_num=False, **first)
        for deal in deals
    )

    found = [row.entity for row in behind(acme.root, WIN_RATE, "2021-03")]

    assert sorted(found) == [deal.pk for deal in deals]
