"""Figures of commercial value that a lender sets; the defaults and where they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ValueRules:
    """What values rest on besides what the ledger tells; shares 0-1, chances and rates of a year.

    Attributes
    ----------
    paths : int
        Simulated years of each supplier (domain.md section 3.10).
    rho : float
        Asset correlation with the common factor, of buyers and suppliers (Vasicek; section 4).
    persistence : float
        Of the common factor from month to month (section 4.1); sales above or below what is usual
        come back to it at this pace.
    sway : float
        Standard deviation of ln(sales) that the factor brings in the long run.
    link_survival : float
        Share of trading relations that last a year (Japan: 92-93 %, section 3.10).
    buyer_pd, supplier_pd : float
        Chance of default where no rating tells one.
    lgd : float
        Lost of what a buyer in default owes (section 3.3, buyer credit).
    discount_rate : float
        For money that comes later, compounded by days over 365.
    other_cost_share : float
        Wages and taxes over sales: invoices don't tell them.
    usual_purchase_share : float
        Purchases over sales, at least: set it lower only where all input invoices are told.
    rate_weight, amount_weight, share_weight : float
        A pair's orders count for as many as the first, its amounts as the second, what lessens its
        invoices as the third, of what is usual for its supplier, and that so drawn to its sector.
    lag_days : float
        From invoice to payment where no claim of the whole book has been settled.
    """

    paths: int = 2000
    rho: float = 0.18
    persistence: float = 0.9
    sway: float = 0.5
    link_survival: float = 0.925
    buyer_pd: float = 0.02
    supplier_pd: float = 0.03
    lgd: float = 0.55
    discount_rate: float = 0.06
    other_cost_share: float = 0.2
    usual_purchase_share: float = 0.65
    rate_weight: float = 0.5
    amount_weight: float = 2.0
    share_weight: float = 10.0
    lag_days: float = 90.0
