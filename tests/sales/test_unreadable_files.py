"""A file of which nothing can be taken is refused with its line, column and reason."""

import gzip
import os

import pytest

from sales.importing.problems import UnreadableFile
from sales.importing.reading import open_table
from tests.sales.crm import path_of

WORKBOOK = b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256))


def refusal(path):
    """(line, column, code)"""
    with pytest.raises(UnreadableFile) as caught, open_table(path) as table:
        list(table.rows())
    problem = caught.value.problem
    return problem.line, problem.column, problem.code


@pytest.mark.parametrize("content", [b"", b"   \n\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path, content):
    assert refusal(path_of(tmp_path, content)) == (1, "", "empty_file")


@pytest.mark.parametrize("content", [WORKBOOK, b"\x89PNG\r\n\x1a\n\0\0\0", b"%PDF-1.7\n\x01\x02"])
def test_a_file_that_is_not_text(tmp_path, content):
    assert refusal(path_of(tmp_path, content)) == (1, "", "not_text")


def test_random_bytes(tmp_path):
    assert refusal(path_of(tmp_path, os.urandom(5_000))) == (1, "", "not_text")


def test_a_zipped_file_that_is_not_text_inside(tmp_path):
    assert refusal(path_of(tmp_path, gzip.compress(WORKBOOK))) == (1, "", "not_text")


def test_an_archive_that_is_cut_off(tmp_path):
    whole = gzip.compress(b"Id,Name\n" + b"".join(b"%d,Ana\n" % n for n in range(500_000)))

    assert refusal(path_of(tmp_path, whole[:-1_000]))[2] == "broken_archive"


def test_an_archive_that_is_damaged(tmp_path):
    whole = bytearray(gzip.compress(b"Id,Name\n" + os.urandom(300).hex().encode()))
    whole[60:80] = bytes(20)

    assert refusal(path_of(tmp_path, bytes(whole)))[2] in {"broken_archive", "not_text"}


def test_a_million_columns(tmp_path):
    path = path_of(tmp_path, ",".join(f"c{n}" for n in range(1_000_000)) + "\n")

    assert refusal(path) == (1, "", "too_many_columns")


def test_more_columns_than_are_read(tmp_path):
    path = path_of(tmp_path, ",".join(f"c{n}" for n in range(501)) + "\n")

    assert refusal(path) == (1, "", "too_many_columns")


def test_a_line_without_end(tmp_path):
    path = path_of(tmp_path, b"Id,Name\n1,Ana\n2," + b"a," * 1_000_000)

    assert refusal(path) == (3, "", "line_too_long")


def test_a_bomb_of_one_endless_line_is_not_unpacked(tmp_path):
    path = path_of(tmp_path, gzip.compress(b"Id,Name\n1," + b"a" * 20_000_000))

    assert refusal(path)[2] == "line_too_long"


def test_a_column_without_a_name(tmp_path):
    assert refusal(path_of(tmp_path, ",Id,Name\n0,1,Ana\n")) == (1, "", "no_header")


def test_two_columns_of_one_name(tmp_path):
    assert refusal(path_of(tmp_path, "Id,Name,Id\n1,Ana,2\n")) == (1, "Id", "duplicate_column")


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(tmp_path):
    path = path_of(tmp_path, 'Id,Name\n1,Ana\n2,"Ben\n3,Cora\n')

    assert refusal(path) == (3, "", "broken_quotes")


def test_a_quotation_mark_inside_a_value(tmp_path):
    path = path_of(tmp_path, 'Id,Name\n1,"5" screen"\n')

    assert refusal(path) == (2, "", "broken_quotes")


def test_the_message_names_place_value_and_reason(tmp_path):
    with (
        pytest.raises(UnreadableFile, match=r"^line 1, column “Id”: Two columns have this name\.$"),
        open_table(path_of(tmp_path, "Id,Id\n1,2\n")),
    ):
        pass
