"""Figures behind an offer's terms, as dated data: `lending/packs/terms.toml` or a lender's own."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lending.advice_rules import AdviceRules
from lending.loss_rules import Days, Exact, Figures, LossRules, Rate, Share
from lending.pack_faults import PackRefused

SHIPPED = "terms"


class SecuredRates(Figures):
    """Regulatory loss of a part that collateral secures, the collateral's haircut, the floor."""

    lgd_share: Share
    haircut_share: Share
    floor_share: Share


class RegulatoryLoss(Figures):
    """Loss given default of the foundation approach and floors of the advanced (CRE32)."""

    unsecured: dict[Literal["senior", "financial", "subordinated"], Share]
    unsecured_floor_share: Share
    secured: dict[str, SecuredRates]


class Maturity(StrEnum):
    """How long an exposure counts as outstanding (CRE32.46-32.55)."""

    FIXED_2_5 = "fixed_2_5"
    FLOOR_1Y = "floor_1y"
    ACTUAL_IF_SELF_LIQUIDATING = "actual_if_self_liquidating"


Product = Literal[
    "factoring",
    "reverse_factoring",
    "e_certificate",
    "bill_discount",
    "receivable_pledge",
    "order_finance",
    "inventory_finance",
    "receipt_finance",
    "dynamic_discounting",
]
"""Products, by the names of the ledger's requests."""


class SmallFirms(Figures):
    """By how much correlation is lower for small firms; sales in the unit of the rule book.

    Attributes
    ----------
    unit_minor : int
        That unit in minor units of the book's currency.
    """

    unit_minor: int = Field(ge=1)
    reduction: Share
    lowest_sales: float = Field(ge=0)
    highest_sales: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.highest_sales <= self.lowest_sales:
            raise ValueError("highest_sales must be above lowest_sales")
        return self


class CapitalRules(Figures):
    """Parameters of regulatory capital (domain.md section 3.4).

    Attributes
    ----------
    purchased : frozenset of Product
        Products that buy the receivable: the buyer is the debtor, and dilution ties up capital.
        The others are loans to the supplier.
    self_liquidating : frozenset of Product
        Short-term products that the receivable itself repays.
    """

    pd_floor: float = Field(gt=1e-5, lt=1)
    maturity: Maturity
    capital_ratio: float = Field(gt=0, lt=1)
    pool_lgd_share: float = Field(gt=0, le=1)
    government_risk_weight: float = Field(ge=0, le=12.5)
    exposure_less_dilution: bool
    purchased: frozenset[Product]
    self_liquidating: frozenset[Product]
    rule_book: Literal["basel", "china"]
    small_firms: dict[Literal["basel", "china"], SmallFirms]
    standardised_china: dict[str, Annotated[float, Field(ge=0, le=12.5)]]

    @model_validator(mode="after")
    def _rule_book_is_there(self) -> Self:
        if self.rule_book not in self.small_firms:
            raise ValueError(f"small_firms has no {self.rule_book}")
        return self

    @property
    def small(self) -> SmallFirms:
        """The rule for small firms that is in use."""
        return self.small_firms[self.rule_book]


class PriceRules(Figures):
    """Parameters of the price (domain.md section 3.5); rates for a year, ACT/365."""

    funding: tuple[tuple[Days, Rate], ...] = Field(min_length=1)
    liquidity_rate: Rate
    return_on_equity: Rate
    tax_share: Annotated[float, Field(ge=0, lt=1)]
    variable_cost_rate: Rate
    fixed_cost_minor: int = Field(ge=0)
    subsidy_rate: Rate
    reference_rate: Rate
    quote_year_days: Literal[360, 365]
    lowest_rate: Rate | None = None
    highest_rate: Rate | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [day for day, _ in self.funding]
        if days != sorted(set(days)):
            raise ValueError("days of funding must rise")
        low, high = self.lowest_rate, self.highest_rate
        if low is not None and high is not None and high < low:
            raise ValueError("highest_rate must not be below lowest_rate")
        return self


class AdvanceRules(Figures):
    """Parameters of eligibility and the advance rate (domain.md section 3.6)."""

    cap_share: Exact
    low_dilution_share: Share
    cap_low_dilution_share: Exact
    cap_controlled_share: Exact
    confirmed_from: int = Field(ge=0, le=4)
    controlled_from: int = Field(ge=0, le=2)
    stress_factor: float = Field(ge=1, le=5)
    unknown_dilution_reserve_share: Share
    unknown_loss_reserve_share: Share
    fee_reserve_share: Share
    past_claims_least: int = Field(ge=0)
    past_due_days: Days
    aged_days: Days
    cross_aging_share: Exact
    concentration_share: Annotated[Decimal, Field(gt=0, lt=1, decimal_places=6)] | None = None
    confirmation_required: bool


class LimitRules(Figures):
    """Parameters of the limit.

    Attributes
    ----------
    value_share : Decimal
        The share of CV12's tenth percentile that is lent against.
    buyer_minor, group_minor, single_name_minor : int or None
        Lines of those that have none of their own; None where the lender sets none.
    """

    value_share: Exact
    buyer_minor: int | None = Field(default=None, ge=0)
    group_minor: int | None = Field(default=None, ge=0)
    single_name_minor: int | None = Field(default=None, ge=0)


class TenorRules(Figures):
    """Parameters of the tenor: the longest, and the longest grace after the due date."""

    most_days: int = Field(ge=1)
    most_grace_days: Days


class TermsTable(Figures):
    """All of them as written in the TOML file; ``valid_to`` is excluded, missing means open."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    version: str
    valid_from: date
    valid_to: date | None = None
    loss: LossRules
    regulatory_lgd: RegulatoryLoss
    capital: CapitalRules
    price: PriceRules
    advance: AdvanceRules
    limit: LimitRules
    tenor: TenorRules
    advice: AdviceRules


@dataclass(frozen=True)
class Terms:
    """Loaded figures and their identity: name, version, twelve digits of the text's SHA-256.

    Attributes
    ----------
    text : str
        The TOML they were read from.
    """

    id: str
    table: TermsTable
    text: str = field(compare=False, repr=False)

    def in_force(self, on: date) -> bool:
        """Whether the figures hold on that day."""
        table = self.table
        return table.valid_from <= on and (table.valid_to is None or on < table.valid_to)


def load_terms(path: Path | None = None) -> Terms:
    """Load the figures in a file, or those that ship with the service.

    Raises
    ------
    PackRefused
        Where the file is missing or says something that can't be.
    """
    path = path or Path(str(files("lending.packs").joinpath(f"{SHIPPED}.toml")))
    try:
        return terms_of(path.read_bytes().decode())
    except (OSError, ValueError) as error:
        raise PackRefused(
            f"{path} has no terms: {error}",
            field=str(path),
            remedy="start from lending/packs/terms.toml",
        ) from error


def terms_of(text: str) -> Terms:
    """The figures in a text of TOML; raise `ValueError` where it says something that can't be."""
    table = TermsTable.model_validate(tomllib.loads(text, parse_float=Decimal))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Terms(f"{table.name}-{table.version}-{digest[:12]}", table, text)
