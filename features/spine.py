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
    ]
)
"""One line per request: its number, the two parties, and as_of's day in the tenant's time zone."""

ASKED = pa.schema(
    [
        ("row_no", pa.int64()),
        ("receivable", pa.string()),
        ("supplier", pa.string()),
        ("buyer", pa.string()),
        ("day", pa.int32()),
        ("issued_on", pa.int32()),
        ("due_on", pa.int32()),
        ("face_minor", pa.int64()),
        ("rate_ppm", pa.int64()),
        ("weight", pa.float64()),
    ]
)
"""One line per receivable of a request, as live facts show it; the parties are the request's, for
they are the ones described. ``weight`` is its share of the face asked for, or an equal share where
a face is missing; the weights of a request sum to 1."""


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
