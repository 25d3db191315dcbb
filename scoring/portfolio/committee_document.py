"""A report as people read it: figures, sections, tables and charts, in words of one language.

The terminal (`scoring.portfolio.committee_sheet`) and the page (`scoring.portfolio.committee_page`)
show the same document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from ledger.money import decimal_amount
from scoring.value_words import LOCALES

UNKNOWN = "–"


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand on the right, long texts wrap."""

    title: str
    number: bool = True
    wraps: bool = False


@dataclass(frozen=True)
class Listing:
    """A table.

    Attributes
    ----------
    columns : tuple of Column
    rows : tuple of tuple of str
        A text for each column.
    bars : tuple of float
        Length of the bar of each row, 0-1; empty where the table has none.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Values to be looked at.

    Attributes
    ----------
    labels : tuple of str
        Along the bottom.
    series : tuple of (str, tuple of (float or None))
        A name and a value for each label; None is a gap.
    lines : bool
        Lines over time, instead of columns side by side.
    percent : bool
        Values are shares, 0-1.
    locale : str
        How the numbers beside it are written.
    """

    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    lines: bool = False
    percent: bool = False
    locale: str = "en"


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading."""

    title: str
    note: str = ""
    chart: Chart | None = None
    listing: Listing | None = None


@dataclass(frozen=True)
class Document:
    """A report in one language.

    Attributes
    ----------
    language : str
        ``en`` or ``zh``.
    title, subtitle : str
    figures : tuple of (str, str, str)
        What is to be seen first: what it is, the figure, a remark.
    sections : tuple of Section
    made : str
        How it came about, at the foot.
    """

    language: str
    title: str
    subtitle: str
    figures: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
    made: str


@dataclass(frozen=True)
class Writing:
    """Numbers as people of a language write them."""

    language: str
    currency: str

    @property
    def locale(self) -> str:
        """For Babel."""
        return LOCALES[self.language]

    def money(self, minor: float | None) -> str:
        """Whole units of the currency."""
        if minor is None:
            return UNKNOWN
        amount = decimal_amount(round(minor), self.currency)
        return format_currency(amount, self.currency, "¤#,##0", self.locale, currency_digits=False)

    def share(self, value: float | None, pattern: str = "#,##0.0%") -> str:
        """A share as percent, with one decimal unless the pattern says otherwise."""
        return UNKNOWN if value is None else format_percent(value, pattern, self.locale)

    def number(self, value: float | None, pattern: str = "#,##0") -> str:
        """A number, whole unless the pattern says otherwise."""
        return UNKNOWN if value is None else format_decimal(value, pattern, self.locale)

    def day(self, value: date) -> str:
        """A day in full."""
        return format_date(value, "long", self.locale)


def numbers(*titles: str, first: int = 1) -> tuple[Column, ...]:
    """Columns of which the first ones are texts."""
    return tuple(Column(title, number=place >= first) for place, title in enumerate(titles))


def bars_of(values: Sequence[float]) -> tuple[float, ...]:
    """Lengths in which the largest value is 1."""
    most = max(values, default=0.0)
    return tuple(max(0.0, value) / most if most > 0 else 0.0 for value in values)
