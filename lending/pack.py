"""Policy packs: what a lender allows, as dated data with a digest that goes into each decision."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.faults import Fault

DEFAULT_PACK = "generic"


class PackRefused(Fault):
    """A policy pack that can't be read, or is not in force on the day."""

    code = "pack-refused"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CutOffs(_Frozen):
    """Approved below ``approve_below``, declined from ``decline_from`` on; probabilities, 0-1."""

    approve_below: float = Field(gt=0, lt=1)
    decline_from: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.decline_from < self.approve_below:
            raise ValueError("decline_from must not be below approve_below")
        return self


class Limits(_Frozen):
    """Parameters of the rules.

    Attributes
    ----------
    advance_cap_share : Decimal
        Most that is advanced, as a share of the face; exactly as written, for it meets money.
    history_claims_least : int
        Known claims on the buyer below which a request is referred.
    """

    advance_cap_share: Decimal = Field(gt=0, le=1)
    history_claims_least: int = Field(ge=0)


class PolicyPack(_Frozen):
    """A pack as written in its TOML file; ``valid_to`` is excluded, missing means open."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    version: str
    valid_from: date
    valid_to: date | None = None
    cut_offs: dict[Literal["late", "default"], CutOffs]
    limits: Limits


@dataclass(frozen=True)
class Pack:
    """A loaded pack and its identity: name, version and twelve digits of the file's SHA-256."""

    id: str
    policy: PolicyPack

    def in_force(self, on: date) -> bool:
        """Whether the pack holds on that day."""
        policy = self.policy
        return policy.valid_from <= on and (policy.valid_to is None or on < policy.valid_to)


def load_pack(path: Path | None = None) -> Pack:
    """Load the pack in a file, or the one that ships with the service.

    Raises
    ------
    PackRefused
        Where the file is missing or says something a pack can't.
    """
    try:
        content = (path or _shipped(DEFAULT_PACK)).read_bytes()
        policy = PolicyPack.model_validate(tomllib.loads(content.decode()))
    except (OSError, ValueError, ValidationError) as error:
        raise PackRefused(
            f"{path} is not a policy pack: {error}",
            field=str(path),
            remedy="start from lending/packs/generic.toml",
        ) from error
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Pack(f"{policy.name}-{policy.version}-{digest}", policy)


def _shipped(name: str) -> Path:
    return Path(str(files("lending.packs").joinpath(f"{name}.toml")))
