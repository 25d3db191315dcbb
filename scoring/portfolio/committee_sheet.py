"""A report in a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scoring.portfolio.committee_document import Document, Listing, Section

LEAST_WIDTH = 8
MOST_ROWS = 15
"""Rows of a table that a terminal shows; the page and JSON have all."""


def committee_sheet(document: Document) -> RenderableType:
    """Lay out a report; charts are for the page."""
    figures = Table(box=None, show_header=False, padding=(0, 2))
    for says, figure, remark in document.figures:
        figures.add_row(says, Text(figure, "bold"), Text(remark, "dim"))
    parts: list[RenderableType] = [
        Text(document.title, "bold"),
        Text(document.subtitle, "dim"),
        "",
        figures,
    ]
    for section in document.sections:
        parts += _section(section)
    return Group(*parts, "", Text(document.made, "dim"))


def _section(section: Section) -> list[RenderableType]:
    parts: list[RenderableType] = ["", Text(section.title, "bold")]
    if section.note:
        parts.append(Text(section.note, "dim"))
    if section.listing is not None and section.listing.rows:
        parts.append(Padding(_table(section.listing), (0, 0, 0, 1)))
    return parts


def _table(listing: Listing) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in listing.columns:
        if column.number:  # never broken; its head is, at every space
            table.add_column(column.title.replace(" ", "\n"), justify="right", no_wrap=True)
        else:
            table.add_column(column.title, overflow="fold", min_width=LEAST_WIDTH)
    for row in listing.rows[:MOST_ROWS]:
        table.add_row(*map(Text, row))
    if len(listing.rows) > MOST_ROWS:
        table.add_row(f"+ {len(listing.rows) - MOST_ROWS}", style="dim")
    return table
