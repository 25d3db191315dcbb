"""What a pack sets for a rule, by shape."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from lending.terms import Product

Record = Literal[
    "dishonest_debtor",
    "enforcement",
    "lawsuit",
    "bankruptcy",
    "abnormal_operation",
    "serious_illegal",
    "tax_arrears",
    "admin_penalty",
    "env_penalty",
    "bill_overdue",
    "bill_persistent_overdue",
    "bond_default",
    "consumption_ban",
    "equity_frozen",
    "asset_preservation",
    "sme_arrears_complaint",
    "key_person_change",
    "sanctions",
]
"""Kinds of public record, by the names of the ledger."""

RECORDS: tuple[Record, ...] = get_args(Record)

PRODUCTS: tuple[Product, ...] = get_args(Product)

Exact = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
Days = Annotated[int, Field(ge=0, le=36_500)]


class Parameters(BaseModel):
    """None; and the base of those that are."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MostShare(Parameters):
    """It fires above this share."""

    most_share: Exact


class MostRatio(Parameters):
    """It fires above this ratio, which may be above 1."""

    most_ratio: Annotated[Decimal, Field(gt=0, le=10, decimal_places=6)]


class MostDays(Parameters):
    """It fires above so many days."""

    most_days: Days


class MostMonths(Parameters):
    """It fires beyond so many calendar months."""

    most_months: int = Field(ge=1, le=120)


class LeastCount(Parameters):
    """It fires below this count."""

    least: int = Field(ge=0)


class LeastScore(Parameters):
    """It fires from this score on."""

    least_score: float = Field(ge=0, le=1)


class Records(Parameters):
    """It fires where one of these public records is open."""

    records: tuple[Record, ...] = Field(min_length=1)


class Statuses(Parameters):
    """It fires on these registration states."""

    statuses: tuple[Literal["revoked", "deregistered", "moved_out", "abnormal"], ...] = Field(
        min_length=1
    )


class Invoices(Parameters):
    """It fires on these states of invoices."""

    states: tuple[Literal["not_found", "void", "full_red", "part_red", "abnormal"], ...] = Field(
        min_length=1
    )


class Overlaps(Parameters):
    """It fires on these overlaps with an earlier registration."""

    overlaps: tuple[Literal["exact", "description", "floating"], ...] = Field(min_length=1)


class Valuation(Parameters):
    """It fires where a valuation is older, in days; of commodities, priced daily, apart."""

    most_days: Days
    commodity_most_days: Days


class Goods(Parameters):
    """It fires on these kinds of collateral."""

    kinds: tuple[str, ...] = Field(min_length=1)


class Alerts(Parameters):
    """It fires on these alerts of monitoring."""

    alerts: tuple[str, ...] = Field(min_length=1)
