"""What is kept of an error: enough to find it, nothing that anybody wrote."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from jobs.describing import describe
from jobs.models import SlotRun

SECRET = "ben@acme.example"


def raised(problem) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        problem()
    return caught.value


def wrong_number() -> None:
    int(SECRET)


def missing_key() -> None:
    {}[SECRET]


def missing_file() -> None:
    with open(f"/home/{SECRET}/export.csv"):
        pass


def chained() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise LookupError(SECRET) from error


@pytest.mark.parametrize("problem", [wrong_number, missing_key, missing_file, chained])
def test_neither_values_nor_paths_are_kept(problem):
    said = describe(raised(problem))

    assert "ben" not in said
    assert "/" not in said


def test_the_kind_and_the_place_are_kept():
    first, *_, last = describe(raised(wrong_number)).splitlines()

    assert first.startswith("ValueError")
    assert last.startswith(f"in {__name__}.wrong_number, line ")


def test_the_causes_are_kept():
    kinds = describe(raised(chained)).splitlines()[:2]

    assert [kind.partition(":")[0] for kind in kinds] == ["LookupError", "ValueError"]


def test_what_the_system_says_is_kept():
    assert "No such file or directory" in describe(raised(missing_file))


def test_the_constraint_is_kept_and_not_the_row(db):
    def twice() -> None:
        for _ in range(2):
            SlotRun.objects.create(name=SECRET, at=timezone.now().replace(microsecond=0))

    error = raised(twice)
    assert isinstance(error, IntegrityError)
    assert SECRET in str(error)

    said = describe(error)

    assert "SQLSTATE 23505" in said
    assert "slot_is_taken_once" in said
    assert SECRET not in said
