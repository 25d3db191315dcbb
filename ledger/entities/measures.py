"""Facts on measures that a nightly step takes of the graph of trade (docs/graph.md)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import Stated, choice, fact_table, micro, on, who
from ledger.facts import CalendarDay, Fact, Key

GraphMeasureName = Literal[
    "reciprocity",
    "cycle_share",
    "ring_share",
    "related_share",
    "attribute_cluster",
    "ln_pagerank",
    "neighbour_distress",
    "community_bad",
    "guarantee_circle",
    "controller_link",
]
"""What is measured (domain.md section 2: D47-D53, S41, S42; section 4.5: rings)."""


class GraphMeasureRow(Stated):
    """A measure of a party, or of a pair of parties, in the graph of what was known on a day.

    It rests on what was visible before its day, and is known from the day's first instant on: the
    history of the next day is the first that uses it. `tricredit features graph` writes them.
    """

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("party", "other"),)

    party: Key = who("The party measured; of a pair the supplier.")
    other: Key | None = who("The buyer of a pair.", "C", "a measure of the party alone")
    measured_on: CalendarDay = on("The day whose history was measured.")
    measure: GraphMeasureName = choice("What was measured.")
    value_micro: int = micro("The value: a share, a count, a logarithm or a level.")


class GraphMeasure(Fact, GraphMeasureRow, table=True):
    """The table of measures; the latest visible one of a party (or pair) and measure counts."""

    __tablename__ = "graph_measure"
    __table_args__ = fact_table("graph_measure", "party", "other")
