"""What a lender's records say of a span of days: decisions, probabilities, what was missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ledger.kinds import table_of
from scoring.replies_read import replies
from scoring.shadow_compare import shadow_span

MOST = 5_000
"""Decisions looked into: the last ones of the span. All are counted."""

OFFERED = ("APPROVE", "APPROVE_REDUCED")

Told = dict[str, Any]


def recorded_span(connection: Connection, tenant: str, since: datetime, until: datetime) -> Told:
    """What was decided from an instant to before another.

    Returns
    -------
    dict
        JSON values. ``records`` counts all, ``looked_into`` those that the rest is told of; shares
        are of these, and None where there are none. ``missing`` is the share of decisions that a
        source left without some number.
    """
    table = table_of("score_record").c
    inside = (table.tenant == tenant, table.recorded_at >= since, table.recorded_at < until)
    count = connection.execute(select(func.count()).where(*inside)).scalar_one()
    found = replies(
        connection,
        "score_record",
        ("id", "bundle", "pack"),
        lambda asked: asked.where(*inside).order_by(table.recorded_at.desc()).limit(MOST),
    )
    rows = [dict(row) for row in connection.execute(select(found)).mappings()]
    decisions = Counter(row["decision"] for row in rows)
    return {
        "records": count,
        "looked_into": len(rows),
        "decisions": dict(sorted(decisions.items())),
        "approved_share": _share(sum(decisions[one] for one in OFFERED), rows),
        "cannot_score_share": _share(decisions["CANNOT_SCORE"], rows),
        "bundles": [_of_bundle(key, rows) for key in _keys(rows, "bundle", "event", "pack")],
        "missing": {
            source: times / len(rows)
            for source, times in sorted(Counter(_sources_missing(rows)).items())
        },
        "shadows": shadow_span(connection, tenant, since, until),
    }


def _keys(rows: Sequence[Told], *names: str) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(row[name] for name in names) for row in rows))


def _of_bundle(key: tuple[str, ...], rows: Sequence[Told]) -> Told:
    bundle, event, pack = key
    own = [row for row in rows if (row["bundle"], row["pack"]) == (bundle, pack)]
    chances = [row["probability"] for row in own]
    return {
        "bundle": bundle,
        "event": event,
        "pack": pack,
        "records": len(own),
        "mean_probability": sum(chances) / len(chances),
        "approved_share": _share(sum(row["decision"] in OFFERED for row in own), own),
    }


def _sources_missing(rows: Sequence[Told]) -> Iterable[str]:
    """Each source that left a decision without some number, once a decision."""
    for row in rows:
        yield from {one["source"] for one in row["missing"].values() if one["source"]}


def _share(part: int, rows: Sequence[Told]) -> float | None:
    return part / len(rows) if rows else None
