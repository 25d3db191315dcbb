"""What each source has told of the parties."""

from hypothesis import strategies as st

from features.data import supplier_sources
from features.source_states import column
from features.sources import ASKED, PARTIES, STALE_DAYS, TIERS, State
from features.subject import buyer_sources
from ledger.clocks import from_micros
from scoring.asking import Request
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import DAYS, TODAY, ZONES
from tests.features.theme import Theme, Values
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

PARTY_NAMES = ("s0", "s1", "b0")
KINDS_ASKED = tuple(kind for kinds in ASKED.values() for kind in kinds)
AGES = (0, 1, 2, STALE_DAYS - 1, STALE_DAYS, STALE_DAYS + 1, 500)
FILED = ("invoice", "payment", "delivery", "statement", "party_relation")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Parties, checks of sources with any result, and a few facts that nobody asked for."""
    start = (TODAY - 900) * DAY
    facts: dict[str, list[Row]] = {
        "party": [fact("party", party, at, start) for at, party in enumerate(PARTY_NAMES)],
        "receivable": [],
        "source_coverage": [],
    }
    for number in range(draw(st.integers(0, 8))):
        checked = TODAY - draw(st.sampled_from(AGES))
        at = checked * DAY + draw(st.sampled_from((0, 1, DAY - 1)))
        row = fact(
            "source_coverage",
            f"c{number}",
            100 + number,
            at + draw(st.sampled_from((0, 0, 40 * DAY))),
            party=draw(st.sampled_from(PARTY_NAMES)),
            source=draw(st.sampled_from((*KINDS_ASKED[:6], "statement", "the lender's own"))),
            checked_at=at,
            result=draw(st.sampled_from([state.name for state in State])),
        )
        facts["source_coverage"].append(row)
        if draw(st.booleans()):
            later = row["visible_at"] + 30 * DAY
            facts["source_coverage"].append(corrected(row, later, result="REFUSED"))
    for number, kind in enumerate(draw(st.lists(st.sampled_from(FILED), max_size=3))):
        told = (TODAY - draw(st.sampled_from((0, 1, 30)))) * DAY
        field = draw(st.sampled_from(PARTIES[kind]))
        named = {field: draw(st.sampled_from(PARTY_NAMES))}
        row = fact(kind, f"f{number}", 300 + number, told, **named)
        facts.setdefault(kind, []).append(row)
    return World(draw(st.sampled_from(ZONES)), *_asked(draw, facts))


def _asked(
    draw: st.DrawFn, facts: dict[str, list[Row]]
) -> tuple[dict[str, list[Row]], tuple[Request, ...]]:
    at = draw(st.sampled_from(DAYS)) * DAY
    terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
    parties = {"supplier": "s0", "buyer": "b0"}
    facts["receivable"].append(fact("receivable", "r0", 900, at, **parties, **terms))
    return facts, (Request("q0", "s0", "b0", ("r0",), from_micros(at)),)


def state_of(asked: Plain, party: str, kinds: tuple[str, ...]) -> State:
    checks: dict[str, Row] = {}
    for row in asked.facts("source_coverage"):
        before = checks.get(row["source"])
        newer = before is None or (row["checked_at"], row["seq"]) > (
            before["checked_at"],
            before["seq"],
        )
        if row["party"] == party and row["source"] in kinds and newer:
            checks[row["source"]] = row
    found = [State.NOT_CHECKED]
    for row in checks.values():
        state = State[row["result"]]
        old = asked.day * DAY - row["checked_at"] > STALE_DAYS * DAY
        found.append(State.STALE if old and state.told else state)
    order = (State.FOUND, State.NONE_FOUND, State.STALE, State.REFUSED, State.NOT_CHECKED)
    best = min(found, key=order.index)
    filed = any(
        row.get(field) == party
        for kind in kinds
        for field in PARTIES.get(kind, ())
        for row in asked.facts(kind)
    )
    return State.FOUND if filed and best in {State.NONE_FOUND, State.NOT_CHECKED} else best


def _states(asked: Plain, party: str) -> Values:
    return {column(source): state_of(asked, party, kinds) for source, kinds in ASKED.items()}


def plain_supplier_sources(asked: Plain) -> Values:
    states = _states(asked, asked.supplier)
    told = [TIERS[s] for s in ASKED if states[column(s)] in {State.FOUND, State.NONE_FOUND}]
    return {**states, "data_tier": max(told, default=0)}


def plain_buyer_sources(asked: Plain) -> Values:
    return _states(asked, asked.buyer)


THEME = Theme(
    name="sources",
    relations=(supplier_sources.RELATION, buyer_sources.RELATION),
    worlds=worlds(),
    plain={
        "supplier_sources": plain_supplier_sources,
        "buyer_sources": plain_buyer_sources,
    },
)
