"""Why an import failed is told in the language of whoever reads it, whoever asked for it."""

import pytest
from django.utils.translation import override

from tests.sales.crm import planned


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "line 1, column “Id”: Two columns have this name."),
        ("id", "baris 1, kolom “Id”: Dua kolom memiliki nama ini."),
    ],
)
def test_a_file_that_fails_says_why_to_each_reader(language, reason, acme):
    run = planned(acme, "Id,Stage,Id", "A,Proposal,B", columns={"id": "Id", "stage": "Stage"})

    with override(language):
        assert run.reasons == [reason]


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "An amount cannot be negative."),
        ("id", "Nilai uang tidak boleh negatif."),
    ],
)
def test_a_row_with_an_error_says_why_to_each_reader(language, reason, acme):
    run = planned(acme, "Id,Stage,Amount", "A,Proposal,-5")

    with override(language):
        assert run.rejections.get().reason == reason
