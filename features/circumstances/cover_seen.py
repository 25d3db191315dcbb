"""What stands behind the receivable, and what the supplier needs money for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Guarantor:
    """A guarantee in force for this supplier or claim.

    Attributes
    ----------
    ref, guarantor : str
    guarantee : str
        ``joint``, ``general``, ``government``, ``reinsurance`` or ``counter``.
    covered_share : float
    cap_minor : int or None
    fee_rate : float or None
        For a year.
    pd_12m : float or None
        The guarantor's, by its rating.
    """

    ref: str
    guarantor: str
    guarantee: str
    covered_share: float
    cap_minor: int | None = None
    fee_rate: float | None = None
    pd_12m: float | None = None


@dataclass(frozen=True)
class Insured:
    """A credit insurance in force for this supplier or claim."""

    ref: str
    insured_share: float
    deductible_share: float = 0.0
    limit_minor: int | None = None
    excludes_disputes: bool | None = None


@dataclass(frozen=True)
class Pledged:
    """Collateral beside the receivable.

    Attributes
    ----------
    ref : str
    kind : str
        As the fact ``collateral_item`` has it.
    value_minor : int or None
    haircut_share : float or None
    valued_on : date or None
    commodity : bool
        Priced by a market series.
    insured, perfected, exclusive : bool or None
    """

    ref: str
    kind: str
    value_minor: int | None = None
    haircut_share: float | None = None
    valued_on: date | None = None
    commodity: bool = False
    insured: bool | None = None
    perfected: bool | None = None
    exclusive: bool | None = None


@dataclass(frozen=True)
class Turnover:
    """The supplier's last year by its accounts, for the need of working capital.

    Attributes
    ----------
    revenue_minor : int
    margin_share, growth_share : float or None
    inventory_days, receivable_days, payable_days, prepaid_days, advanced_days : float or None
    own_minor, loans_minor : int or None
        Own working capital, and working-capital loans.
    """

    revenue_minor: int
    margin_share: float | None = None
    growth_share: float | None = None
    inventory_days: float | None = None
    receivable_days: float | None = None
    payable_days: float | None = None
    prepaid_days: float | None = None
    advanced_days: float | None = None
    own_minor: int | None = None
    loans_minor: int | None = None
