"""A file without rows is refused where it is uploaded, before anybody maps it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.sales.crm import mapping_for

PAGE = "/teams/acme/acme/imports/new/"
NO_ROWS = "line 1: Below the names of its columns the file has no rows."


@pytest.mark.parametrize("text", [b"Id,Stage", b"Id,Stage\n", b"Id,Stage\n,\n\n"])
def test_it_is_refused_with_the_reason(acme, cora, signed_in, text):
    file = SimpleUploadedFile("deals.csv", text)

    answer = signed_in(cora).post(PAGE, {"kind": "opportunities", "file": file})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"file": [NO_ROWS]}
    assert acme.import_runs.get().state == "failed"


def test_a_mapping_uploaded_with_it_changes_nothing(acme, cora, signed_in):
    mapping = SimpleUploadedFile("map.toml", mapping_for("Id,Stage").to_toml().encode())
    file = SimpleUploadedFile("deals.csv", b"Id,Stage\n")

    said = {"kind": "opportunities", "file": file, "mapping_file": mapping}
    answer = signed_in(cora).post(PAGE, said)

    assert answer.context["form"].errors == {"file": [NO_ROWS]}


def test_a_row_that_cannot_be_read_is_a_row(acme, cora, signed_in):
    file = SimpleUploadedFile("deals.csv", b"Id,Stage\nA,Won,2024\n")

    assert signed_in(cora).post(PAGE, {"kind": "opportunities", "file": file}).status_code == 302
