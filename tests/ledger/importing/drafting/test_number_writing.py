"""How a file writes numbers is seen over all its columns."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.importing import number_cells
from ledger.importing.drafting.number_writing import (
    Form,
    common_form,
    decoration,
    look_at_numbers,
)
from ledger.importing.drafting.sureness import Guess
from ledger.importing.file_formats import Formats


def form(*columns: list[str]) -> Guess[Form]:
    looks = []
    for column in columns:
        texts: Mapping[str, int] = dict.fromkeys(column, 1)
        look = look_at_numbers(texts, len(texts))
        assert look is not None
        looks.append((look, texts))
    return common_form(looks)


@pytest.mark.parametrize(
    ("column", "expected", "sure"),
    [
        (["1", "25", "-3"], Form(".", ""), "sure"),
        (["1.50", "25.25"], Form(".", ""), "sure"),
        (["1,234.50", "25.25"], Form(".", ","), "sure"),
        (["1,50", "25,25"], Form(",", ""), "sure"),
        (["1.234,50", "25,25"], Form(",", "."), "sure"),
        (["1 234,50", "25,25"], Form(",", " "), "sure"),
        (["1\u00a0234,50", "25,25"], Form(",", "\u00a0"), "sure"),
        (["1'234.50", "25.25"], Form(".", "'"), "sure"),
        (["1,234", "5,678"], Form(".", ","), "guess"),  # or three decimals
        (["1.234", "5.678"], Form(",", "."), "guess"),
        (["0.123", "0.456"], Form(".", ""), "sure"),  # no group of thousands is a zero
        (["1e5", "2.5E-3"], Form(".", ""), "sure"),
    ],
)
def test_decimal_mark_and_thousands_are_found(column: list[str], expected: Form, sure: str) -> None:
    found = form(column)

    assert (found.value, found.sure) == (expected, sure)


def test_one_column_tells_what_another_leaves_open() -> None:
    assert form(["1.234", "5.678"], ["1.234,50", "2,00"]).value == Form(",", ".")
    assert form(["1.234", "5.678"], ["1.5", "22.75"]).value == Form(".", "")


def test_columns_that_disagree_make_it_less_sure() -> None:
    found = form(["1.5", "2.25"], ["3.5", "4.25"], ["1,5", "2,25"])

    assert (found.value, found.sure) == (Form(".", ""), "likely")


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["R$ 1.234,00", "R$ 5,00"], "R$"),
        (["¥1,234.00", "¥5.00"], "¥"),
        (["5,99%", "6,10%"], "%"),
        (["(1,234.00)", "5.00", "(7.00)"], "()"),
        (["100元", "200元"], "元"),
        (["1,234.00", "5.00"], None),
        (["(1", "22", "33", "44", "55", "66", "77"], None),
        (["Main St 1", "Quay 2"], None),
    ],
)
def test_signs_for_which_numbers_cannot_be_read_are_named(
    texts: list[str], sign: str | None
) -> None:
    assert decoration(dict.fromkeys(texts, 1)) == sign


@given(
    st.lists(
        st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
        min_size=5,
        max_size=20,
        unique=True,
    ),
    st.sampled_from([(".", ","), (",", "."), (".", ""), (",", "")]),
)
def test_the_importer_reads_every_number_back(
    numbers: list[Decimal], marks: tuple[str, str]
) -> None:
    decimal, thousands = marks
    table = str.maketrans({",": thousands, ".": decimal})
    texts = [f"{number:,.2f}".translate(table) for number in numbers]
    found = form(texts)

    read = number_cells.reader(
        Formats.model_validate({"decimal": found.value.decimal, "thousands": found.value.thousands})
    )
    assert [read(text) for text in texts] == numbers
