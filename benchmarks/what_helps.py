"""Advice on one request: a score with it against the same without, in time of the process.

Of requests whose answer isn't an approval, each served warm: history kept and remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Annotated

import typer
from sqlalchemy import Connection

from benchmarks.stage.lender_world import Lender, make_lender
from benchmarks.stage.side_by_side import Ratio, seconds, tell
from ledger.database import reading, writing
from ledger.principals import OWNER
from ledger.tenants import book
from lending.pack import load_pack
from lending.policy.outcomes import Decision
from models.bundle import load
from scoring.asking import Request
from scoring.memory import Memory
from scoring.path import Scored
from scoring.serving import serve

AMOUNT_MINOR = 50_000_000


def main(
    requests: Annotated[int, typer.Option(min=3, help="requests that are asked")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure on SQLite, in one thread."""
    with TemporaryDirectory() as folder:
        lender = make_lender(Path(folder), requests=requests)
        ask = _asked(lender)
        plain, advised, told = [], [], 0
        for one in lender.requests:
            request = replace(one, amount_requested_minor=AMOUNT_MINOR, tenor_days=180)
            if ask(request, advice=False).offer.decision is Decision.APPROVE:
                continue
            plain.append(seconds(partial(ask, request, advice=False), process_time))
            advised.append(seconds(partial(ask, request, advice=True), process_time))
            found = ask(request, advice=True).advice
            told += bool(found and found.options)
        lender.engine.dispose()
    sizes = {
        "requests": len(plain),
        "advised": told,
        "plain_us": round(median(plain) * 1e6),
        "advice_us": round(median(advised) * 1e6),
    }
    ratio = median(advised) / median(plain)
    tell(
        "what_helps",
        sizes,
        [Ratio("a score with advice", "one without", ratio)],
        as_json=as_json,
    )


def _asked(lender: Lender) -> Callable[..., Scored]:
    bundle, pack, memory = load(lender.bundle), load_pack(), Memory()
    with reading(lender.engine) as connection:
        at_head = book(connection, OWNER.tenant)

    def write(work: Callable[[Connection], object]) -> None:
        with writing(lender.engine) as connection:
            work(connection)

    def ask(request: Request, *, advice: bool) -> Scored:
        engine = lender.engine
        return serve(
            engine, at_head, request, bundle, pack, write=write, memory=memory, advice=advice
        ).scored

    return ask


if __name__ == "__main__":
    typer.run(main)
