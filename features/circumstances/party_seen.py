"""Supplier, buyer, and what links them, on the day of the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ConsentState = Literal["in_force", "expired", "withdrawn", "missing"]


@dataclass(frozen=True)
class PartySeen:
    """Supplier or buyer on the day.

    Attributes
    ----------
    ref : str
        Its key; empty where nobody needs it.
    valid_id : bool or None
        Its code passes its check digits; None where it has none.
    status : str or None
        ``active``, ``revoked``, ``deregistered``, ``moved_out``, ``abnormal``; None where nobody
        looked it up.
    person_linked : bool or None
        A natural person, or a firm that is one.
    open_records : tuple of str or None
        Kinds of open public record against it, sorted; None where no source has told.
    controller_records : tuple of str or None
        The same, against those who control it.
    unpaid_certificate : bool or None
        A certificate or bill that it owes is past due and unpaid.
    size_class : str or None
    annual_sales_minor : int or None
        Of the last known year.
    pd_12m : float or None
        By its rating, told or shadow.
    consents : mapping of str to ConsentState
        By scope (bureau, tax, bank, invoices, platform, personal).
    """

    ref: str = ""
    valid_id: bool | None = None
    status: str | None = None
    person_linked: bool | None = None
    open_records: tuple[str, ...] | None = None
    controller_records: tuple[str, ...] | None = None
    unpaid_certificate: bool | None = None
    size_class: str | None = None
    annual_sales_minor: int | None = None
    pd_12m: float | None = None
    consents: Mapping[str, ConsentState] = field(default_factory=dict)


@dataclass(frozen=True)
class PairSeen:
    """What links supplier and buyer, and how receivables between them went.

    Attributes
    ----------
    linked : bool or None
        One controls the other, or somebody both.
    link_disclosed : bool or None
        The request says so.
    related_share : float or None
        Share of the supplier's sales that go to related parties.
    claims_known : int
        Claims on the buyer that have fallen due in the history.
    dilution_share, peak_dilution_share : float or None
        Mean dilution of 12 months, and the highest of three.
    loss_share : float or None
        Highest ratio of three months of claims lost or long overdue.
    delay_p75_days : float or None
        Three of four claims on the buyer are paid within so many days of the due date.
    open_minor, past_due_minor : int
        All open claims of the pair, and those past due by more than 60 days.
    """

    linked: bool | None = None
    link_disclosed: bool | None = None
    related_share: float | None = None
    claims_known: int = 0
    dilution_share: float | None = None
    peak_dilution_share: float | None = None
    loss_share: float | None = None
    delay_p75_days: float | None = None
    open_minor: int = 0
    past_due_minor: int = 0


@dataclass(frozen=True)
class Used:
    """What this lender has out and reserved, in minor units, without this request.

    Attributes
    ----------
    supplier_minor : int
        To the supplier.
    buyer_minor : int
        On claims on the buyer.
    group_minor : int
        On claims on the buyer and those it is linked with by control.
    supplier_elsewhere_minor : int or None
        What the supplier owes other lenders, by the bureau.
    """

    supplier_minor: int = 0
    buyer_minor: int = 0
    group_minor: int = 0
    supplier_elsewhere_minor: int | None = None
