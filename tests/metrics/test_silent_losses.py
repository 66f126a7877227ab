"""By value, losses without amounts cannot be seen; the page says so instead of "100 %"."""

import pytest

from metrics.freshening import bring_up_to_date
from tests.world import day, lost, won

CAVEAT = (
    "No lost deal has an amount above 0 in the organisation’s currency, so this says nothing about "
    "the money lost."
)
MARCH = day("2021-03-02")
ADDRESSES = ["/teams/acme/acme/metrics/win-rate/", "/teams/acme/acme/metrics/win-rate-value/"]


def page(acme, cora, signed_in, address):
    bring_up_to_date(acme)
    return signed_in(cora).get(f"{address}?period=2021-03").content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("amount", [0, None])
def test_losses_without_amounts_are_told(acme, cora, ben, signed_in, address, amount):
    won(acme, ben, MARCH, amount=30_000)
    lost(acme, ben, MARCH, amount=amount)

    assert CAVEAT in page(acme, cora, signed_in, address)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("losses", [[], [0, 1]])
def test_without_losses_or_with_one_that_has_an_amount_there_is_nothing_to_tell(
    acme, cora, ben, signed_in, address, losses
):
    won(acme, ben, MARCH, amount=30_000)
    for amount in losses:
        lost(acme, ben, MARCH, amount=amount)

    assert CAVEAT not in page(acme, cora, signed_in, address)


def test_where_every_amount_is_zero_that_is_why_there_is_no_number(acme, cora, ben, signed_in):
    won(acme, ben, MARCH, amount=0)
    lost(acme, ben, MARCH)

    assert "Every amount is 0." in page(acme, cora, signed_in, ADDRESSES[1])
