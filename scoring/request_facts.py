"""The facts of a request that a score was asked for: what was asked, and on which receivables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ledger.clocks import day_of
from scoring.asking import Request

Row = dict[str, Any]


def parties_of(request: Request, currency: str) -> Row:
    """Fields that the facts of a request and of its financing share."""
    told: Row = {"supplier": request.supplier, "buyer": request.buyer, "currency": currency}
    return told | {name: getattr(request, name) for name in ("recourse", "account")}


def request_rows(  # noqa: PLR0917 - a fact, field by field
    score: str,
    request: Request,
    tz: ZoneInfo,
    currency: str,
    terms: Mapping[str, Any],
    parts: Mapping[str, int | None],
) -> dict[str, list[Row]]:
    """What was asked for, under the key of its score, as rows of facts.

    Parameters
    ----------
    terms : mapping
        ``product``, ``amount_minor``, ``tenor_days`` and ``decision``, in the words of the fact.
    parts : mapping of receivable to int or None
        What is asked on each; None for its face.
    """
    asked: Row = {
        **parties_of(request, currency),
        "ref": score,
        "happened_at": request.as_of,
        "requested_on": day_of(request.as_of, tz),
        "notified": request.notified,
        **terms,
    }
    offered = [
        {
            "ref": f"{score}/{number}",
            "happened_at": request.as_of,
            "financing_request": score,
            "receivable": receivable,
            "amount_minor": amount,
        }
        for number, (receivable, amount) in enumerate(sorted(parts.items()), 1)
    ]
    return {"financing_request": [asked], "requested_receivable": offered}
