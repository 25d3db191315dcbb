"""A back-test from a ledger to its figures: which requests, what became of them, what both say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from features.pipeline import Progress, silent
from ledger.clocks import day_of
from ledger.database import reading, require_current
from ledger.faults import Fault
from ledger.reader import facts as read_facts
from ledger.tenants import Book, book
from scoring.gather import Gathered
from training.asked_requests import Past, PastRequest, decisions, past_requests
from training.backtest.both_sides import Side, answers
from training.backtest.compared import Compared
from training.backtest.figures_of_sides import figures_of
from training.backtest.what_became import what_became
from training.default_examples import with_lending
from training.examples import last_day


class NothingAsked(Fault):
    """A period in which nothing was asked for that could be answered again."""

    code = "nothing-asked"


@dataclass(frozen=True)
class Period:
    """Requests from the day of ``since`` to before that of ``until``.

    Attributes
    ----------
    since : date or None
        None for the day after which neither bundle has learned anything.
    until : date or None
        None for all there are.
    """

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Backtest:
    """A back-test: its figures as JSON values, and every request behind them."""

    report: dict[str, Any]
    rows: tuple[Compared, ...]


def backtest(
    engine: Engine,
    tenant: str,
    sides: tuple[Side, Side],
    period: Period = Period(),
    progress: Progress = silent,
) -> Backtest:
    """Answer the past requests of a book by a base and by another side, and compare.

    Raises
    ------
    NothingAsked
        Where the period has no request.
    NoTerms, OtherEvent
        Where the bundles are not of the same event default.
    """
    require_current(engine)
    with reading(engine) as connection:
        own = book(connection, tenant)
        claims = read_facts(connection, tenant, "receivable", through_seq=own.last_seq)
    lending = with_lending(engine, Gathered(own, own.last_seq, {"receivable": claims}))
    every = past_requests(lending)
    since = period.since or _learned_until(sides, own)
    until = period.until or date.max
    asked = [one for one in every.requests if since <= day_of(one.request.as_of, own.tz) < until]
    if not asked:
        _refuse(every.requests, period, since, own)
    requests = [one.request for one in asked]
    answered = list(answers(engine, own, requests, sides, progress))
    end = last_day(lending)
    became = what_became(lending, asked, sides[0].bundle.card.event, end)
    decided = decisions(lending, end)
    rows = tuple(
        Compared(one, decided.get(one.request.request_id), ending, base, other)
        for one, ending, (base, other) in zip(asked, became, answered, strict=True)
    )
    told = _about(sides, asked, every, (since, period.until), own)
    return Backtest({**told, **figures_of(rows)}, rows)


def _learned_until(sides: Sequence[Side], own: Book) -> date:
    """The first day that neither bundle has learned from."""
    return max(day_of(side.bundle.card.trained_through, own.tz) for side in sides)


def _refuse(every: Sequence[PastRequest], period: Period, since: date, own: Book) -> None:
    last = f"; the last was on {day_of(every[-1].request.as_of, own.tz)}" if every else ""
    ends = "" if period.until is None else f" and before {period.until}"
    why = "" if period.since else ", the first day that neither bundle has learned from"
    raise NothingAsked(
        f"of {len(every)} requests none was made from {since}{ends} on{last}{why}",
        field="since",
        remedy="name a period with --since and --until; bundles flatter themselves on what they "
        "have learned from",
    )


def _about(
    sides: tuple[Side, Side],
    asked: Sequence[PastRequest],
    every: Past,
    days: tuple[date, date | None],
    own: Book,
) -> dict[str, Any]:
    """What was compared."""
    since, until = days
    first, last = (day_of(asked[at].request.as_of, own.tz).isoformat() for at in (0, -1))
    return {
        "since": since.isoformat(),
        "until": None if until is None else until.isoformat(),
        "first": first,
        "last": last,
        "currency": own.base_currency,
        "ledger_seq": own.last_seq,
        "event": sides[0].bundle.card.event.model_dump(mode="json"),
        "bundles": {
            name: {
                "bundle": side.bundle.id,
                "pack": side.pack.id,
                "trained_through": side.bundle.card.trained_through.isoformat(),
                "asked_before": sum(
                    one.request.as_of < side.bundle.card.trained_through for one in asked
                ),
            }
            for name, side in zip(("base", "other"), sides, strict=True)
        },
        "left_out": {
            "without_receivables": every.without_receivables,
            "too_late": every.too_late,
        },
    }
