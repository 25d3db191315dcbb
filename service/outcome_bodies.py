"""Bodies of outcomes: what came of a score, told and read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from ledger.entities.finance import Cause, Payer, Product
from ledger.facts import Key
from lending.policy.outcomes import Decision
from scoring.outcome_facts import Came, OutcomeName
from service.answers import Answer
from service.schemas import Body, CurrencyCode, Day, Minor, wrong

DEFAULT = ("cause",)
GOES_WITH: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "repaid": ((), ("financing", "amount_minor", "payer", "late_days", "note")),
    "defaulted": (
        DEFAULT,
        ("financing", "late_days", "cause", "technical", "dilution_minor", "note"),
    ),
    "written_off": (
        (*DEFAULT, "loss_minor"),
        ("financing", "late_days", "cause", "technical", "loss_minor", "dilution_minor", "note"),
    ),
    "not_drawn": ((), ("product", "amount_minor")),
    "refused": ((), ("product", "amount_minor")),
}
"""Of each outcome the fields that it needs, and those that may go with it."""

SAID = (
    *("financing", "amount_minor", "payer", "late_days", "cause", "technical"),
    *("loss_minor", "dilution_minor", "note", "product"),
)
AMOUNTS = ("amount_minor", "loss_minor", "dilution_minor")
Days = Annotated[int, Field(ge=0, le=36_500)]


class OutcomeRequest(Body):
    """What came of a score; sent again with other content it corrects what was told before.

    评分的最终结果；内容不同的再次报送即为更正。
    """

    outcome: OutcomeName = Field(
        description="`repaid`, `defaulted` (90 days past due, or unlikely to pay), `written_off` "
        "(in default, with its loss); or of what was never drawn: `not_drawn` by the applicant, "
        "`refused` by the lender 结果"
    )
    on: Day = Field(description="The day on which it happened, not in the future 日期")
    source: Key = Field(
        description="Who says it: your system or department 来源", examples=["collections"]
    )
    financing: Key | None = Field(
        default=None, description="Which financing of the score, where there are several 融资编号"
    )
    amount_minor: Minor | None = Field(
        default=None,
        description="With `repaid`: paid on that day, written as a repayment unless you load these "
        "yourself. Of what was never drawn: asked for, where the score names none 金额",
    )
    currency: CurrencyCode | None = Field(
        default=None, description="The currency of the book; with an amount"
    )
    payer: Payer | None = Field(default=None, description="With an amount repaid: who paid 付款方")
    late_days: Days | None = Field(
        default=None, description="Worst days past due; 0 is never 最长逾期天数"
    )
    cause: Cause | None = Field(default=None, description="Why it defaulted 违约原因")
    technical: bool | None = Field(
        default=None, description="A technical default: training leaves it out 技术性违约"
    )
    loss_minor: Minor | None = Field(
        default=None, description="With `written_off`: lost in all, after recoveries 损失"
    )
    dilution_minor: Minor | None = Field(default=None, description="Lost to dilution 其中稀释")
    note: Key | None = Field(default=None, description="Case number 案件号")
    product: Product | None = Field(
        default=None, description="Of what was never drawn, where the score names none 产品"
    )

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        needed, allowed = GOES_WITH[self.outcome]
        for name in SAID:
            said = getattr(self, name) is not None
            if said and name not in allowed:
                raise wrong(f"doesn't go with {self.outcome}", "leave it out", (name,))
            if not said and name in needed:
                raise wrong(f"missing with {self.outcome}", "give this field", (name,))
        if self.outcome == "repaid" and (self.amount_minor is None) != (self.payer is None):
            lacking = "payer" if self.payer is None else "amount_minor"
            raise wrong("missing: an amount and who paid it go together", "give both", (lacking,))
        if self.currency is None and any(getattr(self, name) is not None for name in AMOUNTS):
            raise wrong("missing beside an amount", "name the currency", ("currency",))
        return self

    def came(self) -> Came:
        """What came of it, as the path takes it."""
        return Came(
            self.outcome, self.on, self.source, **{name: getattr(self, name) for name in SAID}
        )


OUTCOME: TypeAdapter[OutcomeRequest] = TypeAdapter(OutcomeRequest)


class OutcomeTold(Answer):
    """What came of a score, as the ledger has it.

    账本中的结果事实。
    """

    outcome: OutcomeName
    on: date | None = Field(description="Null of a request: its fact tells no day 日期")
    kind: Literal["outcome", "financing_request"] = Field(description="Kind of the fact 事实类型")
    ref: str = Field(description="Key of the fact")
    financing: str | None = Field(description="Key of the financing; null where nothing was lent")
    cause: Cause | None
    technical: bool | None
    past_maturity_days: int | None = Field(description="Days from maturity to `on`; 0 is in time")
    late_days: int | None
    loss_minor: int | None = Field(description="Null where it isn't settled")
    dilution_minor: int | None
    note: str | None
    source: str = Field(description="Who said it 来源")
    recorded_at: datetime
    revision: int = Field(description="0 of the first report, 1 of its first correction")
    superseded: bool = Field(description="A later revision holds 已被更正")
    ledger_seq: int


class OutcomesReply(Answer):
    """What came of a score.

    评分结果追踪。
    """

    score_id: str
    scored: Decision = Field(description="What the score decided")
    financings: tuple[str, ...] = Field(description="Keys of what was lent on it 融资编号")
    outcomes: tuple[OutcomeTold, ...] = Field(
        description="Every report in the order of the ledger; those that hold aren't superseded"
    )


class OutcomeReply(OutcomesReply):
    """What came of a score, and what became of this report.

    评分的最终结果，以及本次报送的处理情况。
    """

    added: int = Field(description="New facts 新增")
    corrected: int = Field(description="Facts that supersede an earlier one 更正")
    unchanged: int = Field(description="Facts that said nothing new 无变化")
