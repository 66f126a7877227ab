"""An organisation's settings: kept, refused by field, and what moves numbers recomputes them."""

import pytest

from jobs.models import Job
from metrics.declared import WIN_RATE
from metrics.recomputing import recompute_all
from tests import world
from tests.metrics.asking import read
from tests.world import day

SETTINGS = "/teams/acme/acme/settings/"


def form(**changes: object) -> dict[str, object]:
    kept = {"name": "Acme", "timezone": "Europe/Berlin", "currency": "EUR"}
    return kept | {"fiscal_year_start": 1, "response_minutes": 60} | changes


def promised() -> list[str]:
    return list(Job.objects.values_list("task", flat=True))


@pytest.fixture
def settled(acme, cora):
    """Nothing waits from setting the world up."""
    Job.objects.all().delete()
    return acme


@pytest.mark.parametrize(
    "changes", [{"timezone": "Asia/Jakarta"}, {"currency": "IDR"}, {"fiscal_year_start": 4}]
)
def test_what_moves_numbers_recomputes_them(settled, cora, signed_in, changes):
    answer = signed_in(cora).post(SETTINGS, form(**changes))

    assert answer["Location"] == SETTINGS
    settled.refresh_from_db()
    assert all(getattr(settled, field) == value for field, value in changes.items())
    assert promised() == ["metrics.recompute_all"]


def test_another_name_is_the_root_teams_too_and_moves_no_number(settled, cora, signed_in):
    signed_in(cora).post(SETTINGS, form(name="Acme International"))

    settled.refresh_from_db()
    assert settled.name == settled.teams.get(is_root=True).name == "Acme International"
    assert promised() == []


def test_a_deal_won_at_the_turn_of_a_month_follows_the_zone(settled, north, cora, signed_in):
    """Half past eleven in the evening in Berlin is already April in Jakarta."""
    ben = world.person(north, "Ben")
    world.won(settled, ben, day("2021-03-31", hour=21))
    recompute_all(settled)
    assert read(settled.root, WIN_RATE, "2021-03").n == 1

    signed_in(cora).post(SETTINGS, form(timezone="Asia/Jakarta"))
    settled.refresh_from_db()
    recompute_all(settled)

    assert read(settled.root, WIN_RATE, "2021-03").n == 0
    assert read(settled.root, WIN_RATE, "2021-04").n == 1


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["January", "EUR · Euro", "IDR · Indonesian Rupiah", "America/New York"]),
        ("id", ["Januari", "EUR · Euro", "IDR · Rupiah Indonesia", "America/New York"]),
    ],
)
def test_what_can_be_chosen_is_called_by_name(settled, cora, signed_in, language, names):
    type(cora.user).objects.update(language=language)

    page = signed_in(cora).get(SETTINGS).content.decode()

    assert all(f">{name}</option>" in page for name in names)


def test_only_canonical_zones_are_offered(settled, cora, signed_in):
    page = signed_in(cora).get(SETTINGS).text

    assert all(f'<option value="{zone}"' in page for zone in ("UTC", "Asia/Jakarta"))
    odd = ("localtime", "ROK", "W-SU", "Zulu", "US/Eastern", "Etc/GMT+3")
    assert not any(f'<option value="{zone}"' in page for zone in odd)


def test_an_odd_zone_that_is_set_stays(settled, cora, signed_in):
    type(settled).objects.update(timezone="US/Eastern")

    answer = signed_in(cora).post(SETTINGS, form(timezone="US/Eastern"))

    assert answer.status_code == 302
    assert promised() == []


def test_a_currency_of_the_past_stays_as_it_is(settled, cora, signed_in):
    type(settled).objects.update(currency="DEM")

    answer = signed_in(cora).post(SETTINGS, form(currency="DEM"))

    assert answer.status_code == 302
    assert promised() == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus is not one of the available choices."),
        ({"timezone": "../../etc/passwd"}, "is not one of the available choices."),
        ({"currency": "eur"}, "eur is not one of the available choices."),
        ({"currency": "EURO"}, "EURO is not one of the available choices."),
        ({"fiscal_year_start": "13"}, "13 is not one of the available choices."),
        ({"fiscal_year_start": "x"}, "x is not one of the available choices."),
        ({"name": ""}, "This field is required."),
        ({"name": "A\nB"}, "Write this on one line."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(settled, cora, signed_in, changes, says):
    before = type(settled).objects.values().get(pk=settled.pk)

    answer = signed_in(cora).post(SETTINGS, form(**changes))

    assert answer.status_code == 422
    page = answer.content.decode()
    field = next(iter(changes))
    after_field = page.split(f'name="{field}"')[1]
    assert says in after_field.partition('<div class="field')[0]
    assert type(settled).objects.values().get(pk=settled.pk) == before
