"""Which rows of a batch can be right: each by itself, against its twins, and what it names.

Nothing here writes. Every check takes rows and returns the good ones and the faults of the bad.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection

from ledger.contradictions import COMPARED, CONTRADICTIONS, Known
from ledger.faults import RowFault
from ledger.kinds import KINDS, Kind, kind_of
from ledger.revisions import existing
from ledger.stored_form import Stored, storing

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Reported rows by the name of their kind, as plain mappings of the fields of its row class."""


class Checked(NamedTuple):
    """A row that has passed its checks.

    Attributes
    ----------
    index : int
        Position among the rows of its kind in the batch, from 0.
    values : dict
        The reported fields, all of them, with instants in UTC.
    stored : tuple
        The same in stored form (``ledger.stored_form``).
    """

    index: int  # type: ignore[assignment] # a tuple has a method of that name
    values: dict[str, Any]
    stored: Stored


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


NOTHING = Verdict([], 0, [])


def check_rows(
    kind: Kind, rows: Sequence[Mapping[str, Any]], base_currency: str, recorded_at: datetime
) -> Verdict:
    """Check the rows of one kind by themselves and against each other.

    Numbers and booleans are strict: a number in a string, or a boolean for a number, is refused.
    Dates and datetimes are Python objects.
    """
    validate, fresh = kind.row.__pydantic_validator__.validate_python, kind.row.__new__
    stored = storing(kind.name)
    checked: list[Checked] = []
    faults: list[RowFault] = []
    for index, row in enumerate(rows):
        try:
            # given an instance to fill: by itself a SQLModel class validates each row twice
            values = vars(validate(dict(row), strict=True, self_instance=fresh(kind.row)))
        except ValidationError as error:
            wrong = list(_invalid(error))
        else:
            wrong = _misfits(values, base_currency, recorded_at)
        if wrong:
            faults.extend(RowFault(kind.name, index, field, reason) for field, reason in wrong)
        else:
            checked.append(Checked(index, values, stored(values)))
    good, repeats = _without_twins(kind, checked, faults)
    return Verdict(good, repeats, sorted(faults, key=_index))


def check_batch(rows: Rows, base_currency: str, recorded_at: datetime) -> dict[str, Verdict]:
    """Check rows by themselves: the slow part, which needs neither ledger nor lock.

    Raises
    ------
    UnknownKind
        Where a kind is none.
    """
    for name in rows:
        kind_of(name)
    return {
        kind.name: check_rows(kind, rows[kind.name], base_currency, recorded_at)
        for kind in KINDS
        if kind.name in rows
    }


def check_references(
    connection: Connection, tenant: str, verdicts: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    """Refuse rows that name what is neither in the ledger nor among the good rows of the batch.

    Rows that contradict what they name (``ledger.contradictions``) are refused with them. Kinds are
    taken in their order, so that a row which names a refused row is refused too.
    """
    seen = _Seen(connection, tenant, {})
    for kind in KINDS:
        if kind.name in verdicts:
            verdict = verdicts[kind.name]
            for target in dict.fromkeys(kind.names.values()):
                verdict = _without_strays(seen, kind, target, verdict)
            verdict = _without_contradictions(seen, kind, verdict)
            if kind.name in kind.names.values():  # what named a row that is refused now
                verdict = _without_strays(seen, kind, kind.name, verdict)
            seen.settled[kind.name] = verdict
    return seen.settled


@dataclass(frozen=True)
class _Seen:
    """What may be named: the ledger of a tenant, and the rows settled so far, by kind."""

    connection: Connection
    tenant: str
    settled: dict[str, Verdict]

    def existing(self, kind: str, refs: set[str]) -> set[str]:
        return existing(self.connection, kind, self.tenant, refs)


def _invalid(error: ValidationError) -> Iterator[tuple[str, str]]:
    for one in error.errors(include_url=False, include_input=False):
        yield ".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")


def _misfits(
    values: Mapping[str, Any], base_currency: str, recorded_at: datetime
) -> list[tuple[str, str]]:
    """What is wrong between a row and the book; nothing, for nearly all rows."""
    known, currency = values["known_at"], values.get("currency")
    if values["happened_at"] <= (recorded_at if known is None else known) <= recorded_at and (
        currency is None or currency == base_currency
    ):
        return []
    return [*_wrong_times(values, recorded_at), *_wrong_currency(values, base_currency)]


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
    kind: Kind, checked: list[Checked], faults: list[RowFault]
) -> tuple[list[Checked], int]:
    """Keep one row a ``ref``; refuse all rows of a ``ref`` that say different things.

    Which of them is right can't be told: the order of rows in a file is no order in time.
    """
    if len({row.values["ref"] for row in checked}) == len(checked):
        return checked, 0
    by_ref: defaultdict[str, list[Checked]] = defaultdict(list)
    for row in checked:
        by_ref[row.values["ref"]].append(row)
    good: list[Checked] = []
    repeats = 0
    for ref, rows in by_ref.items():
        if all(row.stored == rows[0].stored for row in rows):
            good.append(rows[0])
            repeats += len(rows) - 1
            continue
        for row in rows:
            other = next(twin.index for twin in rows if twin.stored != row.stored)
            reason = f"rows {row.index} and {other} both have ref {ref!r} and differ; keep one"
            faults.append(RowFault(kind.name, row.index, "ref", reason))
    return good, repeats


def _without_strays(seen: _Seen, kind: Kind, target: str, verdict: Verdict) -> Verdict:
    """Refuse rows whose fields for a target kind name what isn't there."""
    fields = [field for field, named in kind.names.items() if named == target]
    named = {row.values[field] for row in verdict.good for field in fields} - {None}
    if not named:
        return verdict
    if target == kind.name:
        known = _known_of_itself(seen, verdict, target, fields, named)
    else:
        known = {row.values["ref"] for row in seen.settled.get(target, NOTHING).good} & named
        known |= seen.existing(target, named - known)
    return verdict if known == named else _only_known(kind, verdict, target, fields, known)


def _known_of_itself(
    seen: _Seen, verdict: Verdict, target: str, fields: Sequence[str], named: set[str]
) -> set[str]:
    """What rows may name of their own kind; what names a refused row falls with it, in a chain."""
    there = seen.existing(target, named)
    naming: defaultdict[str, list[str]] = defaultdict(list)
    for row in verdict.good:
        for ref in {row.values[field] for field in fields} - there - {None}:
            naming[ref].append(row.values["ref"])
    lost = naming.keys() - {row.values["ref"] for row in verdict.good}
    falling = list(lost)
    while falling:
        fresh = set(naming.get(falling.pop(), ())) - lost
        lost |= fresh
        falling += fresh
    return named - (lost - there)


def _only_known(
    kind: Kind, verdict: Verdict, target: str, fields: Sequence[str], known: set[str]
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


def _without_contradictions(seen: _Seen, kind: Kind, verdict: Verdict) -> Verdict:
    if kind.name not in CONTRADICTIONS:
        return verdict
    batch = {
        name: {row.values["ref"]: row.values for row in one.good}
        for name, one in {**seen.settled, kind.name: verdict}.items()
        if name in COMPARED
    }
    known = Known(seen.connection, seen.tenant, batch)
    rows = [(row.index, row.values) for row in verdict.good]
    wrong = [
        RowFault(kind.name, index, field, reason)
        for index, field, reason in CONTRADICTIONS[kind.name](known, rows)
    ]
    bad = {fault.index for fault in wrong}
    good = [row for row in verdict.good if row.index not in bad]
    return Verdict(good, verdict.repeats, sorted([*verdict.faults, *wrong], key=_index))


def _index(fault: RowFault) -> int:
    return fault.index
