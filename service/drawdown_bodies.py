"""Bodies of what is done with an offer: reserve, draw, release; asked and answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from ledger.entities.finance import Product
from lending.policy.outcomes import Severity
from service.answers import Answer
from service.schemas import Body, CurrencyCode, Minor

MOST_MINUTES = 366 * 24 * 60


class ReserveRequest(Body):
    """How much of an offer to hold, and for how long.

    预占额度：金额与时长。
    """

    amount_minor: Minor = Field(description="At most `advance_minor` of the score 预占金额（分）")
    currency: CurrencyCode = Field(description="The currency of the book")
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = Field(
        default=None,
        description="So long it is held, and no longer than the offer stands; left out: until "
        "`offer_valid_until` 预占时长（分钟）",
    )


class DrawdownRequest(Body):
    """How much of an offer is paid out.

    放款金额。
    """

    amount_minor: Minor = Field(description="At most `advance_minor` of the score 放款金额（分）")
    currency: CurrencyCode = Field(description="The currency of the book")
    product: Product | None = Field(
        default=None, description="Which product; needed where the score names none 产品"
    )


RESERVE, DRAWDOWN = TypeAdapter(ReserveRequest), TypeAdapter(DrawdownRequest)


class OnReceivable(Answer):
    """What of an amount falls on a receivable."""

    ref: str
    amount_minor: int


class ReserveReply(Answer):
    """An amount is held.

    额度已预占。
    """

    score_id: str
    state: Literal["held"]
    amount_minor: int = Field(description="Held of the receivables, in minor units")
    currency: str
    held_at: datetime
    expires_at: datetime = Field(description="From then on nothing is held any more 到期时间")
    receivables: tuple[OnReceivable, ...]


class Warned(Answer):
    """A rule that fired and stops nothing."""

    code: str
    severity: Severity
    about: str
    en: str
    zh: str


class DrawdownReply(Answer):
    """An amount is paid out, and stands in the ledger as a financing.

    已放款，并作为融资事实入账。
    """

    score_id: str
    state: Literal["drawn"]
    financing: str = Field(
        description="Key of the facts `financing` and `financing_request`: name it in repayments "
        "and the outcome 融资编号"
    )
    amount_minor: int
    currency: str
    drawn_at: datetime
    drawn_on: date
    matures_on: date
    product: Product
    receivables: tuple[OnReceivable, ...]
    rules: tuple[Warned, ...] = Field(description="Rules of drawdown that only warn 提示规则")
    pack: str = Field(description="Id of the policy pack whose rules were run")


class ReleaseReply(Answer):
    """What was held is free.

    额度已释放。
    """

    score_id: str
    state: Literal["released"]
    was: Literal["held", "drawn", "expired"] = Field(description="What it was before")
    amount_minor: int = Field(description="What it held, in minor units")
    currency: str
    released_at: datetime
