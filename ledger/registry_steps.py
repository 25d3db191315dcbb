"""Steps of the registry, each a statement that a person signs: who did what to which bundle, why.

An identity is an Ed25519 key, with the name its holder goes by. The statements of a lender are
numbered without a gap and each names the digest of the one before: none can be taken out of the
middle, changed or put elsewhere unseen. That the last ones are missing can't be seen from what is
left, as with every chain: keep the digest of the last one outside the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import Connection, insert, select

from ledger.audit.signing_keys import key_id
from ledger.clocks import aware
from ledger.facts import Key, Words
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.registry_faults import WrongName, WrongReason

Act = Literal["register", "promote", "roll-back", "retire"]
REGISTER: Act = "register"
PROMOTE: Act = "promote"
ROLL_BACK: Act = "roll-back"
RETIRE: Act = "retire"

MADE = ("manifest", "version", "trained_through", "bundle_key", "gates", "validation")
"""Fields of a statement that tell what is registered."""

Told = Mapping[str, str | int | None]
"""Fields of a statement by their names."""

_WORDS: TypeAdapter[str] = TypeAdapter(Words)
_NAME: TypeAdapter[str] = TypeAdapter(Key)


@dataclass(frozen=True)
class Signer:
    """A person who takes a step.

    Attributes
    ----------
    principal : Principal
        Whose book, the name the person goes by, and what it may do.
    key : Ed25519PrivateKey
    """

    principal: Principal
    key: Ed25519PrivateKey

    @property
    def tenant(self) -> str:
        """Key of the lender."""
        return self.principal.tenant

    @property
    def name(self) -> str:
        """The name the person goes by."""
        return self.principal.name

    @cached_property
    def key_id(self) -> str:
        """Id of the key."""
        return key_id(self.key.public_key())


class Statement(BaseModel):
    """What is signed.

    Attributes
    ----------
    tenant : str
    number : int
        Which step of the tenant it is, from 1.
    previous : str or None
        SHA-256 of the statement before it, in hexadecimal digits; None of the first.
    act : str
    bundle, manifest : str
        Id of the bundle, and the SHA-256 of its manifest.
    version, trained_through, bundle_key : int, str, str, or None
        Of a registration: the version, the training cut, and the key that signed the bundle.
    gates, validation : str or None
        Of a registration: ``passed``, ``failed`` or ``untested``, and the SHA-256 of the validation
        that says so.
    alias, before : str or None
        Of a move: which alias, and the bundle that held it until then.
    reason : str or None
        Why; None of a registration.
    by, key : str
        Name and key of who signs.
    at : str
        When, ISO 8601 in UTC, by the clock of who signs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["tricredit registry step 1"] = "tricredit registry step 1"
    tenant: str
    number: int
    previous: str | None
    act: Act
    bundle: str
    manifest: str
    version: int | None = None
    trained_through: str | None = None
    bundle_key: str | None = None
    gates: str | None = None
    validation: str | None = None
    alias: str | None = None
    before: str | None = None
    reason: str | None = None
    by: str
    key: str
    at: str

    def told(self) -> Told:
        """What a registration tells of a bundle beside its id, as ``Registered.told`` has it."""
        return self.model_dump(include=set(MADE))

    def written(self) -> bytes:
        """Canonical JSON (RFC 8785): what is signed."""
        return rfc8785.dumps(self.model_dump(mode="json"))


@dataclass(frozen=True)
class Step:
    """A step as it is stored; its fields are those of `RegistryStep`."""

    number: int
    act: str
    bundle: str
    statement: bytes
    signature: bytes
    signing_key: str
    recorded_at: datetime

    @property
    def said(self) -> Statement:
        """The statement; raise ValueError where it is none."""
        return Statement.model_validate_json(self.statement)

    @property
    def digest(self) -> str:
        """SHA-256 of the statement, which the next one names."""
        return sha256(self.statement).hexdigest()

    def signed_with(self, key: Ed25519PublicKey) -> bool:
        """Whether this key signed the statement as it stands."""
        try:
            key.verify(self.signature, self.statement)
        except InvalidSignature:
            return False
        return True


def take_step(connection: Connection, signer: Signer, now: datetime, told: Told) -> Step:
    """Sign a step and write it down, under the lock of the book.

    Parameters
    ----------
    told : mapping
        Act, bundle, manifest and what else of `Statement` the step tells.

    Raises
    ------
    WrongName
        Where the name of who signs can't be kept.
    NaiveTime
    """
    last = _last(connection, signer.tenant)
    said = Statement.model_validate(
        {
            **told,
            "tenant": signer.tenant,
            "number": 1 if last is None else last.number + 1,
            "previous": None if last is None else last.digest,
            "by": _named(signer.name),
            "key": signer.key_id,
            "at": written_instant(aware(now, "now")),
        }
    )
    written = said.written()
    signed = signer.key.sign(written)
    about = said.number, said.act, said.bundle
    step = Step(*about, written, signed, signer.key_id, aware(now))
    connection.execute(insert(table_of("registry_step")), {**vars(step), "tenant": signer.tenant})
    return step


def steps(connection: Connection, tenant: str, bundle: str | None = None) -> Sequence[Step]:
    """Every step of a tenant, the first one first; or those about one bundle."""
    columns = table_of("registry_step").c
    asked = _stored(tenant).order_by(columns.number)
    if bundle is not None:
        asked = asked.where(columns.bundle == bundle)
    return [Step(**row) for row in connection.execute(asked).mappings()]


def step_of(connection: Connection, tenant: str, bundle: str, act: Act) -> Step | None:
    """The step by which something was done to a bundle, None where it wasn't; the last of many."""
    found = [step for step in steps(connection, tenant, bundle) if step.act == act]
    return found[-1] if found else None


def written_instant(instant: datetime) -> str:
    """An aware instant in UTC, as statements have it."""
    return aware(instant).isoformat(timespec="microseconds")


def worded(reason: str) -> str:
    """A reason without the blanks around it; raise `WrongReason` where it can't be kept."""
    try:
        return _WORDS.validate_python(reason.strip())
    except ValidationError as error:
        raise WrongReason(
            f"the reason can't be kept: {error.errors()[0]['msg']}",
            field="reason",
            remedy="say why in 1 to 300 characters, on one line",
        ) from error


def _last(connection: Connection, tenant: str) -> Step | None:
    last_first = _stored(tenant).order_by(table_of("registry_step").c.number.desc())
    row = connection.execute(last_first.limit(1)).mappings().one_or_none()
    return None if row is None else Step(**row)


def _stored(tenant: str) -> Any:
    columns = table_of("registry_step").c
    return select(*(columns[name] for name in Step.__annotations__)).where(columns.tenant == tenant)


def _named(name: str) -> str:
    try:
        return _NAME.validate_python(name)
    except ValidationError as error:
        raise WrongName(
            f"the name can't be kept: {error.errors()[0]['msg']}",
            field="by",
            remedy="give a name of 1 to 128 characters, on one line",
        ) from error
