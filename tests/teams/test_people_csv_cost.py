"""However many people are in a file, it takes as many queries."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Organisation, Person
from teams.people_in import take_people
from tests import world

Lines = Callable[[range], str]


@pytest.fixture
def new(acme, north) -> Lines:
    return lambda numbers: "".join(f"R{n},r{n}@acme.example,north\n" for n in numbers)


@pytest.fixture
def moving(north, south) -> Lines:
    return lambda numbers: "".join(
        f"New {each.name},{each.email},south\n"
        for each in [world.person(north, f"R{number}") for number in numbers]
    )


@pytest.fixture
def placed(acme, north) -> Lines:
    """Known from a sales file only."""

    def lines(numbers: range) -> str:
        for number in numbers:
            Person.objects.create(organisation=acme, name=f"R{number}")
        return "".join(f"R{number},r{number}@acme.example,north\n" for number in numbers)

    return lines


@pytest.mark.parametrize("kind", ["new", "moving", "placed"])
def test_queries_do_not_grow_with_people(acme: Organisation, request, kind):
    lines = request.getfixturevalue(kind)
    taken = []
    for numbers in (range(2), range(2, 40)):
        said = "name,email,team\n" + lines(numbers)
        with CaptureQueriesContext(connection) as captured:
            counts = take_people(acme, said, invited=True).counts
        assert counts["created"] + counts["updated"] == len(numbers)
        taken.append(len(captured))

    few, many = taken
    assert many == few <= 25
