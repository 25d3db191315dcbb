"""Lenders that approve whatever is asked, so that what they offer can be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from ledger.database import migrate, open_database, reading, writing
from ledger.ids import new_id
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.records import append_record, read_record
from ledger.tenants import ensure_tenant
from ledger.writer import append
from lending.policy.rulebook import RULES
from service.app import create_app
from service.settings import Settings
from tests.worlds import SmallWorld

FACE = 1_000_000
TODAY = datetime.now(UTC).date()
MORNING = datetime.combine(TODAY, time(), UTC)
AT_DRAWDOWN = ("K04.settled", "K05.duplicate", "K13.request")
PACK = """
name = "approves"
version = "1"
jurisdiction = "any"
valid_from = 2020-01-01
offer_days = 7
left_out = [{left_out}]
lines = {{ {lines} }}
[products.any]
most_advance_share = 1.0
most_tenor_days = 365
[[matrix.bands]]
name = "all"
nothing = "APPROVE"
counter = "APPROVE_REDUCED"
refer = "REFER"
block = "DECLINE"
"""
RULE = """
[[rules]]
code = "{code}"
case = "{case}"
severity = "BLOCK"
scope = "drawdown"
basis = "test"
{more}
"""

Row = dict[str, Any]


def a_pack(folder: Path, lines: str = "") -> str:
    """A policy that approves everything, looks again at drawdown, and sets these lines."""
    left_out = ", ".join(f'"{one.name}"' for one in RULES if one.name not in AT_DRAWDOWN)
    text = PACK.format(left_out=left_out, lines=lines)
    for name in AT_DRAWDOWN:
        code, case = name.split(".")
        more = "parameters = { most_ratio = 1.0 }" if code == "K13" else ""
        text += RULE.format(code=code, case=case, more=more)
    path = folder / "approves.toml"
    path.write_text(text)
    return str(path)


def claim(number: str, supplier: str = "S", buyer: str = "B") -> dict[str, list[Row]]:
    """A receivable of `FACE` and the invoice behind it."""
    issued = TODAY - timedelta(days=5)
    happened = {"happened_at": MORNING - timedelta(days=5)}
    stated: Row = {**happened, "currency": "CNY", "issued_on": issued}
    owes: Row = {**stated, "supplier": supplier, "buyer": buyer}
    invoice: Row = {**stated, "seller": supplier, "buyer": buyer, "number": number}
    amounts: Row = {"kind": "other", "net_minor": FACE, "tax_minor": 0, "gross_minor": FACE}
    link: Row = {**happened, "receivable": number, "invoice": number}
    due = TODAY + timedelta(days=85)
    return {
        "receivable": [{**owes, "ref": number, "due_on": due, "face_minor": FACE}],
        "invoice": [{**invoice, **amounts, "ref": number}],
        "receivable_invoice": [{**link, "ref": number, "amount_minor": FACE}],
    }


@contextmanager
def a_book(url: str, *claims: dict[str, list[Row]]) -> Iterator[Engine]:
    """A ledger with suppliers, buyers and claims; C belongs to the group of B."""
    engine = open_database(url)
    migrate(engine)
    happened: Row = {"happened_at": datetime(2020, 1, 1, tzinfo=UTC)}
    held: Row = {**happened, "party": "B", "other": "C", "relation": "ultimate_controller"}
    rows: dict[str, list[Row]] = {
        "party": [{**happened, "ref": ref} for ref in ("S", "T", "B", "C")],
        "party_relation": [{**held, "ref": "group"}],
    }
    for one in claims:
        for kind, more in one.items():
            rows.setdefault(kind, []).extend(more)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    put(engine, rows, historical=True)
    try:
        yield engine
    finally:
        engine.dispose()


def put(engine: Engine, rows: dict[str, list[Row]], *, historical: bool = False) -> None:
    """Write facts, now."""
    with writing(engine) as connection:
        append(
            connection,
            OWNER,
            rows,
            source_system="bank",
            historical=historical,
            recorded_at=datetime.now(UTC),
        )


@dataclass(frozen=True)
class Lender:
    """A service and the ledger behind it."""

    client: TestClient | httpx.Client
    engine: Engine

    def asked(self, amount: int | None, claim: str = "I-1", **more: Any) -> Any:
        """The answer to a request for an amount."""
        asked: Row = {
            "request_id": "R",
            "supplier": {"ref": "S"},
            "buyer": {"ref": "B"},
            "receivables": [{"ref": claim}],
            "amount_requested_minor": amount,
            "currency": "CNY",
            "product": "factoring",
            **more,
        }
        return self.client.post("/score", json=asked)

    def score(self, amount: int, claim: str = "I-1", **more: Any) -> str:
        """Ask for an amount; the id of the score, which offers it."""
        reply = self.asked(amount, claim, **more)
        assert reply.json()["advance_minor"] == amount, reply.text
        score: str = reply.json()["score_id"]
        return score

    def act(
        self, what: str, score: str, amount: int | None = None, key: str | None = None, **more: Any
    ) -> Any:
        """Do something with an offer."""
        headers = {} if key is None else {"Idempotency-Key": key}
        body = None if amount is None else {"amount_minor": amount, "currency": "CNY", **more}
        return self.client.post(f"/scores/{score}/{what}", json=body, headers=headers)

    def counted(self, query: str) -> int:
        """What a query of one number says."""
        with reading(self.engine) as connection:
            return int(connection.scalar(text(query)) or 0)

    @property
    def financed(self) -> int:
        """What the facts say was lent."""
        return self.counted("SELECT SUM(amount_minor) FROM financing")


def offered_again(engine: Engine, score: str, count: int) -> list[str]:
    """Records of as many scores that offer what a score does, itself the first; their ids.

    They are as so many requests would leave them; to compute each is not what is tested with them.
    """
    with writing(engine) as connection:
        first = read_record(connection, DEFAULT_TENANT, score)
        ids = [score, *(new_id() for _ in range(count - 1))]
        kept = first.model_dump(exclude={"tenant", "id", "seq", "signed_by", "previous", "digest"})
        for one in ids[1:]:
            more = {**kept, "reply": first.reply.replace(score, one), "id": one}
            append_record(connection, OWNER, **more)
    return ids


def settings_of(small: SmallWorld, url: str, pack: str, **more: Any) -> Settings:
    """Settings of a service that approves, with the bundle of the small world."""
    return Settings(**{"db": url, "bundle": str(small.bundle), "pack": pack, **more})


@contextmanager
def a_lender(small: SmallWorld, engine: Engine, pack: str, **more: Any) -> Iterator[Lender]:
    """A service on a book that approves."""
    url = engine.url.render_as_string(hide_password=False)
    app = create_app(settings_of(small, url, pack, **more))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Lender(client, engine)
