"""Whether the features of a bundle still mean what they meant when it was trained."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import lightgbm as lgb

from models.storage import BundleRefused


def catalogue_fingerprint(now: Mapping[str, str]) -> str:
    """Fingerprint of a whole catalogue, by the fingerprints of its names; 16 hexadecimal digits."""
    lines = "\n".join(f"{name} {mark}" for name, mark in sorted(now.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def require_same_meaning(
    bundle: str, trained_on: Mapping[str, str], now: Mapping[str, str]
) -> None:
    """Refuse a bundle whose features, by name and fingerprint, aren't declared any more."""
    changed = [name for name, mark in trained_on.items() if now.get(name) != mark]
    if changed:
        raise BundleRefused(
            f"{bundle} was trained on features that now mean something else: {', '.join(changed)}",
            field="features",
            remedy="train it again, or run the version it was trained with",
        )


def require_same_columns(
    bundle: str, columns: Sequence[str], boosters: Mapping[str, lgb.Booster]
) -> None:
    """Refuse boosters whose columns aren't those of the card, in its order."""
    for file, booster in boosters.items():
        if booster.feature_name() != columns:
            raise BundleRefused(
                f"the columns of {file} of {bundle} aren't the features of its card",
                field=file,
                remedy="train it again with this version",
            )
