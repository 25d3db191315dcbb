"""How a file writes numbers: decimal mark and separator of thousands, seen over all its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ledger.importing import number_cells
from ledger.importing.cell_faults import CellError
from ledger.importing.drafting.sureness import Guess
from ledger.importing.file_formats import Formats

MOST = 0.95
"""Share of the cells that must be numbers for a column to hold numbers; the rest is rejected."""

SOME = 0.2
"""Share of the cells that must have a sign for a column of numbers with signs."""

DECORATED = re.compile(
    r"\(?[+-]?\s*(?P<before>R\$|US\$|HK\$|[¥￥€$£]|RMB|CNY|BRL|EUR|USD)?\s*[+-]?"
    r"[0-9][0-9.,' ]*\s*(?P<after>[%‰元]|[¥￥€$£]|RMB|CNY|BRL|EUR|USD|-)?\)?"
)


class Form(NamedTuple):
    """Decimal mark and separator of thousands, as in ``Formats``."""

    decimal: str
    thousands: str

    def __str__(self) -> str:
        groups = f"{self.thousands!r} between thousands" if self.thousands else "no thousands"
        return f"decimal mark {self.decimal!r}, {groups}"


FORMS: tuple[Form, ...] = (
    Form(".", ","),
    Form(",", "."),
    Form(".", ""),
    Form(",", ""),
    Form(",", " "),
    Form(",", "\u00a0"),
    Form(",", "\u202f"),
    Form(".", "'"),
    Form(".", " "),
    Form(".", "\u00a0"),
    Form(",", "'"),
)
"""The forms, those with thousands first: 1,234 is seldom meant as a number of three decimals."""

PLAIN = Form(".", "")


@dataclass(frozen=True)
class NumberLook:
    """What the numbers of a column are.

    Attributes
    ----------
    share : float
        Of the cells that hold something, those that are numbers.
    forms : frozenset of Form
        Those by which most cells are read; all of them where there are only digits.
    """

    share: float
    forms: frozenset[Form]


def look_at_numbers(texts: Mapping[str, int], total: int) -> NumberLook | None:
    """What the numbers of a column of text are; None where most cells are none.

    Parameters
    ----------
    texts : mapping
        The different cells, trimmed and not blank, with how often each stands there.
    total : int
        Cells that hold something, longer ones included.
    """
    found = {form: sum(texts[text] for text in read_all(form, texts)) for form in FORMS}
    most = max(found.values())
    if not total or most < MOST * total:
        return None
    return NumberLook(most / total, frozenset(f for f in FORMS if found[f] == most))


def read_all(form: Form, texts: Mapping[str, int]) -> dict[str, Decimal]:
    """Those texts that are numbers of a form, with their value."""
    read = number_cells.reader(
        Formats.model_validate({"decimal": form.decimal, "thousands": form.thousands})
    )
    numbers = {}
    for text in texts:
        try:
            number = read(text)
        except CellError:
            continue
        if not _has_leading_zero_group(text, form):
            numbers[text] = number
    return numbers


def decoration(texts: Mapping[str, int]) -> str | None:
    """The sign that makes numbers unreadable: a currency, a percent sign, brackets; or None."""
    signs: Counter[str] = Counter()
    for text, times in texts.items():
        found = DECORATED.fullmatch(text)
        if found is not None:
            sign = found["before"] or found["after"] or ("()" if text.startswith("(") else "")
            signs[sign] += times
    total = sum(texts.values())
    if sum(signs.values()) < MOST * total or signs.total() - signs[""] <= SOME * total:
        return None
    return next(sign for sign, _ in signs.most_common() if sign)


def common_form(columns: Sequence[tuple[NumberLook, Mapping[str, int]]]) -> Guess[Form]:
    """The form by which a whole file writes its numbers; a guess where another is as good.

    Parameters
    ----------
    columns : sequence
        The columns of numbers, each with its different texts.
    """
    told = [(look, texts) for look, texts in columns if len(look.forms) < len(FORMS)]
    if not told:
        return Guess(PLAIN, "sure", "no number has a decimal mark or a separator")
    votes = {form: sum(form in look.forms for look, _ in told) for form in FORMS}
    best = [form for form in FORMS if votes[form] == max(votes.values())]
    grouped = [form for form in best if form.thousands and _uses_groups(form, told)]
    chosen = grouped[0] if grouped else next((form for form in best if not form.thousands), best[0])
    rivals = [form for form in best if form != chosen and _differ(chosen, form, told)]
    if rivals:
        return Guess(chosen, "guess", f"{rivals[0]} would read every number too, as another one")
    if max(votes.values()) < len(told):
        odd = len(told) - max(votes.values())
        return Guess(chosen, "likely", f"{odd} column(s) write numbers otherwise")
    return Guess(chosen, "sure", "all numbers are read by it")


def _uses_groups(form: Form, told: Sequence[tuple[NumberLook, Mapping[str, int]]]) -> bool:
    """Whether some number has its separator of thousands."""
    return any(form.thousands in text for _, texts in told for text in read_all(form, texts))


def _differ(one: Form, other: Form, told: Sequence[tuple[NumberLook, Mapping[str, int]]]) -> bool:
    for _, texts in told:
        first, second = read_all(one, texts), read_all(other, texts)
        if any(second.get(text, number) != number for text, number in first.items()):
            return True
    return False


def _has_leading_zero_group(text: str, form: Form) -> bool:
    """Whether a group of thousands begins with a zero: 0.123 is a decimal number."""
    if not form.thousands:
        return False
    return re.match(rf"[+-]?0+{re.escape(form.thousands)}", text) is not None
