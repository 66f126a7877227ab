"""Text is read in the encoding it was written in."""

import pytest

from sales.importing.problems import Problem
from sales.importing.reading import Layout, open_table
from tests.sales.crm import path_of

CZECH = "\n".join(f"{n},Jiří Dvořák,Škoda Příbram závod číslo {n},Žďár" for n in range(30))
RUSSIAN = "\n".join(f"{n},Иванов Пётр,Закрытое акционерное общество {n},Москва" for n in range(30))
JAPANESE = "\n".join(f"{n},田中太郎,株式会社トヨタ {n},東京" for n in range(30))


def names_in(path, layout=None) -> list[str]:
    with open_table(path, layout) as table:
        return [cells[1] for _line, cells in table.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["Müller", "José Peña", "Société Générale"])
def test_western_names_are_read_as_written(tmp_path, encoding, name):
    path = path_of(tmp_path, f"Id,Name\n1,{name}\n".encode(encoding))

    assert names_in(path) == [name]


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("cp1250", CZECH, "Jiří Dvořák"),
        ("cp1251", RUSSIAN, "Иванов Пётр"),
        ("cp932", JAPANESE, "田中太郎"),
    ],
)
def test_enough_text_tells_other_old_encodings_apart(tmp_path, encoding, text, name):
    path = path_of(tmp_path, f"Id,Name,Account,City\n{text}\n".encode(encoding))

    assert set(names_in(path)) == {name}


def test_a_mark_before_the_header_is_no_part_of_its_first_name(tmp_path):
    path = path_of(tmp_path, "Id,Name\n1,Ana\n".encode("utf-8-sig"))

    with open_table(path) as table:
        assert table.header == ["Id", "Name"]


def test_a_letter_far_down_still_decides_the_encoding(tmp_path):
    plain = "1,Ana Ng\n" * 200_000
    path = path_of(tmp_path, f"Id,Name\n{plain}2,Müller\n".encode("cp1252"))

    assert names_in(path)[-1] == "Müller"


def test_a_stated_encoding_is_not_second_guessed(tmp_path):
    path = path_of(tmp_path, "Id,Name\n1,Škoda\n".encode("cp1250"))

    assert names_in(path, Layout(encoding="cp1250")) == ["Škoda"]


def test_a_broken_row_in_a_file_of_good_utf8_is_that_rows_problem(tmp_path):
    good = "1,Müller\n2,Peña\n".encode()
    path = path_of(tmp_path, b"Id,Name\n" + good + b"3,M\xfcller\n4,Ana\n")

    with open_table(path) as table:
        rows = list(table.rows())

    assert rows[:2] == [(2, ["1", "Müller"]), (3, ["2", "Peña"])]
    assert rows[2] == (4, Problem(4, "Name", "M\udcfcller", "undecodable"))
    assert rows[3] == (5, ["4", "Ana"])


def test_what_cannot_be_kept_is_shown_as_a_replacement():
    assert Problem(4, "Name", "M\udcfcl\0ler", "undecodable").shown == "M\ufffdl\ufffdler"


def test_a_replacement_character_that_the_crm_wrote_is_text(tmp_path):
    path = path_of(tmp_path, "Id,Name\n1,M\ufffdller\n")

    assert names_in(path) == ["M\ufffdller"]


def test_half_a_character_of_utf16_is_that_rows_problem(tmp_path):
    path = path_of(tmp_path, "Id,Name\n1,Ana\n2,Ben".encode("utf-16") + b"\x00")

    with open_table(path) as table:
        codes = [cells.code for _line, cells in table.rows() if isinstance(cells, Problem)]

    assert codes == ["undecodable"]


def test_a_zero_byte_far_down_is_that_rows_problem(tmp_path):
    plain = "1,Ana Ng\n" * 200_000
    path = path_of(tmp_path, f"Id,Name\n{plain}2,B\0en\n")

    with open_table(path) as table:
        *_, (line, problem) = table.rows()

    assert (line, problem.column, problem.code) == (200_002, "Name", "undecodable")
