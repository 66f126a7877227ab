"""Pages and mails in Indonesian: words, numbers, dates and money as people there write them."""

import re
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core import mail
from django.utils.formats import date_format, number_format
from django.utils.translation import override

from metrics.charts import ChartPoint, sparkline, trend_chart
from metrics.recomputing import recompute_all
from sales.importing.amounts import money_text
from teams.inviting import invite
from tests import world
from tests.teams.mailing import deliver


@pytest.fixture
def in_indonesian():
    with override("id"):
        yield


@pytest.fixture
def two_of_three(acme, north, ben, ana):
    """Two deals won and one lost in the first quarter of 2024; Ana reads Indonesian."""
    world.won(acme, ben, world.day("2024-02-05"))
    world.won(acme, ben, world.day("2024-03-05"))
    world.lost(acme, ben, world.day("2024-03-06"))
    recompute_all(acme)
    ana.user.language = "id"
    ana.user.save()


def two_points() -> list[ChartPoint]:
    said = {"low": None, "high": None, "n": 9, "partial": False}
    return [
        ChartPoint(label="Mei 24", value=0.2, text="0,2 hari", **said),
        ChartPoint(label="Agu 24", value=0.9, text="0,9 hari", **said),
    ]


def test_numbers_dates_and_money(in_indonesian):
    assert number_format(Decimal("1234.5"), force_grouping=True) == "1.234,5"
    assert date_format(date(2024, 8, 17), "j F Y") == "17 Agustus 2024"
    assert money_text(123_456_750, "IDR") == "1.234.567,50 IDR"


def test_languages_are_named_in_the_language_of_the_page(client):
    page = client.get("/accounts/login/", headers={"accept-language": "id"}).content.decode()

    assert '<html lang="id"' in page
    assert '<option value="en">Bahasa Inggris</option>' in page
    assert '<option value="id" selected>Bahasa Indonesia</option>' in page


def test_a_tile_has_a_decimal_comma_and_an_interval_that_is_not_read_wrongly(
    two_of_three, ana, signed_in
):
    page = signed_in(ana).get("/teams/acme/north/?period=2024-Q1").content.decode()

    assert '<span class="tile-value">66,7<span class="tile-unit">%</span></span>' in page
    assert "2 dari 3" in page
    assert "Interval 95% [20,8; 93,9]" in page


def test_a_month_has_its_indonesian_name(two_of_three, ana, signed_in):
    page = signed_in(ana).get("/teams/acme/north/metrics/win-rate/?period=2024-02")

    assert "Februari 2024" in page.content.decode()
    assert "February" not in page.content.decode()


@pytest.mark.parametrize(
    ("chart", "described"),
    [
        (partial(trend_chart, unit="hari"), ["Lama", "Mei 24: 0,2 hari", "Agu 24: 0,9 hari"]),
        (sparkline, ["Lama", "Agu 24: 0,9 hari"]),
    ],
)
def test_a_chart_is_described_in_our_own_words_only(chart, described, in_indonesian, db):
    drawn = chart(two_points(), title="Lama")

    assert re.findall('aria-label="(.*?)"', drawn) == described


def test_the_numbers_of_an_axis_have_a_decimal_comma(in_indonesian, db):
    drawn = trend_chart(two_points(), title="Lama", unit="hari")

    assert ">0,4</text>" in drawn
    assert ">0.4</text>" not in drawn


def test_an_invitation_speaks_the_language_of_who_invites(acme, north, in_indonesian):
    invite(world.person(north, "Dewi"))

    (sent,) = deliver()

    assert sent.subject == "Akun Anda di Acme"
    assert sent.body.startswith("Halo Dewi,\n\nAnda diundang ke Acme di Daya.")
    assert mail.outbox == [sent]
