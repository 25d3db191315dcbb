"""Ledgers with every kind of link: batches and records of two writing processes, corrections."""

from typing import Any

from sqlalchemy import Engine

from ledger.books import ScoreRecord
from ledger.database import writing
from ledger.principals import OWNER, Principal
from ledger.records import append_record
from tests.ledger.made_rows import EARLIER, NOW, OTHER, a_world, days, party, put, receivable


def a_record(
    engine: Engine, reply: str = "{}", *, writer: str = "main", principal: Principal = OWNER
) -> ScoreRecord:
    """Append a score record in a transaction of its own."""
    texts: dict[str, Any] = dict.fromkeys(("request", "features", "circumstances"), '{"a": 1.0}')
    with writing(engine) as connection:
        return append_record(
            connection,
            principal,
            recorded_at=NOW,
            as_of=NOW,
            history_before=EARLIER,
            cut_seq=8,
            bundle="bundle",
            pack="pack",
            reply=reply,
            writer=writer,
            **texts,
        )


def a_busy_ledger(engine: Engine) -> None:
    """26 rows in seven commits of two writers, beside the book of another lender."""
    put(engine, a_world())
    a_record(engine, '{"pd": 0.1}')
    put(engine, {"party": [party(f"p{number}") for number in range(4)]}, writer="second")
    put(engine, a_world(), principal=OTHER)
    put(engine, {"party": [party("s", name="Fornecedora", known_at=EARLIER)]}, writer="second")
    a_record(engine, '{"名": "é"}', writer="second")
    claims = [receivable(f"c{number}", face_minor=number, known_at=NOW) for number in range(6)]
    put(engine, {"receivable": claims}, historical=False)
    put(engine, {"party": [party("s"), party("p0", name="A")]}, recorded_at=NOW + days(1))
    a_record(engine)
    put(engine, {"party": [party("z"), party("y")]}, writer="second")
