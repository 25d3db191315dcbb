"""What the file of a policy pack says, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from features.circumstances.sign_seen import SignKind
from lending.policy.matrix import Matrix
from lending.policy.outcomes import Scope, Severity
from lending.terms import Product

Amount = Annotated[int, Field(ge=0)]
Points = Annotated[int, Field(ge=0, le=100)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProductTerms(_Frozen):
    """What a product allows.

    Attributes
    ----------
    most_advance_share : Decimal
        Most that is advanced, as a share of what is owed; as written, for it meets money.
    most_tenor_days : int
    least_tier : int
        Data tier below which a person looks at it, 0-3.
    needs_delivery : bool
        Goods must have been delivered: all but the financing of orders.
    takes_past_due : bool
        Receivables past due may be offered.
    """

    most_advance_share: Annotated[Decimal, Field(gt=0, le=1, decimal_places=6)]
    most_tenor_days: int = Field(ge=1, le=36_500)
    least_tier: int = Field(default=0, ge=0, le=3)
    needs_delivery: bool = True
    takes_past_due: bool = False


class Lines(_Frozen):
    """What may be out at once, in minor units; None is no line.

    Attributes
    ----------
    buyer_minor, group_minor : int or None
        On claims on one buyer, and on a buyer and those linked with it by control.
    single_name_minor : int or None
        To one supplier.
    buyers : mapping of str to int
        By the key of a buyer, instead of ``buyer_minor``.
    """

    buyer_minor: Amount | None = None
    group_minor: Amount | None = None
    single_name_minor: Amount | None = None
    buyers: Mapping[str, Amount] = Field(default_factory=dict)

    def of_buyer(self, ref: str) -> int | None:
        """The line of a buyer, in minor units."""
        return self.buyers.get(ref, self.buyer_minor)


class RuleEntry(_Frozen):
    """One rule as a pack has it; it may stand there again for other days.

    Attributes
    ----------
    code, case : str
        Which rule of `lending.policy.rulebook`.
    severity : Severity
    when_unknown : Severity or None
        What follows where what the rule needs isn't known; None is nothing.
    scope : Scope
    valid_from, valid_to : date or None
        First day, and the day after the last; the rule says which day counts.
    basis : str
        Law or practice that it rests on.
    parameters : mapping
    """

    code: str = Field(pattern=r"^K\d\d$")
    case: str = ""
    severity: Severity
    when_unknown: Severity | None = None
    scope: Scope = Scope.REQUEST
    valid_from: date | None = None
    valid_to: date | None = None
    basis: str = Field(min_length=1)
    parameters: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """Code and case: ``K09.longest``."""
        return f"{self.code}.{self.case}" if self.case else self.code


class PolicyPack(_Frozen):
    """A pack as written in its TOML file.

    Attributes
    ----------
    name, version : str
    jurisdiction : str
        ISO 3166-1 alpha-2, or ``any``.
    valid_from, valid_to : date, date or None
        First day, and the day after the last; None is open.
    offer_days : int
        So long an offer stands, from the instant of its score.
    terms : str
        Figures of loss, capital and price: ``terms`` ships, else a file beside the pack.
    matrix : Matrix
    products : mapping of str to ProductTerms
        ``any`` is for those that aren't named.
    lines : Lines
    fraud_points : mapping of SignKind to int
        Points of each sign of fraud at its clearest; none, and no screen is run
        (`lending.screening`).
    left_out : tuple of str
        Rules that this policy does without, as ``K07`` or ``K09.announced``.
    rules : tuple of RuleEntry
    """

    name: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    version: str = Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")
    jurisdiction: str = Field(pattern=r"^([A-Z]{2}|any)$")
    valid_from: date
    valid_to: date | None = None
    offer_days: int = Field(default=14, ge=1, le=366)
    terms: str = "terms"
    matrix: Matrix
    products: Mapping[Product | Literal["any"], ProductTerms]
    lines: Lines = Lines()
    fraud_points: Mapping[SignKind, Points] = Field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    rules: tuple[RuleEntry, ...]

    def product(self, name: str | None) -> ProductTerms:
        """What a product allows."""
        return self.products.get(name, self.products["any"])  # type: ignore[call-overload, no-any-return]
