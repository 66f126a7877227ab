"""Whatever stands in an address, an answer is a page, says there is none, or says what is wrong."""

from urllib.parse import quote

import pytest

from tests.access.addresses import addresses, patterns
from tests.access.seeding import Seeded
from tests.access.table import NOBODY, TABLE

pytestmark = pytest.mark.django_db
LOOKED_AT = sorted(
    name for name, _pattern in patterns() if TABLE[name].get != NOBODY and "_" not in name
)
TEXTS = (
    "", "\0", "x\0y", "'", '"><script>', "%", "-1", "0", "1e9", "9" * 30, "9" * 5_000, "²", "٣",
    "\uffff", "🙂", "None", "../../etc/passwd", "[", "//[", "{{7*7}}",
)  # fmt: skip
RAW = ("%ff%fe", "%00", "%ED%A0%80", "1&b=c", "1&page=2", "%")
TIMES = (
    "all", "month", "0000-01", "0001-01", "0001", "0001-Q1", "9999", "9999-12", "9999-Q4",
    "2024-13", "2024-Q5", "0001-01-01", "9999-12-31", "2024-02-30", "2024-01-01..2023-01-01",
    "0001-01-01..9999-12-31", "2024-01-01..2024-12-31", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999999Z",
    "2024-01-01T00:00:00Z~9" + "9" * 30, "2024-01-01~1", "2024-01-01T00:00:00+99:00", "~", "T",
    "0001-01-01T00:00:00+14:00~1", "9999-12-31T23:59:59-14:00~1",
)  # fmt: skip
WITH_TIMES = (
    "api:metric",
    "api:rows",
    "metrics:team-home",
    "metrics:metric",
    "metrics:rows-csv",
    "metrics:rep-metric",
)


def assert_answered(here: Seeded, path: str) -> None:
    asker = "key" if path.startswith("/api/") else "admin"
    answer = here.clients[asker].get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    assert answer.status_code in {200, 302, 400, 404, 422}, path[:200]


@pytest.mark.parametrize("name", LOOKED_AT)
def test_odd_texts(here: Seeded, name):
    path = addresses(here, name, "admin")[0].path
    keys = (
        "q", "page", "state", "sort", "shown", "from", "next", "kind", "cursor", "limit", "id",
        "by", "since", "before", "team", "rep", "pipeline",
    )  # fmt: skip

    for value in (*(quote(text) for text in TEXTS), *RAW):
        assert_answered(here, f"{path}?" + "&".join(f"{key}={value}" for key in keys))
        if name.startswith("api:"):
            for key in keys:
                assert_answered(here, f"{path}?{key}={value}")


@pytest.mark.parametrize("name", WITH_TIMES)
@pytest.mark.parametrize("key", ["period", "as_of", "after"])
def test_odd_times(here: Seeded, name, key):
    path = addresses(here, name, "admin")[0].path

    for value in (*map(quote, TIMES + TEXTS), *RAW):
        assert_answered(here, f"{path}?{key}={value}")


@pytest.mark.parametrize("digits", ["0", "1" * 13, str(2**63), "1" * 30, "1" * 4_301])
def test_odd_numbers(here: Seeded, digits):
    """In place of any id that is a number: none, too large for a row, for a column, for Python."""
    pages = ("people/{}/", "reps/{}/", "reps/{}/metrics/win-rate/", "imports/{}/",
             "imports/{}/errors.csv", "opportunities/{}/")  # fmt: skip

    for page in pages:
        path = f"/teams/{here.teams['acme'].path}/{page.format(digits)}"
        assert here.clients["admin"].get(path).status_code == 404
