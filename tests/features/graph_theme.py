"""Measures of the graph of trade, as nights wrote them."""

from hypothesis import strategies as st

from features.data import pair_graph, supplier_graph
from features.data.supplier_graph import NAMES
from features.graph_rows import FRESH_DAYS
from features.subject import supplier_links
from ledger.clocks import from_micros
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import CLOCK, DAYS, TODAY, ZONES
from tests.features.theme import Theme, Values
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

PARTY_NAMES = ("s0", "s1", "b0", "b1")
OF_PARTY = (*NAMES, "guarantee_circle")
OF_PAIR = {"reciprocity": "ln_pagerank", "controller_link": "related_share"}
"""Measures of pairs, each with the one that says that its supplier was measured."""

AGES = (-1, 0, 1, 1, 2, 10, FRESH_DAYS - 1, FRESH_DAYS, FRESH_DAYS + 1, 90)
VALUES = (0, 1, 250_000, 1_000_000, 2_000_000, -3_500_000, LARGEST_MINOR, -LARGEST_MINOR)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Parties measured on some nights, some of them late, twice or corrected."""
    start = (TODAY - 900) * DAY
    facts: dict[str, list[Row]] = {
        "party": [fact("party", party, at, start) for at, party in enumerate(PARTY_NAMES)],
        "receivable": [],
        "graph_measure": [],
    }
    for number in range(draw(st.integers(0, 14))):
        facts["graph_measure"] += draw(_measures(number))
    requests = []
    for number in range(draw(st.integers(1, 3))):
        supplier, buyer = draw(st.sampled_from((("s0", "b0"), ("s0", "b1"), ("s1", "b0"))))
        at = draw(st.sampled_from(DAYS)) * DAY + draw(st.sampled_from(CLOCK))
        terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
        parties = {"supplier": supplier, "buyer": buyer}
        key = f"r{number}"
        facts["receivable"].append(fact("receivable", key, 900 + number, at, **parties, **terms))
        requests.append(Request(f"q{number}", supplier, buyer, (key,), from_micros(at)))
    return World(draw(st.sampled_from(ZONES)), facts, tuple(requests))


@st.composite
def _measures(draw: st.DrawFn, number: int) -> list[Row]:
    """One measure; of a pair often with that of its supplier."""
    day = TODAY - draw(st.sampled_from(AGES))
    name = draw(st.sampled_from((*OF_PARTY, *OF_PAIR, *OF_PAIR)))
    party, other = draw(st.sampled_from((("s0", "b0"), ("s0", "b1"), ("s1", "b0"), ("b0", "s0"))))
    lag = draw(st.sampled_from((0, 0, 0, 1, 40)))
    row = fact(
        "graph_measure",
        f"m{number}",
        100 + number,
        (day + lag) * DAY,
        party=party,
        other=other if name in OF_PAIR else None,
        measured_on=day,
        measure=name,
        value_micro=draw(st.sampled_from(VALUES)),
    )
    rows = [{**row, "happened_at": day * DAY}]
    if name in OF_PAIR and draw(st.booleans()):
        later = day + draw(st.sampled_from((-1, 0, 1)))
        marker = {"measure": OF_PAIR[name], "measured_on": later, "other": None}
        own = {"ref": f"n{number}", "id": f"n{number}-0", "seq": 300 + number}
        rows.append({**row, **marker, **own})
    if draw(st.integers(0, 3)) == 0:
        at = row["visible_at"] + draw(st.sampled_from((0, 30))) * DAY
        rows.append(corrected(rows[0], at, value_micro=draw(st.sampled_from(VALUES))))
    return rows


def _latest(asked: Plain, measure: str, other: str | None = None) -> Row | None:
    rows = [
        row
        for row in asked.facts("graph_measure")
        if (row["party"], row["other"], row["measure"]) == (asked.supplier, other, measure)
        and 0 <= asked.day - row["measured_on"] <= FRESH_DAYS
    ]
    return max(rows, key=lambda row: (row["measured_on"], row["seq"]), default=None)


def _value(asked: Plain, measure: str) -> float | None:
    row = _latest(asked, measure)
    return None if row is None else row["value_micro"] / 1e6


def _of_pair(asked: Plain, measure: str) -> float | None:
    own, pair = _latest(asked, OF_PAIR[measure]), _latest(asked, measure, asked.buyer)
    if pair is not None and (own is None or pair["measured_on"] >= own["measured_on"]):
        return float(pair["value_micro"] / 1e6)
    return None if own is None else 0.0


def plain_supplier_graph(asked: Plain) -> Values:
    return {name: _value(asked, measure) for measure, name in NAMES.items()}


def plain_pair_graph(asked: Plain) -> Values:
    return {"pair_reciprocity": _of_pair(asked, "reciprocity")}


def plain_supplier_links(asked: Plain) -> Values:
    return {
        "supplier_guarantee_circle": _value(asked, "guarantee_circle"),
        "supplier_controller_link": _of_pair(asked, "controller_link"),
    }


THEME = Theme(
    name="graph",
    relations=(supplier_graph.RELATION, pair_graph.RELATION, supplier_links.RELATION),
    worlds=worlds(),
    plain={
        "supplier_graph": plain_supplier_graph,
        "pair_graph": plain_pair_graph,
        "supplier_links": plain_supplier_links,
    },
)
