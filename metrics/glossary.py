"""The glossary, written from the declarations."""

from collections.abc import Iterator

from django.utils import translation

from metrics.declared import HEADLINES, Metric, companions

OPENING = """# Glossary of metrics

Written by `manage.py glossary` from the definitions the numbers are computed by; do not edit.
Every number counts in the organisation's time zone, belongs to the owner at the instant it counts
at and to the team the owner was in then, and reads "no data" where there is nothing to divide by.
Rates carry Wilson's 95 % interval, medians a distribution-free one; a change is shown with an arrow
only where the interval of the difference leaves out zero.
"""


def glossary() -> str:
    """Markdown, in English."""
    with translation.override("en"):
        return "\n".join([OPENING, *_entries()])


def _entries() -> Iterator[str]:
    for headline in HEADLINES:
        yield from _entry(headline, "##")
        for metric in companions(headline):
            yield from _entry(metric, "###")


def _entry(metric: Metric, mark: str) -> Iterator[str]:
    yield f"{mark} {metric.title}\n"
    facts = f"version {metric.version}, in {metric.unit}; {metric.better} is better"
    yield f"`{metric.slug}`, {facts}.\n"
    yield f"*{metric.question}*\n"
    yield f"{metric.definition}\n"
