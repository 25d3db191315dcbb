"""Requests about a few parties, each with a claim of its own."""

from hypothesis import strategies as st

from ledger.clocks import from_micros
from scoring.asking import Request
from tests.features.small_ledgers import DAYS, TODAY, ZONES
from tests.features.worlds_of_facts import DAY, Row, World, fact

SUPPLIERS, BUYERS = ("s0", "s1"), ("b0", "b1")
PARTY_NAMES = (*SUPPLIERS, *BUYERS)


@st.composite
def asked_of_parties(draw: st.DrawFn, facts: dict[str, list[Row]]) -> World:
    """A world of the facts and of one to three requests, with parties where there are none."""
    start = (TODAY - 900) * DAY
    parties = [fact("party", party, at, start) for at, party in enumerate(PARTY_NAMES)]
    rows: dict[str, list[Row]] = {"party": parties, "receivable": [], **facts}
    requests = []
    for number in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(DAYS)) * DAY + draw(st.sampled_from((0, 1, DAY - 1)))
        supplier = draw(st.sampled_from(("s0", "s0", "s1")))
        buyer = draw(st.sampled_from(("b0", "b0", "b1")))
        terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
        claim = fact(
            "receivable", f"r{number}", 900 + number, at, supplier=supplier, buyer=buyer, **terms
        )
        rows["receivable"].append(claim)
        requests.append(Request(f"q{number}", supplier, buyer, (f"r{number}",), from_micros(at)))
    return World(draw(st.sampled_from(ZONES)), rows, tuple(requests))
