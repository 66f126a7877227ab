"""``docs/importing.md`` says all there is: keys, fields, meanings, errors, mappings."""

import re
import tomllib

import pytest

from sales.importing.mapping import from_toml
from sales.importing.problems import REASONS
from sales.importing.shape import SHAPE
from sales.importing.vocabulary import (
    ACTIVITIES,
    FIELDS,
    KINDS,
    LEADS,
    MEANINGS,
    TARGETS,
    WITH_STAGES,
)
from tests.sales.from_files import MAPPINGS, ROOT

TEXT = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")


def table_under(heading: str) -> list[list[str]]:
    """The cells of each row of the first table of a section, without its head."""
    section = re.split(r"^#+ ", TEXT.partition(f" {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)
    rows = [line for line in section[0].splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows[2:]]


def keys_of(shape: dict[str, object]) -> set[str]:
    """Every key with its section, but of sections with free keys only their name."""
    found = set()
    for key, inner in shape.items():
        found |= {f"{key}.{name}" for name in inner} if isinstance(inner, dict) else {key}
    return found


def test_every_key():
    assert {row[0] for row in table_under("Keys")} == keys_of(SHAPE)


def test_every_field_and_the_files_it_is_of():
    said = {name: kinds for name, kinds, _meaning in table_under("Fields")}

    of = {
        kind: {name for name, kinds in said.items() if kinds in ("both", kind.replace("_", " "))}
        for kind in WITH_STAGES
    }
    of |= {
        kind: {name for name, _meaning in table_under(f"Fields of {kind.replace('_', ' ')}")}
        for kind in set(KINDS) - WITH_STAGES
    }
    assert of == {kind: set(names) for kind, names in FIELDS.items()}


@pytest.mark.parametrize(
    ("heading", "kind"), [("What leaves a lead out", LEADS), ("What an activity means", ACTIVITIES)]
)
def test_every_meaning_of_other_values(heading, kind):
    assert {meaning for meaning, _becomes in table_under(heading)} == set(MEANINGS[kind])


def test_every_meaning_of_a_stage():
    meanings = {row[0] for row in table_under("What a stage means")}

    assert {meaning for meaning in meanings if " " not in meaning} == set(TARGETS)


def test_every_error_with_its_reason_and_what_to_do():
    said = {code: (reason, remedy) for code, _refuses, reason, remedy in table_under("Errors")}

    assert {code: reason for code, (reason, _) in said.items()} == {
        code: str(reason) for code, reason in REASONS.items()
    }
    assert all(remedy for _, remedy in said.values())


def test_every_worked_mapping():
    linked = {re.search(r"\(mappings/(.+)\)", row[0])[1] for row in table_under("Worked mappings")}

    assert linked == {path.name for path in MAPPINGS.glob("*.toml")}


def test_the_examples_are_mappings_that_show_every_key():
    examples = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)

    shown = [
        keys_of({key: each[key] if isinstance(SHAPE[key], dict) else "" for key in each})
        for each in map(tomllib.loads, examples)
    ]

    assert from_toml(examples[0]).owners
    assert from_toml(examples[1]).meanings
    assert set.union(*shown) == keys_of(SHAPE)


def test_links_lead_somewhere():
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}

    assert set(re.findall(r"\]\(#(.+?)\)", TEXT)) <= anchors
