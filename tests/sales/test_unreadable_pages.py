"""A file that proves unreadable while it is mapped: said on its pages, which only look."""

import pytest

from sales.importing.mapping import OPPORTUNITIES
from sales.importing.receiving import receive
from sales.models import ImportRun

pytestmark = pytest.mark.django_db
IMPORTS = "/teams/acme/acme/imports"


@pytest.fixture
def run(acme):
    """Uploaded, with two columns of one name."""
    return receive(acme, kind=OPPORTUNITIES, name="twice.csv", chunks=[b"Id,Id\nA,B\n"])


@pytest.mark.parametrize("step", ["columns", "stages"])
def test_looking_at_its_mapping_says_why_and_writes_nothing(run, cora, signed_in, step):
    answer = signed_in(cora).get(f"{IMPORTS}/{run.pk}/{step}/", follow=True)

    assert "Two columns have this name." in answer.text
    run.refresh_from_db()
    assert run.state == ImportRun.State.UPLOADED


def test_its_errors_are_told_without_cells(run, cora, signed_in):
    answer = signed_in(cora).get(f"{IMPORTS}/{run.pk}/errors.csv")

    assert b"".join(answer.streaming_content) == b"line,column,value,reason\r\n"
