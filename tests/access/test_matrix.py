"""The canary matrix: everybody asks for every address with every id, in every method.

What somebody may do is in ``table``; what nobody may read there is found by words that stand in
one place only. An address without a row in the table fails.
"""

import pytest

from tests.access.addresses import addresses, patterns
from tests.access.table import NOBODY, SEATS, TABLE
from tests.access.walking import Walk

pytestmark = pytest.mark.django_db
NAMES = sorted({name for name, _pattern in patterns()})
OTHER_METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_every_address_has_a_row_and_every_row_an_address():
    assert sorted(TABLE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_what_the_table_says(walk: Walk, name):
    """With a method that the address does not have, one address stands for all: none looks at it
    before it has looked at the method."""
    row = TABLE[name]
    wrongs = []
    for persona in SEATS:
        asked = addresses(walk.here, name, persona)
        for method, who in {"GET": row.get, "POST": row.post}.items():
            for address in asked[:1] if who == NOBODY else asked:
                wrongs += walk.wrongs(persona, name, method, address)

    assert not wrongs, "\n".join(wrongs[:20])


@pytest.mark.parametrize("name", NAMES)
def test_other_methods_open_nothing_more(walk: Walk, name):
    wrongs = [
        wrong
        for persona in ("anonymous", "admin", "other admin")
        for method in OTHER_METHODS
        for wrong in walk.wrongs(persona, name, method, addresses(walk.here, name, persona)[0])
    ]

    assert not wrongs, "\n".join(wrongs[:20])
