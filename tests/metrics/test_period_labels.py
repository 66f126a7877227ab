"""Periods as people read them, in English and Indonesian."""

import pytest
from django.utils.translation import override

from metrics.periods import parse

LABELS = [
    ("en", "2017-03", 1, "March 2017", "Mar 17"),
    ("id", "2017-03", 1, "Maret 2017", "Mar 17"),
    ("id", "2017-08", 1, "Agustus 2017", "Agu 17"),
    ("en", "2017-Q1", 1, "Q1 2017", "Q1 17"),
    ("en", "2017", 1, "2017", "2017"),
    ("id", "2017", 1, "2017", "2017"),
    ("en", "2017-Q1", 4, "Q1 FY 2017", "Q1 17"),
    ("en", "2017", 4, "FY 2017", "FY 2017"),
    ("en", "2017-03", 4, "March 2017", "Mar 17"),
    ("en", "2017-01-15..2017-02-14", 1, "15 Jan 2017 – 14 Feb 2017", "15 Jan 2017 – 14 Feb 2017"),
    ("id", "2017-05-15..2017-08-14", 1, "15 Mei 2017 – 14 Agu 2017", "15 Mei 2017 – 14 Agu 2017"),
    ("en", "all", 1, "All time", "All time"),
]


@pytest.mark.parametrize(("language", "code", "fiscal", "label", "short"), LABELS)
def test_labels(language, code, fiscal, label, short):
    with override(language):
        period = parse(code, fiscal)

        assert (period.label, period.short_label) == (label, short)
