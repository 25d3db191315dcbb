"""Whether the registry is what was signed, by keys that are trusted.

The statements are believed, and the tables compared with them: a row that nobody signed for, or a
statement that left no row, is a finding. So is a step that the rules don't allow, however it came
there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from ledger.aliases import ALIASES, Alias, history
from ledger.registry import every_registered
from ledger.registry_steps import (
    MADE,
    PROMOTE,
    REGISTER,
    RETIRE,
    Statement,
    Step,
    steps,
    written_instant,
)

Trusted = Mapping[str, Ed25519PublicKey]
Row = Mapping[str, Any]

MOVED = ("act", "before", "bundle", "reason", "by", "at")


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Attributes
    ----------
    step : int or None
        Number of the step; None of a row that no step speaks of.
    bundle : str
    reason : str
    """

    step: int | None
    bundle: str
    reason: str


def verify_registry(connection: Connection, tenant: str, trusted: Trusted) -> tuple[Finding, ...]:
    """Check every statement and every row of a tenant; empty where all is right.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.reading``: statements and rows are of one state.
    trusted : mapping of str to Ed25519PublicKey
        Keys of all who ever signed, by their ids.
    """
    taken = steps(connection, tenant)
    found = list(_of_chain(tenant, taken, trusted))
    if found:
        return tuple(found)  # what isn't signed says nothing about rows
    said = [step.said for step in taken]
    made = {bundle.id: bundle.told() for bundle in every_registered(connection, tenant)}
    moved = {alias: _moves(connection, tenant, alias) for alias in ALIASES}
    return (*_of_bundles(said, made), *_of_moves(said, moved), *_of_rules(said))


def fault_of(step: Step, trusted: Trusted) -> str | None:
    """What is wrong with the signature of a step; None where a trusted key signed it."""
    if step.signing_key not in trusted:
        return f"key {step.signing_key} is not trusted here"
    if not step.signed_with(trusted[step.signing_key]):
        return f"key {step.signing_key} did not sign this statement"
    return None


def _of_chain(tenant: str, taken: Sequence[Step], trusted: Trusted) -> Iterator[Finding]:
    before: Step | None = None
    for number, step in enumerate(taken, start=1):
        wrong = fault_of(step, trusted) or _misplaced(tenant, number, step, before)
        if wrong is not None:
            yield Finding(step.number, step.bundle, wrong)
        before = step


def _misplaced(tenant: str, number: int, step: Step, before: Step | None) -> str | None:
    """What is wrong with the place of a step whose signature is right."""
    try:
        said = step.said
    except ValueError:
        return "the statement is not of this version"
    if (said.tenant, said.number, step.number) != (tenant, number, number):
        return f"it is step {said.number} of {said.tenant}, not step {number} of {tenant}"
    if said.previous != (None if before is None else before.digest):
        return "the step before it is not the one that it names"
    row = (step.act, step.bundle, step.signing_key, written_instant(step.recorded_at))
    if (said.act, said.bundle, said.key, said.at) != row:
        return "the row is not what the statement says"
    return None


def _of_bundles(said: Sequence[Statement], made: Mapping[str, Row]) -> Iterator[Finding]:
    signed = {one.bundle: one for one in said if one.act == REGISTER}
    for bundle in sorted(set(signed) | set(made)):
        yield from _compared(bundle, signed.get(bundle), made.get(bundle), MADE)


def _of_moves(said: Sequence[Statement], moved: Mapping[Alias, list[Row]]) -> Iterator[Finding]:
    for alias, rows in moved.items():
        signed = [one for one in said if one.alias == alias]
        for one, row in zip_longest(signed, rows):
            bundle = one.bundle if one is not None else row["bundle"]
            yield from _compared(bundle, one, row, MOVED)


def _compared(
    bundle: str, one: Statement | None, row: Row | None, fields: Sequence[str]
) -> Iterator[Finding]:
    if one is None:
        yield Finding(None, bundle, "nobody has signed for this row")
    elif row is None:
        yield Finding(one.number, bundle, "it was signed, and its row is missing")
    else:
        odd = [name for name in fields if getattr(one, name) != row[name]]
        if odd:
            yield Finding(one.number, bundle, f"the row says otherwise: {', '.join(odd)}")


def _of_rules(said: Sequence[Statement]) -> Iterator[Finding]:
    made: dict[str, Statement] = {}
    retired: set[str] = set()
    for one in said:
        if one.act == REGISTER:
            made[one.bundle] = one
        elif one.bundle not in made or one.bundle in retired:
            yield Finding(one.number, one.bundle, "the bundle was not in use")
        elif one.act == RETIRE:
            retired.add(one.bundle)
        elif one.act == PROMOTE:
            maker = made[one.bundle]
            if one.key in {maker.key, maker.bundle_key} or one.by == maker.by:
                yield Finding(one.number, one.bundle, "its maker promoted it alone")
            if one.alias == "champion" and maker.gates != "passed":
                yield Finding(one.number, one.bundle, "it is champion without its gates")


def _moves(connection: Connection, tenant: str, alias: Alias) -> list[Row]:
    """Moves as their statements have them."""
    return [
        {
            **vars(move),
            "bundle": move.after,
            "by": move.signed_by,
            "at": written_instant(move.recorded_at),
        }
        for move in history(connection, tenant, alias)
    ]
