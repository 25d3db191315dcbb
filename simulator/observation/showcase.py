"""Three requests to show on the last day: a good one, a doubtful one and a fraudulent one.

The first two are open claims that nobody has asked money for. The third is made up, with all that a
careful reader would notice: a round amount far above what is usual, no order and no delivery where
the pair has always had them, no word from the buyer, and another lender in the registry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.fraud import ROUND_MINOR
from simulator.lateness import LATE_DAYS
from simulator.network import Pairs
from simulator.observation.documents import INVOICE, ON_PLATFORM, amounts
from simulator.observation.settlements import CLAIM, claim_minor, claims_seen
from simulator.observation.view import Sheets, View, days, instants, refs, whole
from simulator.regimes import REGIMES, SLOW, TYPICAL
from simulator.story import NO_REQUEST

REGIME_WORDS = ("付款及时", "付款一般", "付款拖延", "付款困难")
"""`REGIMES` in Chinese."""

KNOWN_CLAIMS = 8
"""Claims that a pair must have had, so that the ledger knows it."""

DOUBTFUL_CHANCE = 0.45
"""Chance of lateness that makes a claim doubtful."""

FRAUD_TIMES, FRAUD_TERM_DAYS, FRAUD_AGE_DAYS = 6, 120, 2
"""The made-up claim: multiple of the pair's usual amount, its term, and its age."""


@dataclass(frozen=True)
class Showcase:
    """A claim to ask money for.

    Attributes
    ----------
    title_en, title_zh : str
        What it is.
    signs : tuple of (English, Chinese)
        What the ledger shows of it that a reader should look at.
    receivable, supplier, buyer : str
        Keys in the ledger.
    face_minor : int
        Amount.
    """

    title_en: str
    title_zh: str
    signs: tuple[tuple[str, str], ...]
    receivable: str
    supplier: str
    buyer: str
    face_minor: int


def showcase(view: View) -> list[Showcase]:
    """Choose the three; good first, fraudulent last."""
    good, doubtful = _open_claims(view)
    return [
        _shown(view, good, ("Good", "优质"), _regular_signs(view, good, confirmed=True)),
        _shown(view, doubtful, ("Doubtful", "存疑"), _regular_signs(view, doubtful)),
        _fraudulent(view),
    ]


def showcase_sheets(view: View) -> Sheets:
    """Yield what is told of the three on top of the world's facts."""
    good, _ = _open_claims(view)
    one, now = np.array([good]), np.array([view.end])
    yield view.sheet(
        "confirmation",
        {
            "ref": "CF-SHOW",
            "receivable": refs(CLAIM, one + 1),
            "level": 3,
            "requested_on": days(now - 4),
            "confirmed_on": days(now - 1),
            "defence_waiver": True,
            "account_locked": True,
        },
        now - 1,
        now - 1,
    )
    yield from _made_up(view)


def _made_up(view: View) -> Sheets:
    pairs, place = view.world.chain.core.pairs, _fraud_pair(view)
    pair, now = np.array([place]), np.array([view.end])
    issued, face = now - FRAUD_AGE_DAYS, np.array([_fraud_minor(view)])
    supplier, buyer = view.supplier(pairs.supplier[pair]), view.buyer(pairs.buyer[pair])
    due = issued + FRAUD_TERM_DAYS
    number = "25999999999999999999"
    yield view.sheet(
        "invoice",
        {
            "ref": f"{INVOICE}SHOW",
            "seller": supplier,
            "buyer": buyer,
            "kind": "e_vat_special",
            "currency": "CNY",
            "number": number,
            "issued_on": days(issued),
            "due_on": days(due),
            **amounts(face, np.array([130_000])),
        },
        issued,
        issued + 1,
    )
    yield view.sheet(
        "receivable",
        {
            "ref": f"{CLAIM}SHOW",
            "supplier": supplier,
            "buyer": buyer,
            "issued_on": days(issued),
            "due_on": days(due),
            "face_minor": whole(face),
            "currency": "CNY",
        },
        issued,
        issued,
    )
    yield view.sheet(
        "receivable_invoice",
        {
            "ref": f"{CLAIM}SHOW/1",
            "receivable": f"{CLAIM}SHOW",
            "invoice": f"{INVOICE}SHOW",
            "amount_minor": whole(face),
        },
        issued,
        issued + 1,
    )
    yield view.sheet(
        "registration",
        {
            "ref": "RG-SHOW",
            "number": "00999999999999",
            "business": "factoring",
            "debtor": supplier,
            "secured_party": view.rival(np.array([1])),
            "registered_at": instants(issued + 1),
            "buyer": buyer,
            "invoice_number": number,
            "amount_minor": whole(face),
            "currency": "CNY",
        },
        issued + 1,
        issued + 1,
    )


def _open_claims(view: View) -> tuple[int, int]:
    """Places of a good and a doubtful claim, with different buyers.

    Those that the ledger knows well come first, then those that fit best.
    """
    world = view.world
    flow, chain = world.chain.core, world.chain
    place = np.flatnonzero(world.story.happened)
    pair = flow.invoices.pair[place]
    seller = flow.pairs.supplier[pair]
    waits = (world.story.request[place] == NO_REQUEST) & claims_seen(view, place)
    waits &= (world.planned[place] > view.end) & (chain.stop_day[pair] > view.end)
    waits &= (chain.ruin_day[seller] > view.end) & (flow.invoices.due[place] > view.end + 10)
    place = place[waits]
    known = _known_claims(view)[flow.invoices.pair[place]] >= KNOWN_CLAIMS
    late = flow.payments.late_chance[place]
    record = _late_record(view)
    pair, buyer = flow.invoices.pair[place], flow.pairs.buyer[flow.invoices.pair[place]]
    told = (record[0][pair] + record[1][buyer]) / 2
    risk = late + told + 2 * chain.suppliers.chance_12m[flow.seller[place]]
    regime = _regime_now(view, place)
    good = int(place[np.lexsort((risk, ~known, regime))[0]])
    other = buyer != flow.pairs.buyer[flow.invoices.pair[good]]
    far: Floats = np.abs(late - DOUBTFUL_CHANCE) + np.abs(told - DOUBTFUL_CHANCE)
    middling = np.isin(regime, (TYPICAL, SLOW))
    return good, int(place[np.lexsort((far, ~known, ~middling, ~other))[0]])


def _late_record(view: View) -> tuple[Floats, Floats]:
    """Share of late payments that the last year shows, by pair and by buyer."""
    flow, story = view.world.chain.core, view.world.story
    due = flow.invoices.due
    shown = story.happened & (due > view.end - 365) & (due + LATE_DAYS < view.end)
    pair = flow.invoices.pair[shown]
    late = (story.paid_on[shown] - due[shown] >= LATE_DAYS).astype(np.float64)

    def share(of: Ints, count: int) -> Floats:
        lates = np.bincount(of, weights=late, minlength=count)
        shares: Floats = (lates + 1) / (np.bincount(of, minlength=count) + 3)
        return shares

    return share(pair, len(flow.pairs)), share(flow.pairs.buyer[pair], view.buyers)


def _regime_now(view: View, place: Ints) -> Ints:
    chain = view.world.chain
    buyer = chain.core.pairs.buyer[chain.core.invoices.pair[place]]
    regime: Ints = chain.regimes[buyer, chain.calendar.months - 1]
    return regime


def _known_claims(view: View) -> Ints:
    pairs = view.world.chain.core.pairs
    pair = view.world.chain.core.invoices.pair[view.world.story.happened]
    return np.bincount(pair, minlength=len(pairs)).astype(np.int64)


def _fraud_pair(view: View) -> int:
    """A pair on a platform with a slow buyer, a poor supplier and a long record."""
    chain = view.world.chain
    pairs: Pairs = chain.core.pairs
    month = chain.calendar.months - 1
    alive = (chain.ruin_day[pairs.supplier] > view.end) & (chain.stop_day > view.end)
    platform = chain.suppliers.data_tier[pairs.supplier] >= ON_PLATFORM
    known = _known_claims(view) >= KNOWN_CLAIMS
    regime = chain.regimes[pairs.buyer, month]
    quality = chain.suppliers.quality[pairs.supplier]
    return int(np.lexsort((quality, -regime, ~known, ~platform, ~alive))[0])


def _fraud_minor(view: View) -> int:
    usual = np.exp(view.world.chain.core.pairs.log_amount[_fraud_pair(view)]) * 100
    return int(np.ceil(FRAUD_TIMES * usual / ROUND_MINOR)) * ROUND_MINOR


def _shown(
    view: View, place: int, words: tuple[str, str], signs: tuple[tuple[str, str], ...]
) -> Showcase:
    flow = view.world.chain.core
    one = np.array([place])
    pair = flow.invoices.pair[one]
    regime = int(_regime_now(view, one)[0])
    return Showcase(
        title_en=f"{words[0]}: {REGIMES[regime]} payer",
        title_zh=f"{words[1]}：买方{REGIME_WORDS[regime]}",
        signs=signs,
        receivable=f"{CLAIM}{place + 1:08d}",
        supplier=view.supplier(flow.pairs.supplier[pair])[0].as_py(),
        buyer=view.buyer(flow.pairs.buyer[pair])[0].as_py(),
        face_minor=int(claim_minor(view, one)[0]),
    )


def _regular_signs(
    view: View, place: int, *, confirmed: bool = False
) -> tuple[tuple[str, str], ...]:
    flow = view.world.chain.core
    scenario = view.world.scenario
    times = float(np.exp(scenario.log_amount_sd * flow.invoices.amount_z[place]))
    term = int(flow.invoices.due[place] - flow.invoices.issued[place])
    signs = [
        ("ordered, delivered and accepted", "有订单、交货和验收"),
        (
            f"{times:.1f} times the pair's usual amount, {term} days",
            f"金额为双方惯常的{times:.1f}倍，账期{term}天",
        ),
    ]
    if confirmed:
        signs.append(("confirmed by an officer of the buyer", "买方已书面确权"))
    return tuple(signs)


def _fraudulent(view: View) -> Showcase:
    pairs, pair = view.world.chain.core.pairs, np.array([_fraud_pair(view)])
    yuan = _fraud_minor(view) // 100
    return Showcase(
        title_en="Fraudulent: an invented sale, financed elsewhere as well",
        title_zh="欺诈：虚构交易，且已在他处融资",
        signs=(
            (
                f"a round {yuan:,} yuan, {FRAUD_TIMES} times the pair's usual amount",
                f"整数金额{yuan:,}元，为双方惯常的{FRAUD_TIMES}倍",
            ),
            (
                "no order, delivery or acceptance, where this pair has always had them",
                "没有订单、交货和验收，而双方以往每笔都有",
            ),
            ("not confirmed by the buyer", "买方未确权"),
            (
                "the same invoice number is registered for another lender since yesterday",
                "同一发票号昨日已登记在另一机构名下",
            ),
        ),
        receivable=f"{CLAIM}SHOW",
        supplier=view.supplier(pairs.supplier[pair])[0].as_py(),
        buyer=view.buyer(pairs.buyer[pair])[0].as_py(),
        face_minor=_fraud_minor(view),
    )
