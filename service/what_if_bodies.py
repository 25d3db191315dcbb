"""Bodies of what-if questions: a request or a recorded score, changes, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from ledger.facts import Key
from lending.changes import Change
from lending.decision import Because
from lending.policy.outcomes import Decision
from models.reasons import Reason
from scoring.asking import MOST_RECEIVABLES
from service.answers import Answer, DefaultReply, FiredRule
from service.schemas import Body, CurrencyCode, Minor, ScoreRequest, Steps, wrong

MOST_CHANGES = 20

Share = Annotated[float, Field(gt=0, le=1)]


def _each_once(refs: tuple[str, ...]) -> tuple[str, ...]:
    for at, ref in enumerate(refs):
        if ref in refs[:at]:
            raise wrong("the same receivable twice", "name each once", (at,))
    return refs


Refs = Annotated[tuple[Key, ...], Field(max_length=MOST_RECEIVABLES), AfterValidator(_each_once)]


class WhatIfRequest(ScoreRequest):
    """A request as in `POST /score`, of parties and receivables that the ledger has.

    与 `POST /score` 相同的申请，仅引用账本已有的主体与应收账款。
    """

    mode: Literal["what_if"] = Field(default="what_if", description="Always `what_if`")

    @model_validator(mode="after")
    def _mode_and_time(self) -> Self:
        """Names the ledger alone; without ``as_of`` it is asked now."""
        if self.brought().anything:
            raise wrong(
                "facts are brought along, and a what-if brings none",
                "name parties and receivables of the ledger by ref alone",
            )
        if self.advice:
            raise wrong(
                "a what-if tells of the changes that it names", "leave advice out", ("advice",)
            )
        return self


class NamedChange(Body):
    """What to change, under a name of your own; fields left out stay as they are.

    一项假设变更：未填写的字段保持不变。
    """

    name: Key = Field(description="Your own name of it", examples=["half the amount"])
    amount_requested_minor: Minor | None = Field(default=None, description="Amount asked for 金额")
    tenor_days: Annotated[int, Field(ge=1, le=3_650)] | None = Field(
        default=None, description="For how long the money is wanted 期限"
    )
    recourse: bool | None = Field(default=None, description="The supplier stands in 有追索权")
    notified: bool | None = Field(default=None, description="The buyer is notified 已通知买方")
    account: Literal["free", "supervised", "locked"] | None = Field(
        default=None, description="Account that the buyer pays into 回款账户"
    )
    guaranteed_share: Share | None = Field(
        default=None, description="A new joint guarantee of this share, 0-1 新增连带担保比例"
    )
    insured_share: Share | None = Field(
        default=None, description="A new credit insurance of this share, 0-1 新增信用险比例"
    )
    confirmed: Refs = Field(
        default=(), description="Receivables that an officer of the buyer confirms 买方确认"
    )
    accepted: Refs = Field(
        default=(), description="Receivables whose signed acceptance is uploaded 签收验收"
    )
    searched: Refs = Field(
        default=(),
        description="Receivables searched in the registry, with nothing new found 登记查询",
    )
    without: Refs = Field(default=(), description="Receivables that are left out 剔除的应收账款")
    pack: Literal["generic", "cn"] | None = Field(
        default=None, description="Another policy pack, of those that ship 政策包"
    )

    def change(self) -> Change:
        """What of it `lending.changes` knows."""
        return Change(**self.model_dump(exclude={"name", "without", "pack"}))

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.change() == Change() and not self.without and self.pack is None:
            raise wrong("nothing is changed", "give a field beside the name")
        return self


class WhatIf(Body):
    """A recorded score or a whole request, and changes to try on it.

    假设分析：在已存评分或一笔申请上试算若干变更。
    """

    score: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="Id of a recorded score: either this or `request` 评分编号"
    )
    at: Literal["then", "now"] = Field(
        default="then",
        description="Of a score: `then` is its own instant, with the ledger as it was read and the "
        "bundle and pack that decided; `now` is this moment, with what serves now 时点",
    )
    request: WhatIfRequest | None = Field(
        default=None, description="A request as in `POST /score`; at `as_of`, or else now 申请"
    )
    currency: CurrencyCode | None = Field(
        default=None, description="Currency of the amounts below: that of the book"
    )
    changes: Annotated[tuple[NamedChange, ...], Field(min_length=1, max_length=MOST_CHANGES)] = (
        Field(description="Each tried alone, on the request as it is 变更列表")
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.score is None) == (self.request is None):
            raise wrong("neither or both of score and request", "give exactly one of them")
        if self.request is not None and self.at == "now":
            raise wrong(
                "a request says when by as_of", "leave at out, and as_of out for now", ("at",)
            )
        return self

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [one.name for one in self.changes]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise wrong("the same name twice", "name each once", ("changes", at, "name"))
        return self

    @model_validator(mode="after")
    def _amounts_in_a_currency(self) -> Self:
        if self.currency is None and any(one.amount_requested_minor for one in self.changes):
            raise wrong("missing beside an amount", "name the currency", ("currency",))
        return self


WHAT_IF: TypeAdapter[WhatIf] = TypeAdapter(WhatIf)


class Answered(Answer):
    """What the whole path answers.

    完整评分路径的答复。
    """

    decision: Decision = Field(description="What the policy pack answers 决策")
    by_model: Decision
    by_rules: Decision
    because: tuple[Because, ...] = Field(description="What else made the answer")
    probability: float = Field(ge=0, le=1, description="Probability of the event 概率")
    logit: float
    base: float
    parts: dict[Literal["subject", "object", "data", "cross"], float] = Field(
        description="What the three credits and their cross terms add, in log-odds 四部分"
    )
    points: int
    default: DefaultReply | None = Field(description="PDs, interval and grade; null as in a score")
    pd_buyer_12m: float | None
    pd_supplier_12m: float | None
    advance_minor: int | None = Field(description="Amount that would be advanced 可融资额")
    tenor_days: int | None = Field(description="Of a counter-offer")
    limit_minor: int | None = Field(description="The most that the terms lend 限额")
    rate: float | None = Field(description="Quoted for a year 年利率")
    expected_loss_minor: int | None = Field(description="Expected loss 预期损失")
    lgd_share: float | None = Field(description="Loss given default 违约损失率")
    rules: tuple[FiredRule, ...] = Field(description="The rules that fired 触发的规则")
    adverse: tuple[Reason, ...] = Field(description="What raised the risk most 不利因素")
    favourable: tuple[Reason, ...] = Field(description="What lowered it most 有利因素")
    pack: str = Field(description="Id of the policy pack")


class FieldDifference(Answer):
    """A figure that comes out otherwise."""

    field: str = Field(description="JSON pointer into the answer", examples=["/decision"])
    before: Any
    after: Any


class ChangeReply(Answer):
    """What came of one change.

    单项变更的结果。
    """

    name: str
    answer: Answered
    differences: tuple[FieldDifference, ...] = Field(description="Against `base` 差异")
    rules_fired: tuple[FiredRule, ...] = Field(description="Rules that fire now 新触发的规则")
    rules_gone: tuple[FiredRule, ...] = Field(description="Rules that fire no more 不再触发的规则")
    reasons_new: tuple[Reason, ...] = Field(description="Adverse reasons that came 新增不利因素")
    reasons_gone: tuple[Reason, ...] = Field(description="And those that went 消失的不利因素")


class WhatIfReply(Answer):
    """The answer as it is, and after each change; nothing is recorded.

    假设分析结果，不留记录。
    """

    score: str | None = Field(description="Id of the recorded score; null of a request")
    request_id: str
    as_of: datetime = Field(description="The instant scored for 时点")
    history_through: datetime = Field(description="History is what was known before it 历史截止")
    ledger_seq: int = Field(description="Facts recorded up to this one were read")
    currency: str
    bundle: str = Field(description="Id of the model bundle")
    base: Answered = Field(description="Without any change 基准")
    changes: tuple[ChangeReply, ...] = Field(description="In the order of the question")


Wrong = tuple[Steps, str, str]
"""Where something is wrong, what it is, and what would be right."""


def unknown_refs(changes: Sequence[NamedChange], receivables: Sequence[str]) -> Sequence[Wrong]:
    """Where changes name receivables that the request doesn't have, or that they leave out."""
    asked = set(receivables)
    found: list[Wrong] = []
    for at, one in enumerate(changes):
        lists: Mapping[str, tuple[str, ...]] = {
            name: getattr(one, name) for name in ("confirmed", "accepted", "searched", "without")
        }
        for name, refs in lists.items():
            for place, ref in enumerate(refs):
                where: Steps = ("changes", at, name, place)
                if ref not in asked:
                    found.append((where, "no receivable of the request", "name one of it"))
                elif name != "without" and ref in one.without:
                    found.append((where, "the change leaves it out", "name it in one of the two"))
        if asked and asked <= set(one.without):
            every = ("changes", at, "without")
            found.append((every, "no receivable is left", "leave at least one in"))
    return found
