"""The shadow ratings of a day: parties with accounts and no rating get one, as facts of the ledger.

What is written of a day rests on facts visible before that day, and is known from the day's first
instant on: so the history of the next day is the first that uses it, and a day of the past gets
what could have been said then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine

from features.engine import make_views, session
from features.graph.nightly import DayNotBegun
from features.subject.twelve_months import TOTALS, twelve_months
from ledger.clocks import day_of, from_day_number, start_of_day, to_day_number
from ledger.database import reading, writing
from ledger.principals import Principal
from ledger.reader import facts as read_facts
from ledger.tenants import book
from ledger.writer import append
from models.account_ratios import AMOUNTS, BEFORE, amounts_read, ratios_of
from models.scale import number_of
from models.shadow_model import AGENCY, ShadowModel

KIND = "rating"
SOURCE_SYSTEM = "tricredit ratings shadow"
KINDS_READ = ("statement", "statement_line", "rating")

VALID_DAYS = 548
"""How long after the end of the twelve months a rating is good for: eighteen months, for accounts
of a year come up to sixteen months after those of the year before."""

_LINES = tuple(one.name for one in AMOUNTS if one.name not in TOTALS)
_BEFORE = tuple(name.removesuffix(BEFORE) for name in amounts_read() if name.endswith(BEFORE))
_READ = ", ".join(f"CAST(a.{name} AS DOUBLE) AS {name}" for name in amounts_read())

_KNOWN = "r.from_day <= k.day AND k.day < r.until_day AND r.acted_on <= k.day"

SQL = f"""
    WITH {twelve_months("party_day", "party", _LINES, _BEFORE)},
    ended AS (SELECT DISTINCT party, day, period_end FROM chosen WHERE ago = 0),
    action AS (
        SELECT r.*, k.day, ROW_NUMBER() OVER (
            PARTITION BY r.party, r.agency, r.scale ORDER BY r.acted_on DESC, r.seq DESC
        ) AS place
        FROM party_day AS k
        JOIN known_rating AS r ON r.party = k.party AND {_KNOWN}
            AND (r.agency <> '{AGENCY}' OR r.acted_on < k.day)
    ),
    in_force AS (
        SELECT * FROM action WHERE place = 1 AND (valid_until IS NULL OR valid_until > day)
    ),
    rated AS (
        SELECT DISTINCT party FROM in_force
        WHERE agency <> '{AGENCY}' AND pd_12m_ppm IS NOT NULL
    )
    SELECT a.party, e.period_end, rated.party IS NOT NULL AS is_rated,
        s.pd_12m_ppm AS standing_ppm, s.valid_until AS standing_until, {_READ}
    FROM account AS a
    JOIN ended AS e ON e.party = a.party
    LEFT JOIN rated ON rated.party = a.party
    LEFT JOIN in_force AS s
        ON s.party = a.party AND s.agency = '{AGENCY}' AND s.scale = $model
    WHERE e.period_end + {VALID_DAYS} > a.day
    ORDER BY a.party
"""  # noqa: S608 - composed of literals


@dataclass(frozen=True)
class ShadowDay:
    """What became of the shadow ratings of one day.

    Attributes
    ----------
    day : date
    model : str
        Id of the model, and scale of the ratings.
    accounts : int
        Parties with twelve months of accounts that end at most `VALID_DAYS` before.
    rated : int
        Those of them with a PD by a rating of the lender's own or an agency's: they get none.
    too_little : int
        Those whose accounts tell too few ratios.
    standing : int
        Those whose shadow rating in force says the same already.
    added, corrected, unchanged : int
        New facts, facts that supersede another, rows that the ledger had already.
    """

    day: date
    model: str
    accounts: int
    rated: int
    too_little: int
    standing: int
    added: int
    corrected: int
    unchanged: int

    def as_json(self) -> dict[str, Any]:
        """The same with the day as text."""
        return {**asdict(self), "day": self.day.isoformat()}


def write_shadow_ratings(
    engine: Engine, principal: Principal, model: ShadowModel, day: date | None, now: datetime
) -> ShadowDay:
    """Rate parties as of a day, and write what is new in one transaction.

    Writing a day again adds nothing. Where facts of a past day came in since (a historical batch),
    what they change is corrected.

    Parameters
    ----------
    engine : Engine
        Of a database with current tables.
    day : date or None
        In the time zone of the tenant's book; today where left out. A day before today is written
        as a historical batch.
    now : datetime
        Aware.

    Raises
    ------
    DayNotBegun
        Where the day is after today.
    UnknownTenant
        Where the principal's tenant has no book.
    """
    with reading(engine) as connection:
        own = book(connection, principal.tenant)
    today = day_of(now, own.tz)
    if (day := day or today) > today:
        raise DayNotBegun(
            f"{day.isoformat()} is after {today.isoformat()}, which is today in {own.tz.key}",
            field="day",
            remedy="name days up to today",
        )
    facts = {
        kind: read_facts(engine, own.tenant, kind, through_seq=own.last_seq) for kind in KINDS_READ
    }
    known = accounts_known(facts, own.tz.key, day, model.id)
    ppm = _ppm(model, known)
    rows, fates = [], Counter[str]()
    for at, one in enumerate(known.select(_TOLD).to_pylist()):
        fate, row = _rating(one, ppm[at], day, model.id)
        fates[fate] += 1
        if row is not None:
            begin = start_of_day(day, own.tz)
            rows.append({**row, "happened_at": begin, "known_at": begin})
    with writing(engine) as connection:
        receipt = append(
            connection,
            principal,
            {KIND: rows},
            source_system=SOURCE_SYSTEM,
            historical=day < today,
            recorded_at=now,
        )
    return ShadowDay(
        day,
        model.id,
        len(known),
        fates["rated"],
        fates["too_little"],
        fates["standing"],
        receipt.added,
        receipt.corrected,
        receipt.unchanged,
    )


def accounts_known(
    facts: Mapping[str, pa.Table], time_zone: str, day: date, model: str
) -> pa.Table:
    """The last twelve months of accounts of every party, as the history of a day knows them.

    Parameters
    ----------
    facts : mapping of `KINDS_READ` to pyarrow.Table
        As `ledger.reader` gives them.
    model : str
        Id of the model whose ratings in force are looked for.

    Returns
    -------
    pyarrow.Table
        A row per party, in the order of its key: ``amounts_read`` in minor units (null where not
        told), the end of the twelve months, whether it is rated, and the shadow rating in force.
    """
    with session(1) as connection:
        make_views(connection, facts, time_zone, [f"known_{kind}" for kind in KINDS_READ], _FIELDS)
        connection.execute(
            "CREATE TABLE party_day AS SELECT DISTINCT party, CAST($day AS INTEGER) AS day "
            "FROM known_statement",
            {"day": to_day_number(day)},
        )
        return connection.sql(SQL, params={"model": model}).to_arrow_table()


_FIELDS = frozenset(
    (
        *("party", "period_start", "period_end", "period_type", "consolidated", "seq"),
        *("total_assets_minor", "total_liabilities_minor", "equity_minor"),
        *("statement", "concept", "amount_minor"),
        *("agency", "scale", "acted_on", "valid_until", "pd_12m_ppm"),
    )
)
_TOLD = ["party", "period_end", "is_rated", "standing_ppm", "standing_until"]


def _ppm(model: ShadowModel, known: pa.Table) -> Sequence[float]:
    """Chance of default of each party in millionths, whole, 1 to 999,999; NaN where none."""
    amounts = {
        name: known[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in amounts_read()
    }
    whole = np.floor(model.probabilities(ratios_of(amounts)) * 1e6 + 0.5)
    chances: list[float] = np.clip(whole, 1, 999_999).tolist()
    return chances


def _rating(
    one: Mapping[str, Any], ppm: float, day: date, model: str
) -> tuple[str, dict[str, Any] | None]:
    """What becomes of a party with accounts, and the fact that it gets."""
    if one["is_rated"]:
        return "rated", None
    if np.isnan(ppm):
        return "too_little", None
    until = from_day_number(one["period_end"]) + timedelta(days=VALID_DAYS)
    if (one["standing_ppm"], one["standing_until"]) == (ppm, to_day_number(until)):
        return "standing", None
    grade = number_of(ppm / 1e6)
    return "written", {
        "ref": ref_of(one["party"], day, model),
        "party": one["party"],
        "agency": AGENCY,
        "scale": model,
        "grade": str(grade),
        "acted_on": day,
        "valid_until": until,
        "notch": grade,
        "pd_12m_ppm": int(ppm),
    }


def ref_of(party: str, day: date, model: str) -> str:
    """Key of a shadow rating: the same whenever the day is rated with the model."""
    return f"{day.isoformat()}/{model}/{sha256(party.encode()).hexdigest()[:32]}"
