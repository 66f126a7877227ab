"""An import whose command was interrupted goes on, by the page or by the command again."""

from io import StringIO

import pytest
from django.core.management import call_command

from jobs.models import Job
from jobs.running import run_now
from sales.importing.committing import commit
from sales.importing.planning import plan
from sales.importing.receiving import receive, set_mapping
from sales.models import ImportRun
from tests.sales.crm import counts, mapping_for

HEADER, ROWS = "Id,Stage", ["A,Proposal", "B,Proposal", "C,Proposal"]
IMPORTS = "/teams/acme/acme/imports"


class Interrupted(Exception):
    """What nobody catches."""


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "deals.csv"
    file.write_text("\n".join([HEADER, *ROWS]) + "\n")
    return file


@pytest.fixture
def half(acme, file):
    """The import of a command that ended after its first row was written."""
    mapping = mapping_for(HEADER)
    run = receive(acme, kind=mapping.kind, name=file.name, chunks=[file.read_bytes()])
    set_mapping(run, mapping)
    plan(run)

    def cut(done, total):
        raise Interrupted

    with pytest.raises(Interrupted):
        commit(run, progress=cut, batch=1)
    return ImportRun.objects.get(pk=run.pk)


def import_sales(file, mapping):
    (file.parent / "map.toml").write_text(mapping)
    out = StringIO()
    named = ("--organization", "acme", "--mapping", str(file.parent / "map.toml"))
    call_command("import_sales", "opportunities", str(file), *named, stdout=out)
    return out.getvalue()


def test_by_the_button_on_its_page(acme, half, cora, signed_in):
    client = signed_in(cora)
    assert "Go on" in client.get(f"{IMPORTS}/{half.pk}/").content.decode()

    client.post(f"{IMPORTS}/{half.pk}/do/commit/")
    run_now(Job.objects.get(task="sales.commit").pk)

    half.refresh_from_db()
    assert (half.state, counts(half)) == ("committed", {"created": 3})
