"""The catalogue of errors: what can be wrong, with a stable code, the value and the remedy.

A fault is raised where it is found and translated once at the top: to an exit status by the
command line, to problem details (RFC 9457) by the service. Rooms above add their own classes;
``Fault.catalogue`` lists them all, so that a test can walk them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar


class Fault(Exception):
    """Base of every expected error.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence that names the value.
    field : str
        Where it was found: a JSON pointer, a column or a key; empty where there is no such place.
    remedy : str
        What the caller can do about it.
    """

    code: ClassVar[str] = "fault"

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy

    @classmethod
    def catalogue(cls) -> Iterator[type[Fault]]:
        """Yield this class and every class below it."""
        yield cls
        for child in cls.__subclasses__():
            yield from child.catalogue()


class RecordDamaged(Fault):
    """What is stored isn't what was written: somebody or something has changed it."""

    code = "record-damaged"


class NaiveTime(Fault):
    """A time without an offset: it names no instant."""

    code = "naive-time"


class UnknownCurrency(Fault):
    """A code that is not a currency of ISO 4217."""

    code = "unknown-currency"


class WrongCurrency(Fault):
    """An amount in another currency than the tenant's base currency."""

    code = "wrong-currency"


class AmountNotWhole(Fault):
    """An amount with more decimals than its currency has, or none at all (NaN, infinity)."""

    code = "amount-not-whole"


class UnknownTenant(Fault):
    """A tenant the ledger has no book for."""

    code = "unknown-tenant"


class TenantConflict(Fault):
    """A tenant that exists already with another time zone or base currency."""

    code = "tenant-conflict"


class UnknownTimeZone(Fault):
    """A time zone that the IANA database doesn't have."""

    code = "unknown-time-zone"


class UnknownParty(Fault):
    """A reference to a party that is neither in the ledger nor in the same batch."""

    code = "unknown-party"


class UnknownEnterprise(Fault):
    """A party that the tenant's ledger doesn't have, or didn't have at the time asked for."""

    code = "unknown-enterprise"


class UnknownReceivable(Fault):
    """A reference to a receivable that is neither in the ledger nor in the same batch."""

    code = "unknown-receivable"


class UnknownKind(Fault):
    """A kind of fact that the ledger has no table for."""

    code = "unknown-kind"


class UnknownColumn(Fault):
    """A column that a kind of fact doesn't have, or that can't be looked up by key."""

    code = "unknown-column"


class UnknownRecord(Fault):
    """A score record that the tenant's ledger doesn't have."""

    code = "unknown-record"


class WrongKey(Fault):
    """A key that is empty, too long or has control characters."""

    code = "wrong-key"


class WrongHashKey(Fault):
    """A key for hashing attributes that is too short."""

    code = "wrong-hash-key"


class WrongVault(Fault):
    """A secret that isn't the one under which the keys of persons were wrapped, or none at all."""

    code = "wrong-vault"


class WrongRole(Fault):
    """A role of the database that isn't there, or that row-level security can't hold."""

    code = "wrong-role"


class WrongApiKey(Fault):
    """An API key that can't be made: without a role, or over before it begins."""

    code = "wrong-api-key"


class UnknownApiKey(Fault):
    """An API key that the tenant's ledger doesn't have."""

    code = "unknown-api-key"


class Forbidden(Fault):
    """A principal without the role that an act needs."""

    code = "forbidden"


class WrongKeyFile(Fault):
    """A file that should hold a signing key and doesn't, or can't be read or written."""

    code = "wrong-key-file"


class WrongCheckpoint(Fault):
    """A file that is no checkpoint, or one that can't be checked: of another tenant or key."""

    code = "wrong-checkpoint"


class FileInTheWay(Fault):
    """A file that would be written over and is worth keeping."""

    code = "file-in-the-way"


class WrongDatabaseUrl(Fault):
    """A database URL that can't be read, or that names a store the ledger doesn't run on."""

    code = "wrong-database-url"


class DatabaseUnreachable(Fault):
    """A database that can't be opened or doesn't answer."""

    code = "database-unreachable"


class SchemaBehind(Fault):
    """A database whose tables or triggers are not those that this code expects."""

    code = "schema-behind"


class KeyReused(Fault):
    """An idempotency key that was used for another request."""

    code = "key-reused"


class LedgerBusy(Fault):
    """More to be written than the ledger can take at once."""

    code = "ledger-busy"


class LedgerClosed(Fault):
    """A ledger that is being closed and takes nothing more."""

    code = "ledger-closed"


@dataclass(frozen=True)
class RowFault:
    """Why one row of a batch can't be right.

    Attributes
    ----------
    kind : str
        Kind of fact, as in ``ledger.kinds``.
    index : int
        Position of the row among the rows of that kind in the batch, from 0.
    field : str
        Name of the field at fault; empty where the row as a whole is.
    reason : str
        What is wrong with it and what would be right.
    """

    kind: str
    index: int
    field: str
    reason: str


class RejectedRows(Fault):
    """A batch with rows that can't be right; nothing of it was written."""

    code = "rejected-rows"

    def __init__(self, faults: Sequence[RowFault]) -> None:
        first = faults[0]
        super().__init__(
            f"{len(faults)} row(s) rejected; first: {first.kind}[{first.index}] {first.reason}",
            field=first.field,
            remedy="correct the rows, or load the good ones alone with keep_good",
        )
        self.faults = tuple(faults)
