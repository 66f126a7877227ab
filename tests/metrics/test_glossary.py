"""The glossary in the documentation is what the definitions say."""

from pathlib import Path

from metrics.declared import METRICS
from metrics.glossary import glossary

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def test_the_written_glossary_is_up_to_date():
    assert WRITTEN.read_text() == glossary()


def test_every_metric_is_in_it():
    assert all(f"`{metric.slug}`" in glossary() for metric in METRICS)
