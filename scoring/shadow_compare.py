"""A bundle that scored along beside the one that answered: how they differ, and who ranks better.

Of recorded decisions alone, so that both spoke of the same request at the same moment. How a
decision ended is known of financings that were drawn from it and have an outcome: lateness has none
(docs/monitoring.md tells how that is watched).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sqlalchemy import Connection, select

from ledger.kinds import table_of
from scoring.replies_read import replies

MOST = 20_000
"""Decisions compared: the last ones."""

LEAST = 10
"""Of either end, before a ranking is told."""

Told = dict[str, Any]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


def compared(connection: Connection, tenant: str, bundle: str) -> list[Told]:
    """Compare a bundle with each champion that answered while it scored along.

    Returns
    -------
    list of dict
        JSON values, one a champion, the one with the latest decision first. ``ripe`` is None where
        the events differ or are no default. Probabilities are compared only where both are of one
        event.
    """
    rows = _pairs(connection, tenant, bundle)
    champions = dict.fromkeys(row["champion"] for row in rows)
    ended = _outcomes(connection, tenant, bundle) if rows else {}
    return [
        _against(champion, [row for row in rows if row["champion"] == champion], ended)
        for champion in champions
    ]


def shadow_span(
    connection: Connection, tenant: str, since: datetime, until: datetime
) -> list[Told]:
    """How far each bundle that scored along was from the answers of a span, half-open."""
    rows = _pairs(connection, tenant, None, since, until)
    pairs = dict.fromkeys((row["bundle"], row["champion"]) for row in rows)
    found = []
    for bundle, champion in pairs:
        own = [row for row in rows if (row["bundle"], row["champion"]) == (bundle, champion)]
        about = _against(champion, own, {})
        kept = ("champion", "records", "same_event", "mean_logit_difference", "changed_share")
        found.append({"bundle": bundle, **{name: about[name] for name in kept}})
    return found


def _pairs(
    connection: Connection,
    tenant: str,
    bundle: str | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Told]:
    """What both said of each decision, the latest first."""
    table = table_of("shadow_score").c

    def wanted(asked: Any) -> Any:
        asked = asked.where(table.tenant == tenant)
        if bundle is not None:
            asked = asked.where(table.bundle == bundle)
        if since is not None and until is not None:
            asked = asked.where(table.recorded_at >= since, table.recorded_at < until)
        return asked.order_by(table.number.desc()).limit(MOST)

    names = ("number", "record", "bundle", "alias", "recorded_at")
    shadow = replies(connection, "shadow_score", names, wanted)
    of = table_of("score_record").c
    among = select(shadow.c.record)
    record = replies(
        connection,
        "score_record",
        ("id", "bundle"),
        lambda asked: asked.where(of.tenant == tenant, of.id.in_(among)),
    )
    both = select(
        *(shadow.c[name] for name in ("record", "bundle", "alias", "recorded_at")),
        record.c.bundle.label("champion"),
        *(
            side.c[name].label(f"{who}_{name}")
            for who, side in (("its", shadow), ("answer", record))
            for name in ("event", "kind", "probability", "logit", "decision", "advance_minor")
        ),
    ).where(record.c.id == shadow.c.record)
    asked = both.order_by(shadow.c.number.desc())
    return [dict(row) for row in connection.execute(asked).mappings()]


def _outcomes(connection: Connection, tenant: str, bundle: str) -> dict[str, bool]:
    """Of each decision that was drawn and has ended, whether it defaulted; technical ones not."""
    outcome, shadow = table_of("outcome"), table_of("shadow_score")
    asked = (
        select(outcome.c.financing, outcome.c.defaulted, outcome.c.technical)
        .join(
            shadow,
            (shadow.c.tenant == outcome.c.tenant) & (shadow.c.record == outcome.c.financing),
        )
        .where(outcome.c.tenant == tenant, shadow.c.bundle == bundle)
        .order_by(outcome.c.seq)  # of several revisions the last
    )
    found = {row.financing: row for row in connection.execute(asked)}
    return {key: row.defaulted for key, row in found.items() if not row.technical}


def _against(champion: str, rows: Sequence[Told], ended: dict[str, bool]) -> Told:
    logits = _beside(rows, "logit")
    changed = Counter((row["answer_decision"], row["its_decision"]) for row in rows)
    same = all(row["answer_event"] == row["its_event"] for row in rows)
    advances = _beside(rows, "advance_minor")
    return {
        "champion": champion,
        "records": len(rows),
        "first_at": _iso(min(row["recorded_at"] for row in rows)),
        "last_at": _iso(max(row["recorded_at"] for row in rows)),
        "same_event": same,
        "mean_probability": _means(_beside(rows, "probability")),
        "mean_logit_difference": float(np.mean(logits[1] - logits[0])) if same else None,
        "rank_correlation": _rank_correlation(*logits),
        "changed_share": sum(n for (one, other), n in changed.items() if one != other) / len(rows),
        "decisions": [
            {"answered": one, "would": other, "records": n}
            for (one, other), n in sorted(changed.items())
        ],
        "advance_minor": {
            "answered": int(np.nansum(advances[0])),
            "would": int(np.nansum(advances[1])),
        },
        "ripe": _ripe(rows, ended) if same and rows[0]["its_kind"] == "default" else None,
    }


def _ripe(rows: Sequence[Told], ended: dict[str, bool]) -> Told:
    """How both ranked what has ended."""
    known = [row for row in rows if row["record"] in ended]
    event = np.array([ended[row["record"]] for row in known], dtype=bool)
    answered, would = _beside(known, "probability")
    enough = min(int(event.sum()), int((~event).sum())) >= LEAST
    return {
        "records": len(known),
        "events": int(event.sum()),
        "expected": {"answered": float(answered.sum()), "would": float(would.sum())},
        "auc": {"answered": area(event, answered), "would": area(event, would)} if enough else None,
    }


def area(event: np.ndarray[Any, np.dtype[np.bool_]], chance: Vector) -> float:
    """Area under the ROC curve, by ranks (Mann and Whitney); of at least one of either end."""
    ones = int(event.sum())
    ranks = rankdata(chance)
    above = float(ranks[event].sum()) - ones * (ones + 1) / 2.0
    return above / (ones * (len(event) - ones))


def _rank_correlation(one: Vector, other: Vector) -> float | None:
    """Spearman's; None with fewer than three or where one says the same of all."""
    if len(one) < 3 or np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return None
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def _beside(rows: Sequence[Told], name: str) -> tuple[Vector, Vector]:
    """What the answer said and what the other would have; NaN where nothing."""
    answered, would = (
        np.array([np.nan if row[key] is None else row[key] for row in rows], dtype=float)
        for key in (f"answer_{name}", f"its_{name}")
    )
    return answered, would


def _means(both: tuple[Vector, Vector]) -> Told:
    answered, would = both
    return {"answered": float(np.mean(answered)), "would": float(np.mean(would))}


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
