"""Known facts: the views that relations read, and the one place where the cut is applied.

A view ``known_x`` holds a fact together with the days of history on which it was what the lender
knew: on day D a row counts iff ``from_day <= D AND D < until_day``; ``live_x`` has instants instead
(``features.versions``). A relation joins on that and can't see anything else. Every kind of fact
has both; those below are more than the versions of one kind. All values are whole numbers: days
since 1970-01-01, minor units.
"""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from features.buyer_book import BUYER_COUNTS, BUYER_DELAY, BUYER_ISSUED, PASSING_CLAIM
from features.claim_cells import CLAIM_CELL
from features.invoice_cells import SUPPLIER_POINT, TRADE, TRADE_PARTNER
from features.rates import SUPPLIER_RATE
from features.versions import KNOWN, NEVER, kind_viewed, versions
from ledger.clocks import (
    day_of,
    from_day_number,
    from_micros,
    start_of_day,
    to_day_number,
    to_micros,
    zone,
)

MICROS_A_DAY = 86_400_000_000

FEW = 200
"""Up to so many facts are looked at one by one: arrays take longer to set up."""


def first_day_of_use(visible_at: pa.ChunkedArray, time_zone: str) -> pa.Array:
    """Return the first day whose history may use each fact.

    Parameters
    ----------
    visible_at : integer array, microseconds since 1970-01-01T00:00Z
        When each fact became visible.
    time_zone : str
        IANA name of the tenant's time zone.

    Returns
    -------
    int32 array, days since 1970-01-01
        The first D with ``visible_at < start of D``, which is `Cut.history_before`: the day after
        the local day of ``visible_at``. Where a clock set back takes midnight back (St. John's
        until 2011), the end of a day comes after the start of the next, and is used a day later.
    """
    if len(visible_at) <= FEW:
        each_day = [_first_day(micros, time_zone) for micros in visible_at.to_pylist()]
        return pa.array(each_day, type=pa.int32())
    micros = visible_at.to_numpy().astype("int64")
    moments = pd.DatetimeIndex(micros.view("datetime64[us]"), tz=UTC)
    local = moments.tz_convert(zone(time_zone)).tz_localize(None)
    days = np.floor_divide(local.as_unit("us").asi8, MICROS_A_DAY) + 1
    each, place = np.unique(days, return_inverse=True)
    starts = np.array([start_micros(day, time_zone) for day in each.tolist()], dtype="int64")
    days += micros >= starts[place]
    return pa.array(days.astype("int32"), type=pa.int32())


def _first_day(micros: int, time_zone: str) -> int:
    day = to_day_number(day_of(from_micros(micros), zone(time_zone))) + 1
    return day + (micros >= start_micros(day, time_zone))


@lru_cache(maxsize=100_000)
def start_micros(day: int, time_zone: str) -> int:
    """The first instant of a day, in microseconds."""
    return to_micros(start_of_day(from_day_number(day), zone(time_zone)))


def with_first_day(facts: pa.Table, time_zone: str) -> pa.Table:
    """Add ``seen_day`` (see `first_day_of_use`) to a table of facts."""
    return facts.append_column("seen_day", first_day_of_use(facts["visible_at"], time_zone))


def _versions(table: str, columns: str) -> str:
    """SQL of the versions of a fact by the clock of history."""
    return versions(table, columns.split(", "), KNOWN)


KNOWN_PARTY = _versions(
    "fact_party",
    "ref AS party, person_linked, onboarded_on, established_on, registration_status",
)

_PROFILED = (
    "industry, size_class, phone_area, ownership, innovation_tier, innovation_until, "
    "tax_credit_grade"
)

_PROFILE = _versions("fact_party_profile", f"party, {_PROFILED}, happened_at, seq")

KNOWN_PROFILE = f"""
    WITH version AS ({_PROFILE}),
    change AS (
        SELECT party, from_day AS day FROM version
        UNION SELECT party, until_day AS day FROM version
    ),
    period AS (
        SELECT party, day AS from_day,
            COALESCE(LEAD(day) OVER (PARTITION BY party ORDER BY day), {NEVER}) AS until_day
        FROM change
    ),
    ranked AS (
        SELECT version.*, period.from_day AS since, period.until_day AS until,
            ROW_NUMBER() OVER (
                PARTITION BY period.party, period.from_day
                ORDER BY version.happened_at DESC, version.seq DESC
            ) AS latest
        FROM period
        JOIN version ON version.party = period.party
            AND version.from_day <= period.from_day AND period.from_day < version.until_day
    )
    SELECT party, {_PROFILED}, since AS from_day, until AS until_day
    FROM ranked
    WHERE latest = 1
"""  # noqa: S608 - composed of the literals above
"""What a party looks like: of the profiles known, the one that happened last counts; a party has
one row a day at most."""

KNOWN_REPORT = _versions(
    "fact_party_report",
    "party, period_start, period_end, turnover_minor, employees, seq",
)

_VERSION = _versions(
    "fact_receivable",
    "ref AS receivable, supplier, buyer, issued_on, due_on, face_minor, rate_ppm",
)

_PAYMENT = _versions("fact_payment", "ref, receivable, paid_on, amount_minor")

KNOWN_CLAIM = f"""
    WITH version AS ({_VERSION}),
    payment AS (SELECT * FROM ({_PAYMENT}) AS every WHERE receivable IS NOT NULL),
    change AS (
        SELECT receivable, from_day AS day FROM version
        UNION SELECT receivable, until_day AS day FROM version
        UNION SELECT receivable, from_day AS day FROM payment
        UNION SELECT receivable, until_day AS day FROM payment
    ),
    period AS (
        SELECT receivable, day AS from_day,
            COALESCE(
                LEAD(day) OVER (PARTITION BY receivable ORDER BY day), {NEVER}
            ) AS until_day
        FROM change
    ),
    paid AS (
        SELECT period.receivable, period.from_day, version.face_minor,
            payment.paid_on, payment.amount_minor,
            SUM(payment.amount_minor) OVER running AS paid_minor
        FROM period
        JOIN version ON version.receivable = period.receivable
            AND version.from_day <= period.from_day AND period.from_day < version.until_day
        JOIN payment ON payment.receivable = period.receivable
            AND payment.from_day <= period.from_day AND period.from_day < payment.until_day
        WINDOW running AS (
            PARTITION BY period.receivable, period.from_day
            ORDER BY payment.paid_on, payment.ref
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
    ),
    settled AS (
        SELECT receivable, from_day, MIN(
            CASE WHEN face_minor IS NULL OR amount_minor IS NULL
                OR paid_minor * 100 >= face_minor * 98 THEN paid_on END
        ) AS settled_on
        FROM paid
        GROUP BY receivable, from_day
    )
    SELECT version.receivable, version.supplier, version.buyer, version.issued_on, version.due_on,
        version.due_on - version.issued_on AS term_days,
        version.face_minor, version.rate_ppm, settled.settled_on,
        period.from_day, period.until_day
    FROM period
    JOIN version ON version.receivable = period.receivable
        AND version.from_day <= period.from_day AND period.from_day < version.until_day
    LEFT JOIN settled ON settled.receivable = period.receivable
        AND settled.from_day = period.from_day
    WHERE period.from_day < period.until_day
"""  # noqa: S608 - composed of the literals above
"""Claims with what was known of their settlement. ``settled_on`` is the day by which at least 98 %
of the face was paid (a short payment within 2 % settles); missing while open."""

POINTS: dict[str, str] = {
    "buyer_day": "SELECT DISTINCT buyer, day FROM request",
    "supplier_day": "SELECT DISTINCT supplier, day FROM request",
    "pair_day": "SELECT DISTINCT supplier, buyer, day FROM request",
}
"""The distinct points at which history is described; ``request`` and ``asked`` are `Spine`'s."""

_TRADE_READS = ("known_invoice", "known_invoice_status", "supplier_point", "supplier_day")

DERIVED: dict[str, tuple[str, tuple[str, ...]]] = {
    "supplier_rate": (SUPPLIER_RATE, ("known_claim", "supplier_day")),
    "claim_cell": (CLAIM_CELL, ("known_claim", "supplier_day", "supplier_rate")),
    "buyer_counts": (BUYER_COUNTS, ("known_claim", "buyer_day")),
    "buyer_issued": (BUYER_ISSUED, ("known_receivable", "buyer_day")),
    "passing_claim": (PASSING_CLAIM, ("known_claim", "buyer_day")),
    "buyer_delay": (BUYER_DELAY, ("passing_claim", "known_claim", "buyer_day")),
    "supplier_point": (SUPPLIER_POINT, ("supplier_day",)),
    "trade": (TRADE, _TRADE_READS),
    "trade_partner": (TRADE_PARTNER, ("trade", *_TRADE_READS)),
}
"""What several relations share, made once: its SQL, and what it reads."""

VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "known_party": (KNOWN_PARTY, ("party",)),
    "known_profile": (KNOWN_PROFILE, ("party_profile",)),
    "known_report": (KNOWN_REPORT, ("party_report",)),
    "known_claim": (KNOWN_CLAIM, ("receivable", "payment")),
}
"""Each view: its SQL, and the kinds of fact it reads (as ``fact_<kind>``)."""


def kinds_behind(view: str) -> tuple[str, ...]:
    """Kinds of fact that a view reads; none for what is no view."""
    if view in VIEWS:
        return VIEWS[view][1]
    viewed = kind_viewed(view)
    return () if viewed is None else (viewed[1],)
