"""Limit: the least of what receivables, buyer, group, supplier, need and value allow.

Formulas of domain.md section 3.6. Amounts are whole minor units, rounded down. A term that isn't
known is left out, and the limit says so; the receivables are always known.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from lending.bounds import finite, part_minor, whole, within
from lending.frozen import frozen
from lending.terms import LimitRules


class Term(StrEnum):
    """What may bind a limit; of two that are equal the first is named."""

    RECEIVABLES = "receivables"
    BUYER = "buyer"
    GROUP = "group"
    SINGLE_NAME = "single_name"
    NEED = "working_capital_need"
    VALUE = "business_value"


TERMS = tuple(Term)


@frozen
class Line:
    """A line and what is used of it, with what is reserved, in minor units."""

    limit_minor: int
    used_minor: int

    def __post_init__(self) -> None:
        whole("line.limit_minor", self.limit_minor)
        whole("line.used_minor", self.used_minor)

    @property
    def room_minor(self) -> int:
        """What is still free, at least 0."""
        return max(0, self.limit_minor - self.used_minor)


@frozen
class Lines:
    """Lines that the lender has set for these parties; None takes the rules' usual one, if any.

    Attributes
    ----------
    buyer_minor, group_minor, single_name_minor : int or None
        For claims on the buyer, on the buyer's group, and for the supplier as one name.
    """

    buyer_minor: int | None = None
    group_minor: int | None = None
    single_name_minor: int | None = None


@frozen
class Rooms:
    """What a limit is the least of; None where it isn't known or isn't set.

    Attributes
    ----------
    base_minor : int
        What the receivables carry: `lending.advance.base_minor`.
    buyer, group, single_name : Line or None
        Lines for this buyer, for its group, and for the supplier as one name.
    need_minor : int or None
        Working capital still needed: `working_capital_need`.
    value_p10_minor : int or None
        Tenth percentile of the business value over 12 months (CV12).
    supplier_owes_minor : int
        What the supplier owes already; taken off the value, which can be lent against once.
    """

    base_minor: int
    buyer: Line | None = None
    group: Line | None = None
    single_name: Line | None = None
    need_minor: int | None = None
    value_p10_minor: int | None = None
    supplier_owes_minor: int = 0

    def __post_init__(self) -> None:
        whole("base_minor", self.base_minor)
        whole("need_minor", self.need_minor)
        whole("value_p10_minor", self.value_p10_minor)
        whole("supplier_owes_minor", self.supplier_owes_minor)


@frozen
class Limit:
    """A limit and what binds it.

    Attributes
    ----------
    amount_minor : int
        At most this is lent, 0 or more.
    binding : Term
    terms_minor : mapping of Term to int
        Every term that is known.
    left_out : tuple of Term
        Those that aren't.
    """

    amount_minor: int
    binding: Term
    terms_minor: Mapping[Term, int]
    left_out: tuple[Term, ...]


def limit(rooms: Rooms, rules: LimitRules) -> Limit:
    """The least of the terms that are known."""
    value = rooms.value_p10_minor
    found = (
        rooms.base_minor,
        _room(rooms.buyer),
        _room(rooms.group),
        _room(rooms.single_name),
        rooms.need_minor,
        None
        if value is None
        else max(0, part_minor(value, rules.value_share) - rooms.supplier_owes_minor),
    )
    each = list(zip(TERMS, found, strict=True))
    known = {term: amount for term, amount in each if amount is not None}
    binding = min(known, key=known.__getitem__)
    return Limit(
        amount_minor=known[binding],
        binding=binding,
        terms_minor=MappingProxyType(known),
        left_out=tuple([term for term, amount in each if amount is None]),
    )


@frozen
class Turnover:
    """How a business turns over its working capital; amounts in minor units.

    Attributes
    ----------
    revenue_minor : int
        Of the last year.
    margin_share, growth_share : float
        Margin of that year, -1 to 1; growth expected, -1 to 10.
    inventory_days, receivable_days, payable_days, prepaid_days, advanced_days : float
        Days that stock, receivables, payables, prepayments made and advances received stand.
    own_minor, loans_minor, other_minor : int
        Own funds in working capital, working-capital loans, and what comes from elsewhere.
    """

    revenue_minor: int
    margin_share: float
    growth_share: float
    inventory_days: float
    receivable_days: float
    payable_days: float
    prepaid_days: float = 0.0
    advanced_days: float = 0.0
    own_minor: int = 0
    loans_minor: int = 0
    other_minor: int = 0

    def __post_init__(self) -> None:
        whole("revenue_minor", self.revenue_minor)
        within("margin_share", self.margin_share, -1.0, 1.0)
        within("growth_share", self.growth_share, -1.0, 10.0)
        finite("inventory_days", self.inventory_days)
        finite("receivable_days", self.receivable_days)
        finite("payable_days", self.payable_days)
        finite("prepaid_days", self.prepaid_days)
        finite("advanced_days", self.advanced_days)
        whole("own_minor", self.own_minor)
        whole("loans_minor", self.loans_minor)
        whole("other_minor", self.other_minor)


def working_capital_need(turnover: Turnover) -> int:
    """Working capital still needed, in minor units, rounded down, at least 0 (流动资金需求测算).

    ``revenue (1 - margin) (1 + growth) / turns``, ``turns = 360 / (DIO + DSO - DPO + prepaid -
    advanced)``, less own funds, loans and other sources. A business that is paid before it pays
    needs none.
    """
    days = (
        turnover.inventory_days
        + turnover.receivable_days
        - turnover.payable_days
        + turnover.prepaid_days
        - turnover.advanced_days
    )
    if days <= 0.0:
        return 0
    grown = (1 - Decimal(str(turnover.margin_share))) * (1 + Decimal(str(turnover.growth_share)))
    needed = int(turnover.revenue_minor * grown * Decimal(str(days)) / 360)
    return max(0, needed - turnover.own_minor - turnover.loans_minor - turnover.other_minor)


def _room(line: Line | None) -> int | None:
    return None if line is None else line.room_minor
