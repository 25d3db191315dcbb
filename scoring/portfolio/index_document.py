"""The SME index as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from babel.dates import format_skeleton

from lending.portfolio.cell_suppression import ALL
from scoring.portfolio.committee_document import (
    Chart,
    Document,
    Listing,
    Section,
    Writing,
    numbers,
)
from scoring.portfolio.index_words import INDEX_WORDS
from scoring.portfolio.sme_index import UNKNOWN, SmeIndex
from scoring.portfolio.sme_index_sql import MEASURES

MOST_LINES = 5
"""Sectors drawn beside all of them."""

MINOR = 100.0


def index_document(found: SmeIndex, language: str) -> Document:
    """The index in ``en`` or ``zh``."""
    words, write = INDEX_WORDS[language], Writing(language, found.currency)
    months = found.months
    sections = [
        section
        for measure in MEASURES
        if months
        for section in (
            _over_time(found, measure, words, write),
            _by_region(found, measure, months[-1], words, write),
        )
    ]
    return Document(
        language,
        words["title"],
        words["subtitle"].format(day=write.day(found.day)),
        tuple(_figures(found, words, write)),
        tuple(sections) or (Section(words["title"], words["none"]),),
        words["made"].format(firms=found.least_firms, top=write.share(found.top_share, "0%")),
    )


def _figures(
    found: SmeIndex, words: Mapping[str, str], write: Writing
) -> Iterator[tuple[str, str, str]]:
    if not found.months:
        return
    last = found.months[-1]
    for measure in MEASURES:
        said = _said(measure, found.at(measure, last), words, write)
        yield words[measure], said, words["last"].format(month=_month(last, write))


def _over_time(found: SmeIndex, measure: str, words: Mapping[str, str], write: Writing) -> Section:
    """All sectors, and those with most months to tell."""
    months = found.months
    sectors = sorted({cell.sector for cell in found.cells if cell.sector})
    told = {sector: [found.at(measure, month, sector) for month in months] for sector in sectors}
    shown = sorted(
        (sector for sector in sectors if any(value is not None for value in told[sector])),
        key=lambda sector: (sum(value is None for value in told[sector]), sector),
    )[:MOST_LINES]
    unit = MINOR if measure == "orders" else 1.0
    series = [(words["all"], [found.at(measure, month) for month in months])]
    series += [(sector, told[sector]) for sector in shown]
    return Section(
        words[measure],
        words[f"{measure}_note"],
        Chart(
            tuple(month.isoformat()[2:7] for month in months),
            tuple(
                (name, tuple(None if value is None else value / unit for value in values))
                for name, values in series
            ),
            lines=True,
            percent=measure in {"late_share", "price"},
            locale=write.locale,
        ),
    )


def _by_region(
    found: SmeIndex, measure: str, month: date, words: Mapping[str, str], write: Writing
) -> Section:
    cells = [cell for cell in found.cells if cell.measure == measure and cell.month == month]
    sectors = [ALL, *sorted({cell.sector for cell in cells if cell.sector is not ALL})]
    regions = [ALL, *sorted({cell.region for cell in cells if cell.region is not ALL})]
    there = {(cell.sector, cell.region): cell.value for cell in cells}

    def text(sector: str | None, region: str | None) -> str:
        if (sector, region) not in there:
            return ""
        return _said(measure, there[sector, region], words, write)

    return Section(
        words["regions"].format(month=_month(month, write)),
        words["regions_note"],
        listing=Listing(
            numbers(words["sector"], *(_name(region, words) for region in regions)),
            tuple(
                (_name(sector, words), *(text(sector, region) for region in regions))
                for sector in sectors
            ),
        ),
    )


def _name(name: str | None, words: Mapping[str, str]) -> str:
    if name is ALL:
        return words["all"]
    return words["unknown"] if name == UNKNOWN else name


def _said(measure: str, value: float | None, words: Mapping[str, str], write: Writing) -> str:
    if value is None:
        return words["hidden"]
    if measure == "orders":
        return write.money(value)
    if measure == "collection_days":
        return words["days"].format(days=write.number(value))
    return write.share(value, "0.00%" if measure == "price" else "0.0%")


def _month(month: date, write: Writing) -> str:
    return format_skeleton("yMMMM", month, locale=write.locale)
