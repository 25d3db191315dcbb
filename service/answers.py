"""Bodies of answers: the reply of ``scoring.reply`` and what the health routes say.

The service sends replies as they were recorded, byte for byte; the classes here say in the
documentation what these bytes hold, and the tests hold the two together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from features.circumstances.request_seen import Circumstances
from features.sources import Source
from lending.advice_rules import LeverName
from lending.decision import Because
from lending.policy.outcomes import Decision, Severity
from models.event import Event
from models.interval import Interval
from models.reasons import Reason
from models.scale import Grade
from scoring.asking import Mode
from service.terms_answers import Applicant, TermsSaid


class Answer(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FiredRule(Answer):
    """A rule that fired."""

    code: str = Field(description="Code of the rule", examples=["RK18"])
    severity: Severity = Field(
        description="BLOCK declines, REFER refers, COUNTER reduces; WARN and REPORT only tell"
    )
    about: str = Field(description="A receivable, supplier, buyer, or the request")
    en: str
    zh: str
    basis: str = Field(description="Law or practice that it rests on 依据")
    internal: bool = Field(description="Not to be told to the applicant")


class Missing(Answer):
    """Why a number is missing."""

    source: Source | None = Field(description="The source that has not told; null if all have")
    of: str = Field(description="About whom: supplier or buyer")
    why: str = Field(
        description="NOT_CHECKED, REFUSED or STALE; UNDEFINED where its sources have told and "
        "there is nothing to make it of"
    )


class WouldAdd(Answer):
    """What a source that has not told would add."""

    source: Source
    of: str = Field(description="About whom: supplier or buyer")
    why: str = Field(description="NOT_CHECKED, REFUSED or STALE")
    features: tuple[str, ...] = Field(description="Features that are missing for want of it")


class DataAtHand(Answer):
    """What data the score rests on.

    数据层级：T0 仅发票，T1 加银行流水，T2 加平台单据，T3 加登记、征信、税务与报表。
    """

    tier: Literal["T0", "T1", "T2", "T3"] = Field(description="Data tier of the supplier 数据层级")
    sources: dict[str, dict[Source, str]] = Field(
        description="What each source has told of supplier and buyer"
    )
    would_add: tuple[WouldAdd, ...] = Field(description="Sources to ask, by what they would add")


class DefaultReply(Answer):
    """The default of the financing: by maturity and within a year, and its grade.

    融资违约：到期与12个月违约概率、置信区间与评级。
    """

    pd_facility_maturity: float = Field(
        ge=0, le=1, description="Probability of default by maturity and 90 days; `probability`"
    )
    horizon_days: int = Field(ge=1, description="Days that it is over: tenor and 90 days")
    interval: Interval | None = Field(
        description="How sure it is: true probabilities lie below `low` and above `high` in 5 % "
        "each; the `learned` ends are what more data would narrow; null without bags 置信区间"
    )
    pd_facility_12m: float = Field(
        ge=0, le=1, description="The same hazard over 365 days 12个月违约概率"
    )
    grade: Grade = Field(description="Place of `pd_facility_12m` on the master scale 评级")


class Followed(Answer):
    """What the whole path says of a changed request; a preview and no promise."""

    decision: Decision
    pd: float = Field(ge=0, le=1, description="Probability of the event")
    pd_high: float | None = Field(
        description="Its 95th percentile, as far as more data would move it; null without bags"
    )
    amount_minor: int | None = Field(description="Amount that would be advanced")
    rate: float | None = Field(description="Quoted for a year")


class Advised(Followed):
    """A change that would help.

    改进建议：重新评分后的结果，仅为预览。
    """

    levers: tuple[LeverName, ...]
    en: str
    zh: str
    days: int = Field(description="Until the change is in force")
    peers_share: float | None = Field(
        description="Share of approved peers that ask for this structure; null where the structure "
        "stays, or the bundle doesn't know"
    )


class AmountTried(Followed):
    """What follows of an amount."""

    asked_minor: int


class ScoreReply(Answer):
    """The score of a request.

    评分结果。

    `logit` is exactly `base` plus the four `parts`: what subject, object and data credit
    (主体信用、物的信用、数据信用) and their cross terms add, in log-odds.
    """

    score_id: str | None = Field(
        description="Id of the record, for `GET /scores/{score_id}`; null unless a decision"
    )
    request_id: str = Field(description="Your own id")
    mode: Mode
    as_of: datetime = Field(description="The instant scored for")
    history_through: datetime = Field(
        description="History is what was known before this instant, the start of the day 历史截止"
    )
    ledger_seq: int = Field(description="Facts recorded up to this one were read")
    event: Event = Field(description="What `probability` is a probability of")
    probability: float = Field(ge=0, le=1, description="Probability of the event 概率")
    logit: float = Field(description="Its log-odds: `base` plus the sum of `parts`")
    base: float = Field(description="Log-odds of an average request")
    parts: dict[str, float] = Field(
        description="What subject, object, data and cross add; above 0 is riskier"
    )
    points: int = Field(ge=300, le=900, description="Score; higher is safer 评分")
    part_points: dict[str, int] = Field(
        description="The score if only that part differed from the average"
    )
    default: DefaultReply | None = Field(
        description="Where the event is default of the financing; else null 违约概率与评级"
    )
    pd_buyer_12m: float | None = Field(
        ge=0,
        le=1,
        description="Probability that the buyer defaults within 12 months; null "
        "without a model of it 买方违约概率",
    )
    pd_supplier_12m: float | None = Field(
        ge=0, le=1, description="The same of the supplier 供应商违约概率"
    )
    party_bundles: dict[Literal["buyer", "supplier"], str] = Field(
        description="Ids of the bundles of parties"
    )
    decision: Decision = Field(description="What the policy pack answers 决策")
    by_model: Decision = Field(description="What the model alone would answer")
    by_rules: Decision = Field(description="What the rules alone would answer")
    because: tuple[Because, ...] = Field(description="What else made the answer 其他原因")
    advance_minor: int | None = Field(description="Amount that would be advanced, in minor units")
    tenor_days: int | None = Field(description="Tenor of a counter-offer; null as asked for")
    offer_valid_until: datetime | None = Field(
        description="Until then `advance_minor` may be drawn (`POST /scores/{score_id}/drawdown`); "
        "null where nothing is offered 报价有效期"
    )
    currency: str = Field(description="Currency of all amounts")
    terms: TermsSaid | None = Field(
        description="Of what is offered, else of what is asked for; null without a probability of "
        "default 融资条款"
    )
    terms_refused: str = Field(
        description="Why there is no loss, price or grade; empty if there is"
    )
    rules: tuple[FiredRule, ...] = Field(description="The rules that fired 触发的规则")
    adverse: tuple[Reason, ...] = Field(
        description="What raised the risk most against approved requests 不利因素"
    )
    favourable: tuple[Reason, ...] = Field(
        description="What lowered the risk most against them 有利因素"
    )
    advice: tuple[Advised, ...] | None = Field(
        description="Changes under which the answer is better, the cheapest first; empty "
        "where none is found, null unless asked for 改进建议"
    )
    amounts: tuple[AmountTried, ...] | None = Field(
        description="What follows of each amount that might be asked for; null unless advice is "
        "asked for 各申请金额的结果"
    )
    applicant: Applicant = Field(description="What the supplier may be told 可告知申请人的内容")
    features: dict[str, float | None] = Field(description="Every feature; null is missing")
    missing: dict[str, Missing] = Field(description="Why each null feature is missing 缺失原因")
    data: DataAtHand = Field(description="What data is at hand, and what more would add 数据情况")
    circumstances: Circumstances = Field(description="What live facts say of this request")
    bundle: str = Field(description="Id of the model bundle")
    pack: str = Field(description="Id of the policy pack")


class Live(Answer):
    """The process is up.

    进程存活。
    """

    status: Literal["live"] = "live"


class Ready(Answer):
    """The service can score, and with what.

    可以评分，以及所用模型与策略。
    """

    status: Literal["ready"] = "ready"
    bundle: str = Field(description="Id of the model bundle")
    event: str = Field(description="The event whose probability it gives")
    party_bundles: dict[Literal["buyer", "supplier"], str] = Field(
        description="Ids of the bundles of parties"
    )
    pack: str = Field(description="Id of the policy pack")
    store: str = Field(description="sqlite or postgresql")
    tables: Literal["current"] = "current"
    currency: str | None = Field(
        description="Currency of the book; this and what follows is null to who shows no key"
    )
    time_zone: str | None = Field(description="Time zone in which its days begin")
    ledger_seq: int | None = Field(description="Last fact or record of the ledger")
