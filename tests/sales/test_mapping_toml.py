"""A mapping is kept as TOML; one that cannot be used names the key and the reason."""

from dataclasses import replace

import pytest

from sales.importing.mapping import BadMapping, Mapping, Owners, from_toml, guess
from sales.importing.reading import Layout
from tests.sales.crm import mapping_for

GOOD = """
kind = "opportunities"

[columns]
id = "Id"
stage = "Stage"
closed_at = "Closed"

[pipeline]
stages = ["First contact", "Proposal"]

[stages]
Won = "won"
"""
EVERYTHING = Mapping(
    kind="opportunities",
    source="hubspot",
    layout=Layout(encoding="cp1252", delimiter=";", ends_at_blank_line=True),
    columns={"id": "Id", "stage": "Stage", "amount": "Amount"},
    only={"Pipeline": ("New business", "Renewals")},
    stages={"Won": "won", "Unfit": "lost/disqualified"},
    pipeline="New business",
    pipeline_stages=("First contact", "Proposal"),
    entered={"Proposal": 'Date entered "Proposal"'},
    date_format="dmy",
    zone="Europe/Berlin",
    decimal=",",
    currency="EUR",
    null_values=("n/a",),
    disqualified_reasons=("Duplicate",),
    owners=Owners(file="teams.csv", owner="rep", teams=("region", "team")),
    owner_change="correction",
)


@pytest.mark.parametrize("mapping", [EVERYTHING, mapping_for("Id,Stage,At")])
def test_a_mapping_comes_back_from_its_toml(mapping):
    assert from_toml(mapping.to_toml()) == mapping


def test_texts_that_mean_nothing_are_written_only_where_there_are_any():
    """An empty cell always means nothing, and need not be named; older files name it."""
    plain = mapping_for("Id,Stage,At").to_toml()

    assert "null_values" not in plain
    assert from_toml('null_values = [""]\n' + plain).to_toml() == plain


def test_what_is_not_said_has_a_default():
    mapping = from_toml(GOOD)

    assert (mapping.source, mapping.pipeline, mapping.null_values) == ("crm", "Sales", ())
    assert (mapping.date_format, mapping.decimal, mapping.owner_change) == ("", "", "from_now")
    assert mapping.owners is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind = ", "The mapping is not TOML"),
        ('speed = "high"', "speed: is not part of a mapping"),
        ('[dates]\nformt = "iso"', "dates.formt: is not part of a mapping. There is: format, zone"),
        ("source = 5", "source: must be a text in quotation marks."),
        ('null_values = "NA"', "null_values: must be a list of texts."),
        ("null_values = [1]", "null_values: must be a list of texts."),
        ('dates = "iso"', "dates: must be a table of its own."),
        ('file = { ends_at_blank_line = "yes" }', "file.ends_at_blank_line: must be true or false"),
        ("columns = { id = 5 }", "columns.id: must be a text in quotation marks."),
        ('only = { Pipeline = "Sales" }', "only.Pipeline: must be a list of texts."),
        ('pipeline = { stages = "Proposal" }', "pipeline.stages: must be a list of texts."),
        ('[owners]\nfile = "teams.csv"', "owners.owner: is missing."),
    ],
)
def test_a_wrong_key_or_type_is_named(text, message):
    with pytest.raises(BadMapping, match="^" + message.replace("(", r"\(")):
        from_toml(text, complete=False)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"kind": "quotes"}, "kind: must be one of opportunities, stage_events, leads, "),
        ({"columns": {"id": "Id"}}, "columns.stage: must be mapped to a column."),
        ({"columns": {"id": "", "stage": "Stage"}}, "columns.id: must be mapped to a column."),
        (
            {"columns": {"id": "Id", "stage": "Stage", "colour": "Colour"}},
            "columns.colour: is not a field. There is: id, name,",
        ),
        ({"only": {"Pipeline": ()}}, "only.Pipeline: must name at least one value."),
        ({"pipeline_stages": ()}, "pipeline.stages: must name at least one stage"),
        ({"pipeline_stages": ("A", "A")}, "pipeline.stages: names a stage twice."),
        ({"pipeline_stages": ("won",)}, "pipeline.stages: “won” has another meaning here."),
        ({"pipeline_stages": (" ",)}, "pipeline.stages: must not be empty."),
        ({"pipeline_stages": ("x" * 101,)}, "pipeline.stages: is longer than 100 characters."),
        ({"pipeline": "x" * 101}, "pipeline.name: is longer than 100 characters."),
        ({"source": "x" * 51}, "source: is longer than 50 characters."),
        ({"stages": {"Closed": "wn"}}, "stages.Closed: “wn” is not in pipeline.stages."),
        ({"entered": {"Demo": "Demo"}}, "entered.Demo: is not in pipeline.stages."),
        ({"date_format": "European"}, "dates.format: must be iso, dmy, mdy, ymd or"),
        ({"zone": "Berlin"}, "dates.zone: is not a known time zone."),
        ({"decimal": "·"}, "amounts.decimal: must be a point or a comma."),
        ({"currency": "euro"}, "amounts.currency: must be three letters, such as EUR."),
        ({"owner_change": "always"}, "owners.change: must be from_now or correction."),
        ({"layout": Layout(delimiter="#")}, "file.delimiter: must be a comma, a semicolon"),
        ({"layout": Layout(encoding="klingon")}, "file.encoding: is not a known encoding"),
        ({"layout": Layout(encoding="rot13")}, "file.encoding: is not a known encoding"),
    ],
)
def test_a_contradiction_is_named(said, message):
    text = replace(from_toml(GOOD), **said).to_toml()

    with pytest.raises(BadMapping) as caught:
        from_toml(text)

    assert str(caught.value).startswith(message)


def test_a_log_says_itself_when_a_stage_was_entered():
    text = replace(mapping_for("Id,Stage,At"), entered={"Proposal": "Proposed"}).to_toml()

    with pytest.raises(BadMapping, match=r"^entered: has no place in a log"):
        from_toml(text)


def test_columns_are_guessed_by_their_names_for_a_person_to_confirm():
    mapping = guess("opportunities", ["Record ID", "Deal Stage", "Close Date", "Deal owner"])

    assert mapping.columns == {
        "id": "Record ID",
        "stage": "Deal Stage",
        "closed_at": "Close Date",
        "owner": "Deal owner",
    }
    assert mapping.date_format == ""
