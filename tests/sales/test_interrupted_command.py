"""``import_sales`` that was interrupted goes on where it stopped: run again, or from its page."""

import pytest
from django.core.management import CommandError, call_command

from jobs.models import Job
from jobs.running import run_now
from sales.importing.committing import begin, commit
from sales.importing.undoing import undo
from tests.sales.crm import counts, mapping_for, opportunities_of, planned

HEADER = "Id,Stage"
ROWS = ["A,Proposal", "B,Proposal", "C,Proposal"]


class PowerCut(Exception):
    """What nobody catches."""


def cut(done, total):
    raise PowerCut


@pytest.fixture
def half(acme):
    """An import of which the first row is written."""
    run = planned(acme, HEADER, *ROWS)
    with pytest.raises(PowerCut):
        commit(run, progress=cut, batch=1)
    return run


def import_sales(folder, *options, header=HEADER, rows=ROWS, toml=""):
    (folder / "deals.csv").write_text("\n".join([header, *rows]) + "\n")
    (folder / "map.toml").write_text(toml or mapping_for(header).to_toml())
    named = ("--organization", "acme", "--mapping", str(folder / "map.toml"))
    call_command("import_sales", "opportunities", str(folder / "deals.csv"), *named, *options)


def test_run_again_it_is_finished_and_can_be_undone(acme, half, tmp_path, capsys):
    import_sales(tmp_path)

    half.refresh_from_db()
    assert (half.state, counts(half)) == ("committed", {"created": 3})
    assert opportunities_of(acme) == ["A", "B", "C"]
    said = capsys.readouterr().out
    assert "This import was interrupted; it goes on where it stopped." in said
    assert "3 rows: 3 created" in said
    undo(half)


def test_by_the_button_on_its_page(acme, half, cora, signed_in):
    client, page = signed_in(cora), f"/teams/acme/acme/imports/{half.pk}/"
    assert "Go on" in client.get(page).content.decode()

    client.post(f"{page}do/commit/")
    run_now(Job.objects.get(task="sales.commit").pk)

    half.refresh_from_db()
    assert (half.state, counts(half)) == ("committed", {"created": 3})


@pytest.mark.parametrize("other", [{"rows": ROWS[:2]}, {"options": ["--valid-only"]}])
def test_another_file_or_other_options_are_another_import(acme, half, tmp_path, other):
    import_sales(tmp_path, *other.get("options", ()), rows=other.get("rows", ROWS))

    assert acme.import_runs.get(state="committed").pk != half.pk


def test_a_dry_run_goes_on_with_nothing(half, tmp_path):
    import_sales(tmp_path, "--dry-run")

    half.refresh_from_db()
    assert half.state == "committing"


def test_where_nothing_can_be_written_any_more_it_ends_with_its_reason(acme, tmp_path):
    owners = "rep,region,team\nDana,West,Hunters\n"
    run = planned(acme, f"{HEADER},Owner", "A,Proposal,Dana", teams=owners)
    begin(run, valid_only=False)
    for mail in ("dana@acme.example", "dana.k@acme.example"):
        acme.people.create(name="Dana", email=mail)
    (tmp_path / "teams.csv").write_text(owners)

    with pytest.raises(CommandError, match="People or teams changed since"):
        import_sales(tmp_path, header=f"{HEADER},Owner", rows=["A,Proposal,Dana"], toml=run.toml)

    run.refresh_from_db()
    assert (run.state, run.failure[:6]) == ("failed", "People")
