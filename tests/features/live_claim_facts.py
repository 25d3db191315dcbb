"""Facts about a claim, dealt by chance: papers, rights and cover, few of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ledger.money import LARGEST_MINOR
from tests.features.small_ledgers import CLOCK, TODAY
from tests.features.worlds_of_facts import DAY, Row, corrected, fact

AMOUNTS = (0, 1, 99, 5_000, 10_000, 10_000, 10_200, 1_000_000, 10**15 + 1, LARGEST_MINOR)
AGES = (0, 1, 2, 5, 30, 40, 59, 60, 89, 90, 364, 365, 366, 729, 730, 731)
LAGS = (0, 0, 0, 1, 1, 5, 40, -1)
SHARES = (0, 1, 50_000, 333_333, 1_000_000)


@dataclass
class Dealer:
    """Deals the facts of a world."""

    chance: Random
    facts: dict[str, list[Row]] = field(default_factory=dict)
    seq: int = 100

    def one(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def maybe(self, *choices: Any) -> Any:
        return self.one(None, *choices)

    def day(self, since: int = 0) -> int:
        return int(TODAY - since - self.one(*AGES))

    def amount(self) -> int:
        return int(self.one(*AMOUNTS))

    def pair(self, one: str = "supplier", other: str = "buyer") -> Row:
        return {one: self.one("s0", "s0", "s0", "s1"), other: self.one("b0", "b0", "b0", "b1")}

    def put(self, kind: str, ref: str, fields: Callable[["Dealer"], Row]) -> None:
        """A fact, and now and then a correction of it that says something else."""
        self.seq += 1
        at = (TODAY - self.one(*LAGS) - self.one(0, 0, 100)) * DAY + self.one(*CLOCK)
        row = fact(kind, ref, self.seq, at, **fields(self))
        rows = [{**row, "happened_at": at - self.one(0, 0, DAY, 5 * DAY)}]
        if self.chance.random() < 0.2:
            rows.append(corrected(rows[0], at + self.one(0, 1, DAY, 30 * DAY), **fields(self)))
        self.facts.setdefault(kind, []).extend(rows)


def receivable(d: Dealer) -> Row:
    issued = d.day()
    return {
        **d.pair(),
        "issued_on": issued,
        "due_on": issued + d.one(0, 1, 30, 60, 90, 150, 366, 500),
        "face_minor": d.maybe(*AMOUNTS),
        "eligible_minor": d.maybe(0, 9_000),
        "outstanding_minor": d.maybe(9_500),
        "contract": d.maybe("c0", "c1"),
    }


def _ours(d: Dealer) -> Any:
    return d.one("own0", "own0", "own1", "r0", "r1", "r2")


def _invoice(d: Dealer) -> Row:
    parties = d.one({"seller": "b0", "buyer": "s0"}, d.pair("seller"), d.pair("seller"))
    return {
        **parties,
        "number": d.one("n0", "n1", "n2"),
        "issued_on": d.day(),
        "due_on": d.maybe(TODAY - 5, TODAY, TODAY + 40),
        "gross_minor": d.one(-5_000, *AMOUNTS),
        "contract": d.maybe("c0", "c1"),
        "purchase_order": d.maybe("p0", "p1"),
    }


def _contract(d: Dealer) -> Row:
    sizes = (None, "small", "large", "large")
    return {
        **d.pair(),
        "number": d.maybe("h0", "h1"),
        "supplier_size": d.one(*sizes),
        "buyer_size": d.one(*sizes),
        "retention_ppm": d.maybe(*SHARES),
        "pay_when_paid": d.maybe(True, False),
    }


def _acceptance(d: Dealer) -> Row:
    return {
        "delivery": d.one("d0", "d1", "d2"),
        "accepted_on": d.maybe(d.day()),
        "deemed_accepted_on": d.maybe(d.day()),
        "evidence_level": d.one(0, 1, 2, 3),
    }


def _delivery(d: Dealer) -> Row:
    return {
        **d.pair(),
        "purchase_order": d.maybe("p0", "p0", "p1"),
        "received_on": d.maybe(d.day()),
        "value_minor": d.maybe(*AMOUNTS),
    }


def _confirmation(d: Dealer) -> Row:
    return {
        "receivable": _ours(d),
        "level": d.one(0, 1, 2, 3, 4),
        "confirmed_on": d.maybe(d.day()),
    }


def _dispute(d: Dealer) -> Row:
    return {
        **d.pair(),
        "receivable": d.maybe(_ours(d)),
        "invoice": d.maybe("i0", "i1"),
        "opened_on": TODAY - d.one(-1, 0, 1, 30),
        "amount_minor": d.amount(),
        "resolved_on": d.maybe(TODAY - 1, TODAY, TODAY + 1),
    }


def _dilution(d: Dealer) -> Row:
    return {
        **d.pair(),
        "invoice": d.maybe("i0", "i1"),
        "dilution": d.one("retention", "penalty", "set_off", "return"),
        "noted_on": d.day(),
        "amount_minor": d.amount(),
    }


def _certificate(d: Dealer) -> Row:
    return {
        "receivable": d.maybe(_ours(d)),
        "opener": "b0",
        "holder": "s0",
        "hop": d.maybe(0, 1, 2, 3),
        "payment_promise": d.maybe(True, False),
        "status": d.maybe("open", "paid", "overdue", "cancelled"),
    }


def _registration(d: Dealer) -> Row:
    return {
        "debtor": d.one("s0", "s0", "s1"),
        "business": d.one("assignment", "factoring", "pledge", "leasing"),
        "registered_at": (TODAY - d.one(0, 1, 40)) * DAY,
        "expires_on": d.maybe(TODAY, TODAY + 50),
        "ended_on": d.maybe(TODAY - 5, TODAY + 1),
        "buyer": d.maybe("b0", "b0", "b1"),
        "receivable": d.one(None, None, "own0"),
        "invoice_number": d.maybe("n0", "n1"),
        "contract_number": d.maybe("h0"),
        "amount_minor": d.maybe(*AMOUNTS),
    }


def _search(d: Dealer) -> Row:
    return {
        "searched": "s0",
        "receivable": d.maybe(_ours(d)),
        "found": 1,
        "overlap_minor": d.maybe(0, 700, LARGEST_MINOR),
        "rank": d.maybe(1, 2, 3),
    }


def _financing(d: Dealer) -> Row:
    drawn = d.day()
    return {
        **d.pair(),
        "financing_request": d.maybe("q0", "q1"),
        "drawn_on": drawn,
        "matures_on": drawn + d.one(1, 90, 180),
        "amount_minor": d.amount(),
    }


def _guarantee(d: Dealer) -> Row:
    return {
        "guarantor": d.one("g0", "g1"),
        "debtor": d.one("s0", "s0", "s1"),
        "receivable": d.maybe(_ours(d)),
        "share_ppm": d.one(*SHARES),
        "cap_minor": d.maybe(*AMOUNTS),
        "valid_from": TODAY - d.one(-1, 0, 90),
        "valid_until": d.maybe(TODAY, TODAY + 1, TODAY + 90),
    }


def _insurance(d: Dealer) -> Row:
    return {
        "insurer": "g0",
        "insured": d.one("s0", "s0", "s1"),
        "risk": d.maybe("b0", "b1"),
        "receivable": d.maybe(_ours(d)),
        "insurance": d.one("trade_credit", "trade_credit", "export_credit", "warehouse"),
        "insured_ppm": d.one(*SHARES),
        "deductible_ppm": d.maybe(*SHARES),
        "excludes_disputes": d.maybe(True, False),
        "valid_from": TODAY - d.one(-1, 0, 90),
        "valid_until": d.maybe(TODAY, TODAY + 1, TODAY + 90),
    }


def _collateral(d: Dealer) -> Row:
    kinds = ("deposit", "bill", "warehouse_receipt", "environmental_right", "equipment", "ip")
    return {
        "collateral": d.one(*kinds, "inventory"),
        "owner": d.one("s0", "s0", "s1", "g0"),
        "receivable": d.one(None, None, _ours(d)),
        "warehouse_receipt": d.maybe("w0", "w1"),
        "environmental_right": d.maybe("v0", "v1"),
        "quantity_milli": d.maybe(0, 1, 5_000, LARGEST_MINOR),
        "custodian_grade": d.maybe(1, 5),
        "price_series": d.maybe("CU", "CU", "AL"),
        "valued_on": d.maybe(d.day()),
        "value_minor": d.maybe(*AMOUNTS),
        "haircut_ppm": d.maybe(*SHARES),
        "liquidation_days": d.maybe(0, 20),
        "resale_class": d.maybe(1, 5),
        **{name: d.maybe(True, False) for name in ("insured", "perfected", "exclusive")},
    }


def _coverage(d: Dealer) -> Row:
    return {
        "party": d.one("s0", "s0", "s1"),
        "source": d.one("invoice", "confirmation", "registration", "registration"),
        "checked_at": (TODAY - d.one(1, 5, 300)) * DAY,
        "result": d.one("FOUND", "NONE_FOUND", "REFUSED"),
    }


KINDS: dict[str, tuple[str, int, Callable[[Dealer], Row]]] = {
    "receivable": ("r", 7, receivable),
    "receivable_invoice": (
        "m",
        4,
        lambda d: {"receivable": _ours(d), "invoice": d.one("i0", "i1", "i2")},
    ),
    "invoice": ("i", 5, _invoice),
    "contract": ("c", 2, _contract),
    "purchase_order": ("p", 2, lambda d: {**d.pair(), "contract": d.maybe("c0", "c1")}),
    "delivery": ("d", 3, _delivery),
    "acceptance": ("x", 3, _acceptance),
    "confirmation": ("f", 3, _confirmation),
    "dispute": ("t", 3, _dispute),
    "dilution_event": ("e", 3, _dilution),
    "e_certificate": ("z", 2, _certificate),
    "trade_relation": ("u", 2, lambda d: {**d.pair(), "tier_from_core": d.maybe(1, 1, 2, 3)}),
    "registration": ("g", 4, _registration),
    "registry_search": ("h", 2, _search),
    "assignment": ("a", 2, lambda d: {"receivable": d.one("r0", "r1", "r2", "r3")}),
    "requested_receivable": (
        "qr",
        3,
        lambda d: {"financing_request": d.one("q0", "q1"), "receivable": _ours(d)},
    ),
    "financing": ("fn", 3, _financing),
    "repayment": (
        "rp",
        3,
        lambda d: {"financing": d.one("fn0", "fn1"), "amount_minor": d.amount()},
    ),
    "guarantee": ("gu", 3, _guarantee),
    "insurance": ("in", 3, _insurance),
    "rating": (
        "ra",
        4,
        lambda d: {
            "party": d.one("g0", "g1", "b0"),
            "agency": d.one("internal", "shadow", "A", "A"),
            "acted_on": d.day(-1),
            "valid_until": d.maybe(TODAY, TODAY + 90),
            "pd_12m_ppm": d.maybe(0, 1, 20_000, 1_000_000),
        },
    ),
    "collateral_item": ("co", 4, _collateral),
    "warehouse_receipt": (
        "w",
        2,
        lambda d: {"warehouse_grade": d.maybe(1, 3), "pledged": d.maybe(True, False)},
    ),
    "environmental_right": (
        "v",
        2,
        lambda d: {"valid_until": d.maybe(TODAY - 5, TODAY + 90), "frozen_ref": d.maybe("x")},
    ),
    "source_coverage": ("sc", 5, _coverage),
}
