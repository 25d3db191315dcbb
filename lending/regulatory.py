"""Regulatory loss given default (CRE32): LGD* of the foundation approach, advanced floors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lending.bounds import WrongTerms, share, whole
from lending.frozen import frozen
from lending.terms import RegulatoryLoss, SecuredRates

Rank = Literal["senior", "financial", "subordinated"]


@frozen
class Eligible:
    """Collateral that the rules count.

    Attributes
    ----------
    kind : str
        A kind of the table: receivables, real_estate, other_physical, financial.
    value_minor : int
        Its value before haircut.
    haircut_share : float or None
        Its own haircut, 0-1, where the instrument has one (financial collateral); None takes the
        kind's.
    """

    kind: str
    value_minor: int
    haircut_share: float | None = None

    def __post_init__(self) -> None:
        whole("collateral.value_minor", self.value_minor)
        if self.haircut_share is not None:
            share("collateral.haircut_share", self.haircut_share)


def foundation_lgd(
    exposure_minor: int, collateral: Sequence[Eligible], rank: Rank, rules: RegulatoryLoss
) -> float:
    """``LGD* = LGD_U x E_U / E + sum(LGD_S x E_S / E)``, 0-1.

    ``E_S`` is the collateral's value after haircut, at most what is still unsecured, in the order
    given.

    Raises
    ------
    WrongTerms
        Where the exposure is not above 0, or a kind of collateral is not in the table.
    """
    unsecured, parts = _split(exposure_minor, collateral, rules)
    lost = rules.unsecured[rank] * unsecured
    return (lost + sum(rates.lgd_share * part for rates, part in parts)) / exposure_minor


def advanced_floor(
    exposure_minor: int, collateral: Sequence[Eligible], rules: RegulatoryLoss
) -> float:
    """Least LGD of the advanced approach: floors of the parts, weighted as in `foundation_lgd`."""
    unsecured, parts = _split(exposure_minor, collateral, rules)
    least = rules.unsecured_floor_share * unsecured
    return (least + sum(rates.floor_share * part for rates, part in parts)) / exposure_minor


def _split(
    exposure_minor: int, collateral: Sequence[Eligible], rules: RegulatoryLoss
) -> tuple[float, list[tuple[SecuredRates, float]]]:
    whole("exposure_minor", exposure_minor, 1)
    left, parts = float(exposure_minor), []
    for one in collateral:
        rates = rules.secured.get(one.kind)
        if rates is None:
            raise WrongTerms(
                f"collateral of kind {one.kind!r} has no regulatory loss",
                field="collateral.kind",
                remedy=f"take a kind out of {', '.join(rules.secured)}, or leave it out",
            )
        haircut = rates.haircut_share if one.haircut_share is None else one.haircut_share
        part = min(left, one.value_minor * (1.0 - haircut))
        parts.append((rates, part))
        left -= part
    return left, parts
