"""``import_sales`` says in one line what is wrong, and what it did."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sales.models import ImportRun
from tests.sales.crm import mapping_for, opportunities_of, written

HEADER = "Id,Stage,Amount"
GOOD, BAD = "A,Proposal,5", "B,Proposal,-5"
WITH_OWNERS = mapping_for(HEADER).to_toml().partition("[owners]")[0] + (
    '[owners]\nfile = "teams.csv"\nowner = "rep"\nteams = ["team"]\n'
)


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.fixture
def folder(tmp_path, acme) -> Path:
    """Holds deals.csv and map.toml."""
    file(tmp_path, HEADER, GOOD)
    (tmp_path / "map.toml").write_text(mapping_for(HEADER).to_toml())
    return tmp_path


def file(folder, *rows):
    (folder / "deals.csv").write_text("\n".join(rows) + "\n")


def import_sales(folder, *options, kind="opportunities", err=None, **changed):
    """What it prints."""
    said = {"file": folder / "deals.csv", "organization": "acme", "mapping": folder / "map.toml"}
    said |= changed
    out = StringIO()
    call_command(
        "import_sales",
        kind,
        str(said["file"]),
        *("--organization", said["organization"], "--mapping", str(said["mapping"])),
        *options,
        stdout=out,
        stderr=err or StringIO(),
    )
    return out.getvalue()


def refusal(folder, *options, **changed):
    with pytest.raises(CommandError) as caught:
        import_sales(folder, *options, **changed)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_it_says_what_it_did(acme, folder):
    assert import_sales(folder) == (
        "1 rows: 1 created, 0 updated, 0 unchanged, 0 ignored, 0 rejected\n"
    )
    assert import_sales(folder) == (
        "1 rows: 0 created, 0 updated, 1 unchanged, 0 ignored, 0 rejected\n"
    )


def test_a_dry_run_writes_only_its_run_and_says_so(acme, folder):
    said = import_sales(folder, "--dry-run")

    assert said == (
        "1 rows: 1 would be created, 0 would be updated, 0 unchanged, 0 ignored, 0 rejected\n"
        "Dry run: no facts were written.\n"
    )
    assert written(acme) == {}
    assert opportunities_of(acme) == []
    assert ImportRun.objects.get().state == "discarded"


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_rows_with_errors_are_listed_and_refuse_the_file(acme, folder, options):
    file(folder, HEADER, GOOD, BAD)
    listed = StringIO()

    said = refusal(folder, *options, err=listed)

    assert said.startswith("1 of 2 rows have errors; nothing was imported. Mend the file, or")
    assert listed.getvalue() == ("line 3, column “Amount”: “-5”: An amount cannot be negative.\n")
    assert written(acme) == {}


def test_the_rest_is_imported_where_that_was_asked_for(acme, folder):
    file(folder, HEADER, GOOD, BAD)

    said = import_sales(folder, "--valid-only")

    assert said == "2 rows: 1 created, 0 updated, 0 unchanged, 0 ignored, 1 rejected\n"
    assert opportunities_of(acme) == ["A"]


def test_of_many_errors_the_first_are_listed(folder):
    file(folder, HEADER, *(f"{number},Proposal,-5" for number in range(30)))
    listed = StringIO()

    refusal(folder, err=listed)

    *lines, last = listed.getvalue().splitlines()
    assert (len(lines), last) == (20, "… and 10 more; the import’s page lists all of them.")


def test_a_terminal_sees_how_far_it_is(folder):
    file(folder, HEADER, *(f"{number},Proposal,5" for number in range(5_000)))
    terminal, log = Terminal(), StringIO()

    import_sales(folder, err=terminal)
    import_sales(folder, err=log)

    assert "\r5000 rows of about 5000" in terminal.getvalue()
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"file": Path("no.csv")}, "no.csv: No such file or directory."),
        ({"mapping": Path("no.toml")}, "no.toml: No such file or directory."),
        ({"organization": "acne"}, "--organization: There is no organisation “acne”."),
        ({"kind": "stage_events"}, "kind: is opportunities, but stage_events was asked for."),
    ],
)
def test_what_is_not_there_is_named(folder, changed, said):
    assert said in refusal(folder, **changed)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (b"kind = ", "map.toml: The mapping is not TOML"),
        (b"\xff\xfe", "map.toml: This is not UTF-8 text."),
        (b"speed = 1", "map.toml: speed: is not part of a mapping."),
        (b"[columns]\nid = 'Id'", "map.toml: columns.stage: must be mapped to a column."),
    ],
)
def test_a_wrong_mapping_names_file_key_and_reason(folder, mapping, said):
    (folder / "map.toml").write_bytes(mapping)

    assert said in refusal(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "deals.csv: line 1: The file is empty."),
        ("PK\x03\x04\0", "deals.csv: line 1: This is not a text file."),
        ("Id,Amount\nA,5\n", "deals.csv: line 1, column “Stage”: The file has no column of"),
    ],
)
def test_an_unreadable_file_is_named(folder, content, said):
    (folder / "deals.csv").write_text(content)

    assert said in refusal(folder)


def test_an_owners_file_is_looked_for_beside_the_mapping_and_beside_the_file(acme, folder):
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "map.toml").write_text(WITH_OWNERS)

    said = refusal(folder, mapping=elsewhere / "map.toml")
    assert "owners.file: there is no teams.csv beside the mapping or beside" in said

    (folder / "teams.csv").write_text("rep,team\nDana,Hunters\n")
    import_sales(folder, mapping=elsewhere / "map.toml")
    assert acme.people.get().name == "Dana"


def test_a_dry_run_says_whom_the_owners_file_would_bring(acme, folder):
    (folder / "map.toml").write_text(WITH_OWNERS)
    (folder / "teams.csv").write_text("rep,team\nDana,Hunters\n")

    said = import_sales(folder, "--dry-run")

    assert said.startswith(
        "Owners file: 1 people would be added, 0 would be put into a first team, 1 teams would be "
        "added, 0 people stay in their team\n"
    )
    assert not acme.people.exists()


def test_several_errors_of_an_owners_file_are_listed(folder):
    (folder / "map.toml").write_text(WITH_OWNERS)
    (folder / "teams.csv").write_text("rep,team\nDana,\n,Hunters\n")
    listed = StringIO()

    said = refusal(folder, err=listed)

    assert said.endswith("deals.csv: 2 errors; nothing was imported.")
    assert [line.partition(":")[0] for line in listed.getvalue().splitlines()] == ["teams.csv"] * 2
