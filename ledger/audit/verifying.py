"""Verifying the audit chain: the whole ledger of a tenant once, in the order of ``seq``.

Everything is computed anew from what the tables hold and compared with what they say of
themselves, with the heads, and with the marks and heads of signed checkpoints. The first row that
doesn't fit is named, and there it ends: what rests on a broken row proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, func, select

from ledger import triggers
from ledger.audit.chain_walk import BrokenChain, Finding, Walk
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.shadow_walk import ShadowWalk
from ledger.audit.signing_keys import key_id
from ledger.database import reading
from ledger.faults import UnknownTenant, UnknownTimeZone, WrongCheckpoint
from ledger.kinds import table_of
from ledger.tenants import Book, book


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    tenant : str
        Whose ledger.
    facts, records, batches : int
        What was read and found right; all of the ledger where nothing is found wrong. Overrides are
        counted among the records.
    last_seq : int
        ``seq`` up to which all is right.
    checkpoints : int
        How many checkpoints it was compared with.
    findings : tuple of Finding
        What is wrong: the first bad place of the chain, forged checkpoints, missing triggers.
    shadows : int
        Shadow scores that were found right.
    """

    tenant: str
    facts: int
    records: int
    batches: int
    last_seq: int
    checkpoints: int
    findings: tuple[Finding, ...]
    shadows: int = 0

    @property
    def ok(self) -> bool:
        """True where nothing is wrong."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {"ok": self.ok, **asdict(self)}


def verify(
    engine: Engine,
    tenant: str,
    checkpoints: Sequence[Checkpoint] = (),
    public_keys: Sequence[Ed25519PublicKey] = (),
) -> Verification:
    """Check every row of a tenant, and name the first that is not as it was written.

    One pass over one unchanging state of the database, while others write on; memory doesn't grow
    with the ledger. Without checkpoints it finds what doesn't fit together: whoever hashes all
    later rows and heads anew is found by a checkpoint only (``docs/audit.md``).

    Parameters
    ----------
    checkpoints : sequence of Checkpoint
        Of this tenant, of whatever age and in any order; the more, the nearer the place is named.
    public_keys : sequence of Ed25519PublicKey
        The keys that may have signed them.

    Raises
    ------
    UnknownTenant
        Where there is no book, nor a checkpoint of one.
    WrongCheckpoint
        Where a checkpoint is of another tenant, or its key is not given.
    """
    with reading(engine) as connection:
        return verify_within(connection, tenant, checkpoints, public_keys)


def verify_within(
    connection: Connection,
    tenant: str,
    checkpoints: Sequence[Checkpoint] = (),
    public_keys: Sequence[Ed25519PublicKey] = (),
) -> Verification:
    """The same as `verify`, of what an open transaction sees."""
    believed, forged = _believed(tenant, checkpoints, public_keys)
    lost = tuple(
        Finding(table, "", None, None, f"the trigger {name} is missing or off")
        for table, name in sorted(triggers.missing(connection))
    )
    try:
        opened = book(connection, tenant)
    except (UnknownTenant, UnknownTimeZone) as fault:
        if isinstance(fault, UnknownTenant) and not checkpoints:
            raise
        gone = Finding("tenant", tenant, None, None, fault.message)
        return Verification(tenant, 0, 0, 0, 0, len(believed), (*forged, gone, *lost))
    walk = Walk(opened, believed)
    found = _walked(connection, opened, walk)
    shadows = ShadowWalk(tenant, believed)
    beside = shadows.through(connection)
    return Verification(
        tenant,
        walk.facts,
        walk.records,
        walk.batches,
        walk.last_seq,
        len(believed),
        (*forged, *found, *beside, *lost),
        shadows.walked,
    )


def _walked(connection: Connection, opened: Book, walk: Walk) -> tuple[Finding, ...]:
    try:
        walk.through(connection)
        columns = table_of("chain_head").c
        asked = select(columns.writer, columns.last_seq, columns.digest)
        heads = connection.execute(asked.where(columns.tenant == opened.tenant))
        step = table_of("reservation_step").c
        steps = select(func.count()).where(step.tenant == opened.tenant)
        walk.compare_heads(
            {writer: (last, digest) for writer, last, digest in heads},
            connection.execute(steps).scalar_one(),
        )
    except BrokenChain as broken:
        return (broken.finding,)
    return ()


def _believed(
    tenant: str, checkpoints: Sequence[Checkpoint], public_keys: Sequence[Ed25519PublicKey]
) -> tuple[list[Checkpoint], tuple[Finding, ...]]:
    """The checkpoints with a right signature, and a finding for each other."""
    keys = {key_id(key): key for key in public_keys}
    believed: list[Checkpoint] = []
    forged: list[Finding] = []
    for checkpoint in checkpoints:
        said = checkpoint.statement
        if said.tenant != tenant:
            raise WrongCheckpoint(
                f"the checkpoint is of tenant {said.tenant!r}, not {tenant!r}",
                field="checkpoint",
                remedy="name a checkpoint of this ledger",
            )
        if said.key not in keys:
            raise WrongCheckpoint(
                f"the checkpoint names the key {said.key}, which is not given",
                field="public-key",
                remedy="name the file of the public key that belongs to it",
            )
        if checkpoint.signed_by(keys[said.key]):
            believed.append(checkpoint)
        else:
            reason = f"the checkpoint of {said.made_at} is not as it was signed"
            forged.append(Finding("checkpoint", "", said.last_seq, None, reason))
    return believed, tuple(forged)
