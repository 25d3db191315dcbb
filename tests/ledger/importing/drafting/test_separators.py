"""Delimiter and quote are told by what every line has equally often."""

import pytest

from ledger.importing.drafting.separators import find_separators


@pytest.mark.parametrize(
    ("text", "delimiter", "fields"),
    [
        ("a,b,c\n1,2,3\n4,5,6\n", ",", 3),
        ("a;b\n1,50;2,50\n3,50;4,50\n", ";", 2),  # as many decimal commas in each row
        ("1;2,5;3,7\n2;2,6;3,8\n", ";", 3),  # the same without a header
        ('a,b\n"x; y",1\n"z; w",2\n', ",", 2),
        ("a\tb\n1,5\t2\n", "\t", 2),
        ("id|when|name\n1|2024-01-01 10:20:30|x, y\n2|2024-01-01 10:21:30|z, w\n", "|", 3),
        ("name;street\nA;Main St 1, Dublin\nB;Quay 2\nC;Hill, 3, Cork\n", ";", 2),
        ("a,b\r\n1,2\r\n", ",", 2),
        ("a,b\r1,2\r3,4\r", ",", 2),
        ("发票号码,金额\n1,2\n", ",", 2),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str, fields: int) -> None:
    found = find_separators(text).value

    assert (found.delimiter, found.quote, found.fields) == (delimiter, '"', fields)


def test_the_other_quote_is_found_where_it_is_used() -> None:
    text = "'a','b'\n'x, y','1'\n'z, w','2'\n"

    assert find_separators(text).value.quote == "'"
    assert find_separators("a,b\nit's,1\nO'Neill,2\n").value.quote == '"'


def test_one_column_has_no_delimiter() -> None:
    found = find_separators("name\nAnna\nBert\n")

    assert (found.value.fields, found.sure) == (1, "guess")


def test_ragged_lines_make_it_less_sure() -> None:
    good = "a,b,c\n" + "1,2,3\n" * 30

    assert find_separators(good).sure == "sure"
    assert find_separators(good + "1,2\n" * 4).sure == "likely"
    assert find_separators(good + "1,2\n" * 20).sure == "guess"


def test_a_quote_that_stays_open_changes_nothing() -> None:
    text = 'a;b\n"open;1\n' + "x;2\n" * 20

    assert find_separators(text).value.delimiter == ";"
