"""One request: its features from what is kept and from the facts, against one indexed look-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, select

from benchmarks.stage.lender_world import RECORDED_AT, requests_of, world_of, write_book
from benchmarks.stage.side_by_side import Ratio, tell
from features.catalogue import RELATIONS
from features.feature import Relation, with_those_before
from ledger.clocks import start_of_day
from ledger.database import reading, writing
from ledger.kinds import table_of
from ledger.loads import Load
from ledger.principals import OWNER
from ledger.tenants import Book, book
from scoring.asking import Request
from scoring.gather import gather
from scoring.history import history, is_history
from scoring.memory import Memory
from scoring.path import MEASURED_BY, Described, with_sources
from scoring.seen import asking_of, live_view
from scoring.serving import look_up

INVOICES = 2_000
DOZEN = (
    "supplier_sources",
    "buyer_sources",
    "supplier_standing",
    "supplier_sales",
    "supplier_partners",
    "supplier_rhythm",
    "pair_invoices",
    "pair_usual",
    "buyer_credit",
    "buyer_delays",
    "pair_delays",
    "supplier_financings",
)
"""Relations of history that a lender with invoices, payments and ratings would choose."""


def main(
    rounds: Annotated[int, typer.Option(min=3)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure on SQLite, in one thread; a supplier with 2,000 invoices."""
    with TemporaryDirectory() as folder:
        _, engine, gathered = write_book(world_of(), Path(folder))
        first = gathered.facts["receivable"].sort_by("visible_at")["ref"][0].as_py()
        request = next(one for one in requests_of(gathered) if first in one.receivables)
        _sell(engine, request)
        own = _book(engine)
        dozen = [one for one in RELATIONS if one.name in DOZEN]
        live = [one for one in RELATIONS if one.is_live and set(one.after) <= set(dozen)]
        days = _days_before(request)
        told = _tell(engine, own, request, dozen)
        past = with_those_before(with_sources(dozen))
        memory = Memory()
        _, described = look_up(engine, told, [request], dozen, MEASURED_BY)
        taken = {
            "look-up": _median(rounds, lambda: _receivable(engine, request)),
            "cold": _median(rounds, lambda: look_up(engine, own, [next(days)], dozen)),
            "kept": _median(rounds, lambda: history(engine, told, [request], past)),
            "remembered": _median(
                rounds, lambda: history(engine, told, [request], past, memory=memory)
            ),
            "whole": _median(
                rounds, lambda: look_up(engine, told, [request], [*dozen, *live], memory=memory)
            ),
            "seen": _median(rounds, lambda: _seen(engine, told, request, described)),
            "all cold": _median(5, lambda: look_up(engine, own, [next(days)], _history())),
        }
        engine.dispose()
    sizes = {name.replace(" ", "_") + "_us": round(taken[name] * 1e6) for name in taken}
    floor = "one indexed look-up in the same store"
    ratios = [
        Ratio("a dozen relations from the facts", floor, taken["cold"] / taken["look-up"]),
        Ratio("the same, kept in the database", floor, taken["kept"] / taken["look-up"]),
        Ratio("the same, remembered", floor, taken["remembered"] / taken["look-up"], "1"),
        Ratio(
            "remembered, and the live relations in the store",
            floor,
            taken["whole"] / taken["look-up"],
        ),
        Ratio("circumstances from the live facts", floor, taken["seen"] / taken["look-up"]),
        Ratio(
            "every relation of history from the facts", "a dozen", taken["all cold"] / taken["cold"]
        ),
    ]
    tell("one_request", sizes, ratios, as_json=as_json)


def _history() -> list[Relation]:
    return [one for one in RELATIONS if is_history(one)]


def _book(engine: Engine) -> Book:
    with reading(engine) as connection:
        return book(connection, OWNER.tenant)


def _sell(engine: Engine, request: Request) -> None:
    """Give the supplier of a request so many more invoices, to its buyer."""
    last = date(2026, 6, 1)
    with writing(engine) as connection:
        load = Load(
            connection,
            OWNER,
            source_system="benchmark",
            historical=True,
            recorded_at=RECORDED_AT,
        )
        load.add({"invoice": [_invoice(request, at, last) for at in range(INVOICES)]})
        load.close()


def _invoice(request: Request, number: int, last: date) -> dict[str, Any]:
    day = last - timedelta(days=number % 700)
    net = 10_000 + 37 * number
    return {
        "ref": f"bench-{number}",
        "seller": request.supplier,
        "buyer": request.buyer,
        "kind": "e_vat_special",
        "number": f"99{number:018}",
        "issued_on": day,
        "net_minor": net,
        "tax_minor": 0,
        "gross_minor": net,
        "currency": "CNY",
        "happened_at": start_of_day(day, RECORDED_AT.tzinfo),  # type: ignore[arg-type]
    }


def _days_before(request: Request) -> Iterator[Request]:
    """The same request on earlier and earlier days: nothing of them is kept."""
    at = request.as_of
    while True:
        yield replace(request, as_of=at)
        at -= timedelta(hours=6) if at > request.as_of - timedelta(hours=6) else timedelta(days=1)


def _tell(engine: Engine, own: Book, request: Request, relations: list[Relation]) -> Book:
    """Have the history of a request kept: the first to ask says so, the second keeps."""
    look_up(engine, own, [request], relations)
    look_up(engine, _book(engine), [request], relations)
    return _book(engine)


def _receivable(engine: Engine, request: Request) -> None:
    table = table_of("receivable")
    asked = select(table).where(
        table.c.tenant == OWNER.tenant, table.c.ref.in_(request.receivables)
    )
    with reading(engine) as connection:
        connection.execute(asked).all()


def _seen(engine: Engine, own: Book, request: Request, described: Described) -> None:
    gathered = gather(engine, own, own.last_seq, [request], relations=())
    live_view(gathered, [request]).circumstances(
        asking_of(request, own), described.measured[0], described.at_hand[0]
    )


def _median(rounds: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(rounds + 1):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken[1:])


if __name__ == "__main__":
    typer.run(main)
