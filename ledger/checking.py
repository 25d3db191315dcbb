"""Which rows of a batch can be right: each by itself, against its twins, and what it names.

Nothing here writes. Every check takes rows and returns the good ones and the faults of the bad.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from ledger.digests import digest
from ledger.faults import RowFault
from ledger.kinds import KINDS, Kind
from ledger.revisions import existing


@dataclass(frozen=True, slots=True)
class Checked:
    """A row that has passed its checks.

    Attributes
    ----------
    index : int
        Position among the rows of its kind in the batch, from 0.
    values : dict
        The reported fields, all of them, with instants in UTC.
    digest : bytes
        SHA-256 over them.
    """

    index: int
    values: dict[str, Any]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of the rows of one kind.

    Attributes
    ----------
    good : list of Checked
        One row for each ``ref``, in the order of the batch.
    repeats : int
        Further rows that say exactly what a good one says.
    faults : list of RowFault
        Why the others are refused, in the order of the batch.
    """

    good: list[Checked]
    repeats: int
    faults: list[RowFault]


def check_rows(
    kind: Kind, rows: Sequence[Mapping[str, Any]], base_currency: str, recorded_at: datetime
) -> Verdict:
    """Check the rows of one kind by themselves and against each other.

    Numbers and booleans are strict: a number in a string, or a boolean for a number, is refused.
    Dates and datetimes are Python objects.
    """
    checked: list[Checked] = []
    faults: list[RowFault] = []
    for index, row in enumerate(rows):
        try:
            values = vars(kind.row.model_validate(dict(row), strict=True))
        except ValidationError as error:
            wrong = list(_invalid(error))
        else:
            wrong = [*_wrong_times(values, recorded_at), *_wrong_currency(values, base_currency)]
        if wrong:
            faults.extend(RowFault(kind.name, index, field, reason) for field, reason in wrong)
        else:
            checked.append(Checked(index, values, digest(kind.name, values)))
    good, repeats = _without_twins(kind, checked, faults)
    return Verdict(good, repeats, sorted(faults, key=_index))


def check_references(
    connection: Connection, tenant: str, verdicts: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    """Refuse rows that name what is neither in the ledger nor among the good rows of the batch.

    Kinds are taken in their order, so that a row which names a refused row is refused too.
    """
    settled: dict[str, Verdict] = {}
    for kind in KINDS:
        if kind.name in verdicts:
            verdict = verdicts[kind.name]
            for target, fields in (
                ("party", kind.names_parties),
                ("receivable", kind.names_receivables),
            ):
                named = {row.values[field] for row in verdict.good for field in fields} - {None}
                known = _good_refs(settled, target) & named
                known |= existing(connection, target, tenant, named - known)
                if known != named:
                    verdict = _without_strays(kind, verdict, target, fields, known)
            settled[kind.name] = verdict
    return settled


def _invalid(error: ValidationError) -> Iterator[tuple[str, str]]:
    for one in error.errors(include_url=False, include_input=False):
        yield ".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")


def _wrong_times(values: Mapping[str, Any], recorded_at: datetime) -> Iterator[tuple[str, str]]:
    happened, known = values["happened_at"], values["known_at"]
    if happened > recorded_at:
        yield "happened_at", f"{happened} is after {recorded_at}, when the ledger got it"
    if known is not None and known > recorded_at:
        yield "known_at", f"{known} is after {recorded_at}, when the ledger got it"
    if known is not None and known < happened:
        yield "known_at", f"{known} is before happened_at {happened}"


def _wrong_currency(values: Mapping[str, Any], base: str) -> Iterator[tuple[str, str]]:
    currency = values.get("currency")
    if currency is not None and currency != base:
        reason = f"{currency} is not the currency of the book; give the amount in {base}"
        yield "currency", reason


def _without_twins(
    kind: Kind, checked: Iterable[Checked], faults: list[RowFault]
) -> tuple[list[Checked], int]:
    """Keep one row a ``ref``; refuse all rows of a ``ref`` that say different things.

    Which of them is right can't be told: the order of rows in a file is no order in time.
    """
    by_ref: defaultdict[str, list[Checked]] = defaultdict(list)
    for row in checked:
        by_ref[row.values["ref"]].append(row)
    good: list[Checked] = []
    repeats = 0
    for ref, rows in by_ref.items():
        if all(row.digest == rows[0].digest for row in rows):
            good.append(rows[0])
            repeats += len(rows) - 1
            continue
        for row in rows:
            other = next(twin.index for twin in rows if twin.digest != row.digest)
            reason = f"rows {row.index} and {other} both have ref {ref!r} and differ; keep one"
            faults.append(RowFault(kind.name, row.index, "ref", reason))
    return good, repeats


def _good_refs(settled: Mapping[str, Verdict], kind: str) -> set[str]:
    return {row.values["ref"] for row in settled[kind].good} if kind in settled else set()


def _without_strays(
    kind: Kind, verdict: Verdict, target: str, fields: tuple[str, ...], known: set[str]
) -> Verdict:
    good: list[Checked] = []
    faults = list(verdict.faults)
    for row in verdict.good:
        named = {field: row.values[field] for field in fields if row.values[field] is not None}
        strays = {field: ref for field, ref in named.items() if ref not in known}
        for field, ref in strays.items():
            reason = (
                f"{target} {ref!r} is neither in the ledger nor among the good rows of the batch; "
                f"load that {target} first"
            )
            faults.append(RowFault(kind.name, row.index, field, reason))
        if not strays:
            good.append(row)
    return Verdict(good, verdict.repeats, sorted(faults, key=_index))


def _index(fault: RowFault) -> int:
    return fault.index
