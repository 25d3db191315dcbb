"""Validations of bundles for tests that need one that passed its gates, or one that didn't."""

from datetime import date
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.bundle import read
from models.signed_validation import Evidence, Gate, save_validation
from models.signing import public_of

AUC = 0.75


def made_evidence(auc: float = AUC, sample: str = "rows", least: float = 0.7) -> Evidence:
    gate = Gate(name="AUC, low end", found=auc, asked=f">= {least}", passed=auc >= least)
    return Evidence(
        since=date(2026, 2, 1),
        until=date(2026, 6, 1),
        rows=1200,
        events=120,
        sample=sha256(sample.encode()).hexdigest(),
        figures={"auc": auc, "ks": auc / 2},
        gates=(gate,),
    )


def validate_as(bundle: Path, key: Ed25519PrivateKey, evidence: Evidence) -> None:
    """Put the validation of a saved bundle beside it."""
    save_validation(bundle.parent, read(bundle, public_of(key)), evidence, key)
