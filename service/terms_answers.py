"""What a reply says of the terms of an offer: bodies of ``lending.offer_sheet`` and ``notice``."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lending.advance import Bound
from lending.eligible import Ineligible
from lending.limit import Term
from lending.loss_rules import Cause
from lending.offer_terms import Assumed
from lending.policy.outcomes import Decision
from lending.price import Price
from lending.recovery import PaidBy


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IneligiblePart(_Body):
    """A part of a receivable that doesn't count."""

    ref: str
    reason: Ineligible
    amount_minor: int


class ClaimCounted(_Body):
    """What a receivable carries."""

    ref: str
    owed_minor: int
    eligible_minor: int = Field(description="What counts of it 合格金额")
    financed_minor: int = Field(description="Advanced against it already")
    advance_share: float = Field(description="Advance rate 融资比例")
    bound: Bound = Field(description="What holds the rate down")


class Reserves(_Body):
    """What is kept back of each receivable, as shares."""

    dilution_reserve: float
    loss_reserve: float
    fee_reserve: float


class LimitSaid(_Body):
    """The limit and what binds it."""

    amount_minor: int
    binding: Term
    terms_minor: dict[Term, int] = Field(description="Every term that is known")
    left_out: tuple[Term, ...] = Field(description="Terms that aren't known, or aren't set")


class TenorSaid(_Body):
    """For how long."""

    days: int
    matures_on: date
    grace_days: int
    shortened: bool = Field(description="Policy shortened it")


class AmountSaid(_Body):
    """How much, and what holds it down."""

    offered_minor: int = Field(description="What is asked for, at most the limit")
    asked_minor: int | None
    eligible_minor: int
    ineligible: tuple[IneligiblePart, ...]
    claims: tuple[ClaimCounted, ...]
    reserves: Reserves | None
    limit: LimitSaid
    tenor: TenorSaid


class CauseLoss(_Body):
    """What a default of one cause costs, and who pays."""

    lgd_share: float
    paid_share: dict[PaidBy, float] = Field(description="Shares of the exposure, not discounted")


class LossSaid(_Body):
    """What could be lost."""

    pd_horizon: float = Field(
        description="Probability of default to 90 days past the tenor offered"
    )
    ead_minor: int = Field(description="Exposure at default 违约风险暴露")
    lgd_share: float = Field(description="Loss given default, mean over the causes 违约损失率")
    downturn_share: float
    expected_minor: int = Field(description="Expected loss 预期损失")
    dilution_minor: int = Field(description="Expected dilution that the lender bears")
    substituted_by: str | None = Field(description="Guarantee that acts by substitution")
    by_cause: dict[Cause, CauseLoss]


class CapitalSaid(_Body):
    """What that ties up, as shares of the exposure."""

    obligor: Literal["buyer", "supplier"]
    pd_12m: float
    lgd_share: float = Field(description="Regulatory")
    maturity_years: float
    sales: float | None = Field(description="In the unit of the rule book for small firms")
    default_share: float
    dilution_share: float
    total_share: float
    risk_weight: float = Field(description="1.0 is 100 %")
    guarantor: str | None = Field(description="Guarantee that stands in the debtor's place")


class TermsSaid(_Body):
    """Amount, tenor, loss, capital and price.

    融资条款：额度、期限、损失、资本与定价。
    """

    priced_minor: int = Field(description="What loss, capital and price are of")
    amount: AmountSaid
    loss: LossSaid
    capital: CapitalSaid
    price: Price
    assumed: tuple[Assumed, ...] = Field(
        description="What wasn't known: figures of the pack stand in"
    )


class Words(_Body):
    """A sentence in both languages."""

    en: str
    zh: str


class CodedWords(Words):
    """A sentence with its code."""

    code: str


class DecisionSaid(Words):
    """The decision in words."""

    code: Decision


class ToldReason(CodedWords):
    """A reason, and what would change it."""

    change: Words | None


class ToldOffer(_Body):
    """What is offered."""

    amount_minor: int
    tenor_days: int | None
    rate: float | None = Field(description="Quoted for a year")


class ToldOption(Words):
    """A change that would help; a preview and no promise."""

    days: int
    decision: Decision
    amount_minor: int | None
    rate: float | None


class Applicant(_Body):
    """What the supplier may be told: true reasons, nothing that warns a fraudster.

    可告知申请人的内容。
    """

    decision: DecisionSaid
    offer: ToldOffer | None
    reasons: tuple[ToldReason, ...]
    what_would_help: tuple[ToldOption, ...] = Field(description="Empty unless advice is asked for")
    preview: Words | None = None
    review: Words | None = Field(None, description="A person may look at it again")
