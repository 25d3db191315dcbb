"""The spine of requests, from the facts gathered for them; unknown parties and claims are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.engine import session, spine_of
from features.spine import ASKED, PPM, Spine
from ledger.clocks import to_micros
from ledger.faults import UnknownParty, UnknownReceivable
from scoring.asking import Request, request_table, wanted_table
from scoring.gather import FEW, Gathered

TERMS = ("issued_on", "due_on", "face_minor", "rate_ppm")
"""What a request asks for, of a receivable."""


def spine_for(gathered: Gathered, requests: Sequence[Request], *, threads: int = 1) -> Spine:
    """Look up what each request asks for among the facts at hand.

    Raises
    ------
    UnknownParty, UnknownReceivable
        Where a request names one that the ledger doesn't have, or not yet at its live cut.
    """
    _check_parties(gathered, requests)
    claims, table = gathered.facts["receivable"], request_table(requests, gathered.book)
    if len(requests) <= FEW:
        spine = Spine(table, _asked(claims, requests, table["day"].to_pylist()))
    else:
        with session(threads) as connection:
            spine = spine_of(connection, table, wanted_table(requests), claims)
    _check_receivables(requests, spine)
    return spine


def _asked(claims: pa.Table, requests: Sequence[Request], days: Sequence[int]) -> pa.Table:
    """What few requests ask for, as `features.engine.spine_of` has it, without an engine."""
    wanted = sorted({key for request in requests for key in request.receivables})
    rows = claims.filter(pc.is_in(claims["ref"], value_set=pa.array(wanted, pa.string())))
    revisions: dict[str, list[dict[str, Any]]] = {}
    for row in rows.select([*TERMS, "ref", "revision", "visible_at"]).to_pylist():
        revisions.setdefault(row["ref"], []).append(row)
    found = [
        line
        for at, (request, day) in enumerate(zip(requests, days, strict=True))
        for line in _lines(at, request, day, revisions)
    ]
    return pa.Table.from_pylist(found, schema=ASKED)


def _lines(
    at: int, request: Request, day: int, revisions: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[dict[str, Any]]:
    live = to_micros(request.as_of)
    latest = {
        key: max(visible, key=lambda row: int(row["revision"]))
        for key in sorted(request.receivables)
        if (visible := [row for row in revisions.get(key, ()) if row["visible_at"] <= live])
    }
    faces = [row["face_minor"] for row in latest.values()]
    whole = 0 if None in faces else sum(faces)
    parties = {"supplier": request.supplier, "buyer": request.buyer}
    for key, row in latest.items():
        weight = row["face_minor"] / whole if whole else 1.0 / len(latest)
        yield {
            "row_no": at,
            "receivable": key,
            **parties,
            "day": day,
            "live_through": live,
            **{name: row[name] for name in TERMS},
            "weight": weight,
            "weight_ppm": max(1.0, float(floor(weight * PPM + 0.5))),
        }


def spine_of_parties(gathered: Gathered, requests: Sequence[Request]) -> Spine:
    """A spine without the receivables, for relations of history."""
    return Spine(request_table(requests, gathered.book), ASKED.empty_table())


def _check_parties(gathered: Gathered, requests: Sequence[Request]) -> None:
    known = set(gathered.facts["party"]["ref"].to_pylist())
    for request in requests:
        for field in ("supplier", "buyer"):
            party = getattr(request, field)
            if party not in known:
                raise UnknownParty(
                    f"{field} {party!r} is not in the ledger",
                    field=f"/{field}",
                    remedy="load the party first, or bring it along in the request",
                )


def _check_receivables(requests: Sequence[Request], spine: Spine) -> None:
    asked = set(
        zip(spine.asked["row_no"].to_pylist(), spine.asked["receivable"].to_pylist(), strict=True)
    )
    for row, request in enumerate(requests):
        for at, key in enumerate(request.receivables):
            if (row, key) not in asked:
                raise UnknownReceivable(
                    f"receivable {key!r} is not in the ledger at {request.as_of.isoformat()}",
                    field=f"/receivables/{at}",
                    remedy="load the receivable first, or bring it along in the request",
                )
