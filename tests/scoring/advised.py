"""A small ledger with the papers of two receivables; a bundle that sees all that advice moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from features.catalogue import RELATION_OF
from ledger.database import migrate, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from models.bundle import save
from scoring.asking import Request
from tests.default_bundles import BAGS, DEFAULT
from tests.scoring.asked import tell
from tests.worlds import TREES, card
from training.bags import bagged
from training.champion import columns
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.peers import added_at_peers, structures_of_peers

NOW = datetime(2026, 6, 17, 2, tzinfo=UTC)
DAY = date(2026, 6, 17)
FACE_MINOR = 100_000_000
CLAIMS = ("R-1", "R-2")
ASKED = Request("q", "S", "B", CLAIMS, NOW, 150_000_000, tenor_days=120)

PAIR = {"supplier": "S", "buyer": "B"}
Rows = dict[str, dict[str, Any]]

MOVED = ("claim_asked", "claim_title", "claim_rank", "claim_promises", "cross_terms")
NAMES = tuple(name for name, one in RELATION_OF.items() if one.name in (*MOVED, "supplier_sources"))

RISK = {
    "recourse": (-1.0, [0.0, 1.0, np.nan]),
    "notified": (-0.5, [0.0, 1.0, np.nan]),
    "cash_control": (-0.4, [0.0, 1.0, 2.0, np.nan]),
    "confirm_level": (-0.5, [0.0, 1.0, 2.0, 3.0, np.nan]),
    "acceptance_level": (-0.3, [0.0, 1.0, 2.0, 3.0, np.nan]),
    "guar_cover": (-1.0, [0.0, 0.0, 0.5, 0.8]),
    "insur_cover": (-1.0, [0.0, 0.0, 0.8, 0.9]),
    "registry_rank": (0.3, [1.0, 2.0, 3.0, np.nan]),
    "tenor": (0.01, [30.0, 60.0, 90.0, 120.0, 180.0]),
    "advance_rate": (1.0, [0.2, 0.4, 0.6, 0.8, 1.0]),
}
"""By feature what it adds to the log-odds of a made-up default, and the values it takes."""


def fill(engine: Engine) -> None:
    """Open a book; tell the two receivables with all their papers, and four that were paid."""
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    then = NOW - timedelta(days=30)
    parties = [
        fact(ref, then, name=ref, country="CN", person_linked=False) for ref in ("S", "B", "G", "I")
    ]
    contract = fact("C", then, **PAIR, number="C", signed_on=date(2026, 1, 5))
    rows = {"party": parties, "contract": [contract]}
    for at, ref in enumerate(CLAIMS):
        for kind, row in papers(at, ref, then + timedelta(days=at)).items():
            rows.setdefault(kind, []).append(row)
    for at in range(4):
        for kind, row in paid(at, NOW - timedelta(days=120 - at)).items():
            rows.setdefault(kind, []).append(row)
    tell(engine, rows, NOW - timedelta(days=20), old=True)


def papers(at: int, ref: str, issued: datetime) -> Rows:
    """A receivable, and the order, delivery and invoice behind it."""
    on = issued.date()
    sent = {"despatched_on": on, "received_on": on + timedelta(days=2)}
    amounts = {"net_minor": FACE_MINOR, "tax_minor": 0, "gross_minor": FACE_MINOR}
    billed = {"kind": "e_vat_special", "number": f"26{at:018}", "issued_on": on, "currency": "CNY"}
    order = {"purchase_order": f"P-{at}"}
    return {
        "purchase_order": fact(f"P-{at}", issued, **PAIR, contract="C", ordered_on=on),
        "delivery": fact(f"D-{at}", issued, **PAIR, **order, **sent),
        "invoice": fact(f"I-{at}", issued, seller="S", buyer="B", **order, **billed, **amounts),
        "receivable": claim(ref, issued),
        "receivable_invoice": fact(f"L-{at}", issued, receivable=ref, invoice=f"I-{at}"),
    }


def paid(at: int, issued: datetime) -> Rows:
    """A receivable that was paid in time."""
    paid_at = issued + timedelta(days=89)
    parties = {"payer": "B", "payee": "S", "receivable": f"H-{at}"}
    amount = {"paid_on": paid_at.date(), "amount_minor": FACE_MINOR, "currency": "CNY"}
    return {
        "receivable": claim(f"H-{at}", issued),
        "payment": fact(f"Y-{at}", paid_at, **parties, **amount),
    }


def claim(ref: str, issued: datetime) -> dict[str, Any]:
    """A receivable of 90 days."""
    on = issued.date()
    due = {"issued_on": on, "due_on": on + timedelta(days=90)}
    return fact(ref, issued, **PAIR, **due, face_minor=FACE_MINOR, currency="CNY")


def fact(ref: str, at: datetime, **said: Any) -> dict[str, Any]:
    """A fact that happened, and was known, at an instant."""
    return {"ref": ref, "happened_at": at, "known_at": at, **said}


REALLY: dict[str, dict[str, list[dict[str, Any]]]] = {
    "confirmed": {
        "confirmation": [
            {
                "receivable": ref,
                "level": 3,
                "confirmed_on": DAY,
                "amount_minor": FACE_MINOR,
                "currency": "CNY",
            }
            for ref in CLAIMS
        ]
    },
    "accepted": {
        "acceptance": [
            {
                "delivery": f"D-{at}",
                "accepted_on": (NOW - timedelta(days=28 - at)).date(),
                "evidence_level": 2,
            }
            for at in range(2)
        ]
    },
    "searched": {
        "registry_search": [
            {"searched": "S", "receivable": ref, "found": 0, "overlap": "none"} for ref in CLAIMS
        ]
    },
    "guaranteed_share": {
        "guarantee": [
            {
                "guarantor": "G",
                "debtor": "S",
                "guarantee": "joint",
                "share_ppm": 500_000,
                "valid_from": DAY,
            }
        ]
    },
    "insured_share": {
        "insurance": [
            {
                "insurer": "I",
                "insured": "S",
                "risk": "B",
                "insurance": "trade_credit",
                "insured_ppm": 800_000,
                "valid_from": DAY,
            }
        ]
    },
}
"""By field of a change the facts that a lender would load once it is made."""


def really(engine: Engine, field: str, at: datetime) -> None:
    """Load the facts of a change, as they would be loaded."""
    rows = {
        kind: [fact(f"{kind}-{number}", at, **row) for number, row in enumerate(every)]
        for kind, every in REALLY[field].items()
    }
    tell(engine, rows, at, old=False)


def save_bundle(folder: Path) -> Path:
    """A bundle of default over all that advice moves, learned from made-up rows."""
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(2_000, len(NAMES)))
    odds = np.full(len(rows), -1.0)
    for name, (weight, values) in RISK.items():
        column = chance.choice(values, len(rows))
        rows[:, NAMES.index(name)] = column
        odds += weight * np.nan_to_num(column)
    bad = chance.random(len(rows)) < 1.0 / (1.0 + np.exp(-odds))
    fitter = replace(Fitter(NAMES, TREES, seed=1, threads=1), names=NAMES)
    additive = fitter.fit(rows, bad, ADDITIVE, 30)
    cross = fitter.fit(rows, bad, CROSS, 10, raw(additive, rows))
    clusters = [str(at) for at in range(len(rows))]
    return save(
        folder,
        card(
            name="advised",
            event=DEFAULT,
            features=columns(added_at_peers(additive, cross, 1.0, rows)),
            structures=structures_of_peers(additive, cross, rows),
            cal_intercept=-2.2,
            cal_slope=1.0,
        ),
        text(additive),
        text(cross),
        more=bagged(fitter, BAGS, rows, bad, clusters),
    )
