"""The spine: the requests to describe, and what each of them asks for."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

REQUEST = pa.schema(
    [
        ("row_no", pa.int64()),
        ("supplier", pa.string()),
        ("buyer", pa.string()),
        ("day", pa.int32()),
        ("live_through", pa.int64()),
        ("amount_requested_minor", pa.int64()),
        ("product", pa.string()),
        ("tenor_days", pa.int32()),
        ("recourse", pa.bool_()),
        ("notified", pa.bool_()),
        ("account", pa.string()),
    ]
)
"""One line per request: its number, the two parties, as_of's day in the tenant's time zone, the
live cut in microseconds, and what is asked, in the words of the fact ``financing_request``; null
where the request doesn't say."""

ASKED = pa.schema(
    [
        ("row_no", pa.int64()),
        ("receivable", pa.string()),
        ("supplier", pa.string()),
        ("buyer", pa.string()),
        ("day", pa.int32()),
        ("live_through", pa.int64()),
        ("issued_on", pa.int32()),
        ("due_on", pa.int32()),
        ("face_minor", pa.int64()),
        ("rate_ppm", pa.int64()),
        ("weight", pa.float64()),
        ("weight_ppm", pa.float64()),
    ]
)
"""One line per receivable of a request, as live facts show it; the parties are the request's, for
they are the ones described. ``weight`` is its share of the face asked for, or an equal share where
a face is missing; the weights of a request sum to 1. ``weight_ppm`` is the same as a whole number
of millionths, at least one, so that sums of whole numbers by weight are exact."""


PPM = 1_000_000.0


def weighted_whole(value: str, scale: int = 1) -> str:
    """SQL of the mean of a value over the receivables of a request, the same in every store.

    Parameters
    ----------
    value : str
        SQL of a number per receivable; null where there is none, and then left out.
    scale : int
        The value is taken in units of ``1 / scale``: 1 for days and counts, 1,000,000 for shares
        and ratios. Value times scale should stay below a thousand million.

    Sums of whole numbers below 2^53 are exact in doubles, so that neither the order of the rows nor
    the store matters.
    """
    whole = f"FLOOR(CAST({value} AS DOUBLE) * {scale}.0E0 + 0.5E0)"
    known = f"SUM(CASE WHEN {value} IS NOT NULL THEN weight_ppm END)"
    total = f"SUM(CASE WHEN {value} IS NOT NULL THEN weight_ppm * {whole} END)"
    return f"CASE WHEN {known} > 0.0E0 THEN {total} / ({scale}.0E0 * {known}) END"


def weighted(value: str) -> str:
    """SQL of the mean of a value over the receivables of a request, by weight.

    Receivables without the value are left out; it is missing where those that have it are a
    millionth of the face or less. Sums are exact decimals, so that they don't depend on the order
    of the rows.
    """
    known = f"CASE WHEN {value} IS NOT NULL THEN CAST(weight AS DECIMAL(38, 18)) END"
    total = f"SUM(CAST(weight * {value} AS DECIMAL(38, 18)))"
    return (
        f"CASE WHEN SUM({known}) > 0.000001 "
        f"THEN CAST({total} AS DOUBLE) / CAST(SUM({known}) AS DOUBLE) END"
    )


@dataclass(frozen=True)
class Spine:
    """Requests to describe.

    Attributes
    ----------
    request : pyarrow.Table
        Schema `REQUEST`; ``row_no`` counts from 0 without gaps.
    asked : pyarrow.Table
        Schema `ASKED`.
    """

    request: pa.Table
    asked: pa.Table

    def __len__(self) -> int:
        """Number of requests."""
        return int(self.request.num_rows)
