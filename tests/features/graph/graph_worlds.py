"""Small books of trade among few parties, with all that makes measures of the graph differ."""

from typing import Any

from hypothesis import strategies as st

from ledger.money import LARGEST_MINOR
from tests.features.small_ledgers import TODAY, ZONES
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

PARTY_NAMES = ("a", "b", "c", "d", "e", "f")
AMOUNTS = (90, 95, 99, 100, 100, 100, 101, 110, 111, 500, 1_000_000, LARGEST_MINOR)
SINCE = (-1, 0, 1, 30, 89, 90, 91, 200, 364, 365, 366)
"""Ages of an invoice at which a window begins or ends."""

OTHER_AGES = (0, 1, 20, 90, 91, 200, 600)
RELATED = ("shareholder", "ultimate_controller", "branch_of", "common_director", "guarantor_of")
MATURED = (60, 89, 90, 91, 400, 819, 820, 821)
"""Ages of a maturity at which the window of mature financings begins or ends."""


@st.composite
def books(draw: st.DrawFn) -> World:
    """A book without requests; its invoices are many enough to make circles."""
    facts: dict[str, list[Row]] = {
        "invoice": [],
        "invoice_status": [],
        "party_relation": [],
        "party_attribute": [],
        "party_profile": [],
        "guarantee": [],
        "financing": [],
        "outcome": [],
        "adverse_record": [],
        "source_coverage": [],
        "receivable": [],
    }
    for number in range(draw(st.integers(0, 24))):
        _invoice(draw, facts, number)
    for number in range(draw(st.integers(0, 16))):
        kind = draw(st.sampled_from(tuple(MAKERS)))
        made = fact(kind, f"{kind}{number}", 500 + number, _when(draw), **MAKERS[kind](draw))
        facts[kind].append(made)
        if draw(st.integers(0, 5)) == 0:
            facts[kind].append(corrected(made, made["visible_at"] + 10 * DAY, **_other_party(made)))
    for number in range(draw(st.integers(0, 6))):
        _financing(draw, facts, number)
    for number, source in enumerate(("party_relation", "adverse_record", "invoice")):
        for at, party in enumerate(PARTY_NAMES):
            result = draw(st.sampled_from(("FOUND", "NONE_FOUND", "NONE_FOUND", "", "REFUSED")))
            told = (TODAY - draw(st.sampled_from((0, 1, 5, 399, 400, 401)))) * DAY
            if result and (source != "invoice" or result == "REFUSED"):
                row = {"party": party, "source": source, "checked_at": told, "result": result}
                key = f"{source}-{party}"
                made = fact("source_coverage", key, 800 + 10 * number + at, told, **row)
                facts["source_coverage"].append(made)
    return World(draw(st.sampled_from(ZONES)), facts, ())


def _two(draw: st.DrawFn) -> tuple[str, str]:
    """Two parties, near ones more often, so that trade goes round."""
    one = draw(st.integers(0, len(PARTY_NAMES) - 1))
    step = draw(st.sampled_from((1, 1, 1, 2, 3, 4, 5)))
    return PARTY_NAMES[one], PARTY_NAMES[(one + step) % (3 if one < 3 and step < 3 else 6)]


def _when(draw: st.DrawFn) -> int:
    return (TODAY - draw(st.sampled_from(OTHER_AGES))) * DAY


def _invoice(draw: st.DrawFn, facts: dict[str, list[Row]], number: int) -> None:
    seller, buyer = _two(draw)
    if seller == buyer:
        return
    issued = TODAY - draw(st.sampled_from(SINCE))
    sign = -1 if draw(st.integers(0, 9)) == 0 else 1
    row = fact(
        "invoice",
        f"i{number:02}",
        number,
        (issued + draw(st.sampled_from((0, 1, 40)))) * DAY,
        seller=seller,
        buyer=buyer,
        issued_on=issued,
        gross_minor=sign * draw(st.sampled_from(AMOUNTS)),
    )
    facts["invoice"].append(row)
    change = draw(st.sampled_from(("", "", "", "", "void", "valid after void", "amount", "buyer")))
    later = row["visible_at"] + draw(st.sampled_from((0, 1, 30))) * DAY
    if change == "amount":
        facts["invoice"].append(corrected(row, later, gross_minor=100))
    elif change == "buyer":
        other = "a" if seller != "a" else "b"
        facts["invoice"].append(corrected(row, later, buyer=other))
    elif change:
        void = {"invoice": row["ref"], "status": "void"}
        facts["invoice_status"].append(fact("invoice_status", f"v{number}", 100, later, **void))
        if change == "valid after void":
            valid = {"invoice": row["ref"], "status": "valid"}
            after = draw(st.sampled_from((0, 1))) * DAY
            again = fact("invoice_status", f"w{number}", 101, later + after, **valid)
            facts["invoice_status"].append(again)


def _spell(draw: st.DrawFn) -> Row:
    since = draw(st.sampled_from((None, TODAY - 30, TODAY, TODAY + 1)))
    until = draw(st.sampled_from((None, None, TODAY - 1, TODAY, TODAY + 1)))
    return {"valid_from": since, "valid_until": until}


def _relation(draw: st.DrawFn) -> Row:
    party, other = draw(st.permutations(PARTY_NAMES))[:2]
    relation = draw(st.sampled_from(RELATED))
    share = draw(st.sampled_from((None, 100_000, 250_000, 250_001, 600_000)))
    return {
        "party": party,
        "other": other,
        "relation": relation,
        "share_ppm": share,
        **_spell(draw),
    }


def _attribute(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(("phone", "address")))
    value = draw(st.sampled_from(("0", "1", "2")))
    party = draw(st.sampled_from(PARTY_NAMES))
    return {"party": party, "attribute": kind, "value_hash": value, **_spell(draw)}


def _profile(draw: st.DrawFn) -> Row:
    values = {
        f"{name}_hash": draw(st.sampled_from((None, "0", "1", "2")))
        for name in ("address", "phone", "email", "legal_rep", "bank_account")
    }
    return {"party": draw(st.sampled_from(PARTY_NAMES)), **values}


def _guarantee(draw: st.DrawFn) -> Row:
    guarantor, debtor = draw(st.permutations(PARTY_NAMES[:4]))[:2]
    spell = {**_spell(draw), "valid_from": TODAY - draw(st.sampled_from((-1, 0, 30)))}
    return {"guarantor": guarantor, "debtor": debtor, **spell}


def _record(draw: st.DrawFn) -> Row:
    return {
        "party": draw(st.sampled_from(PARTY_NAMES)),
        "severity": draw(st.sampled_from((2, 3, 3, 5))),
        "role": draw(st.sampled_from((None, None, "defendant", "plaintiff"))),
        "opened_on": TODAY - draw(st.sampled_from((-1, 0, 1, 182, 1_000))),
    }


def _claim(draw: st.DrawFn) -> Row:
    supplier, buyer = draw(st.permutations(PARTY_NAMES))[:2]
    return {"supplier": supplier, "buyer": buyer, "issued_on": TODAY, "due_on": TODAY}


MAKERS: dict[str, Any] = {
    "party_relation": _relation,
    "party_attribute": _attribute,
    "party_profile": _profile,
    "guarantee": _guarantee,
    "adverse_record": _record,
    "receivable": _claim,
}


def _other_party(row: Row) -> Row:
    """What a correction says: of another party."""
    if "value_hash" in row:
        return {"value_hash": "1"}
    return {"share_ppm": 1} if row.get("relation") else {"currency": "BRL", "valid_until": None}


def _financing(draw: st.DrawFn, facts: dict[str, list[Row]], number: int) -> None:
    matures = TODAY - draw(st.sampled_from(MATURED))
    told = (matures - 60) * DAY
    parties = {"supplier": draw(st.sampled_from(PARTY_NAMES)), "buyer": "z"}
    key, seq = f"f{number}", 600 + number
    facts["financing"].append(fact("financing", key, seq, told, matures_on=matures, **parties))
    ended = {
        "financing": key,
        "defaulted": draw(st.booleans()),
        "technical": draw(st.sampled_from((None, False, False, True))),
    }
    at = (matures + draw(st.sampled_from((0, 90)))) * DAY
    facts["outcome"].append(fact("outcome", f"o{number}", seq, at, **ended))
