"""Bodies of the profile of an enterprise, as the documentation shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from features.sources import Source
from lending.commercial_value import Driver
from lending.policy.outcomes import Decision
from service.answers import Answer, DefaultReply
from service.explain_route import WhyMissing
from service.fact_answers import A_FACT, EnterprisePart, Fact


class FeatureSaid(Answer):
    """A number of the catalogue, with its words."""

    name: str = Field(description="As in `GET /features`")
    code: str = Field(description="Id in the catalogue of the field; may be empty")
    of: Literal["supplier", "buyer", "pair"] = Field(description="Whom it describes 描述对象")
    value: float | None = Field(description="Null where missing")
    unit: str
    missing: WhyMissing | None
    en: str
    zh: str


class DefaultRisk(Answer):
    """What a model of parties says, or a shadow rating as such a model."""

    role: Literal["supplier", "buyer"]
    pd_12m: float = Field(ge=0, le=1, description="Default within 12 months 12个月违约概率")
    grade: str = Field(description="On the master scale, 1 to 16 评级")
    bundle: str


class StandingSaid(Answer):
    """Who it is, by what sources have told; null where none has."""

    valid_id: bool | None
    status: str | None
    open_records: tuple[str, ...] | None = Field(description="Open public records 未结不良记录")
    controller_records: tuple[str, ...] | None = Field(description="Of those who control it")
    size_class: str | None
    annual_sales_minor: int | None = Field(description="Of the last known year")
    rated_pd_12m: float | None = Field(description="By its rating, told or shadow 外部或影子评级")
    consents: dict[str, str] = Field(description="By scope: in_force, expired, withdrawn, missing")


class SubjectCredit(Answer):
    """Who it is, and how it has paid.

    主体信用。
    """

    default_risk: tuple[DefaultRisk, ...] = Field(
        description="By each model of parties at hand that looks at the party alone"
    )
    standing: StandingSaid
    features: tuple[FeatureSaid, ...]


class CoverSaid(Answer):
    """What stands behind the receivables."""

    guarantees: int
    most_guaranteed_share: float | None
    insurances: int
    most_insured_share: float | None
    collaterals: int
    collateral_minor: int | None


class ClaimsSaid(Answer):
    """The receivables looked at, together; amounts in minor units.

    应收账款汇总。
    """

    looked_at: int = Field(description="Of the 200 recorded last, with the five largest partners")
    open: int = Field(description="Of these not settled 未结清笔数")
    face_minor: int = Field(description="面额")
    owed_minor: int = Field(description="Left of it after payments 未付")
    past_due_minor: int = Field(description="逾期")
    confirmed_minor: int = Field(description="Confirmed by the buyer 已确认")
    confirmed_share: float | None = Field(description="Of the face; null without any")
    confirmation_unknown: int = Field(description="Of which nobody told whether it is confirmed")
    registered: int = Field(description="Registered for the lender of this book 已登记")
    registration_unknown: int
    disputed_minor: int = Field(description="In dispute 争议金额")
    disputes_unknown: int
    rivals: int = Field(description="With rights of others in them 存在他人权利")
    financed_minor: int = Field(description="Advanced and not repaid, and reserved 已融资")
    cover: CoverSaid


class ObjectCredit(Answer):
    """What it sells or owes.

    物的信用。
    """

    supplier: ClaimsSaid | None = Field(description="What is owed to it; null where nothing is")
    buyer: ClaimsSaid | None = Field(description="What it owes; null where nothing is known")
    features: tuple[FeatureSaid, ...] = Field(
        description="None of the party alone so far: those of a request need its receivables"
    )


class PartnerSaid(Answer):
    """What the data shows of the trade with one other."""

    id: str = Field(description="The other party")
    role: Literal["supplier", "buyer"] = Field(description="Of the enterprise shown, not its own")
    claims: int
    features: tuple[FeatureSaid, ...] = Field(
        description="Of the pair: agreement of the four flows, settlement, delays 四流与账期"
    )


class DataCredit(Answer):
    """What the trade data shows, and which sources have told.

    数据信用。
    """

    tier: Literal["T0", "T1", "T2", "T3"] = Field(description="Data tier 数据层级")
    sources: dict[Source, str] = Field(description="FOUND, NONE_FOUND, NOT_CHECKED, ...")
    features: tuple[FeatureSaid, ...]
    partners: tuple[PartnerSaid, ...]


class BuyerPartSaid(Answer):
    """A buyer's part of the value."""

    buyer: str
    p10_minor: int
    p50_minor: int
    p90_minor: int
    mean_minor: int


class ValueSaid(Answer):
    """What twelve months of its trade will bring in (CV12), with its interval.

    商业价值：未来12个月可收回净贸易现金流的分布。
    """

    supplier: str
    valued_on: date
    method: str
    currency: str
    p10_minor: int = Field(description="Nine of ten times it is more 十分位下限")
    p50_minor: int
    p90_minor: int
    mean_minor: int
    after_costs_minor: dict[Literal["p10", "p50", "p90"], int]
    margin_share: float
    past_minor: int = Field(description="What the year before brought")
    expected_minor: int
    open_minor: int = Field(description="Of it what is owed already")
    growth_share: float | None
    uncertainty: float | None
    index_share: float | None = Field(description="Share of its peers that are worth no more")
    takes_minor: dict[Driver, int] = Field(description="What takes from it, by cause 各项扣减")
    buyers: tuple[BuyerPartSaid, ...]
    not_: dict[Literal["en", "zh"], str] = Field(alias="not", description="What it isn't")


class BothWords(Answer):
    """A sentence in both languages."""

    en: str
    zh: str


class ScoreSaid(Answer):
    """A recorded score of it as supplier."""

    score_id: str
    request_id: str
    as_of: datetime
    decision: Decision
    probability: float
    points: int
    parts: dict[Literal["subject", "object", "data", "cross"], float] = Field(
        description="What the three credits and their cross terms add, in log-odds 四部分"
    )
    advance_minor: int | None
    bundle: str
    pack: str
    event: str = Field(description="What `probability` is a probability of")
    default: DefaultReply | None


class EnterpriseReply(Answer):
    """An enterprise in its three credits.

    企业画像。
    """

    id: str = Field(description="Its `ref`")
    as_of: datetime = Field(description="What was visible at this instant is shown 时点")
    history_through: datetime = Field(description="Features see what was known before it")
    ledger_seq: int = Field(description="Facts recorded up to this one were read")
    currency: str = Field(description="Of all amounts")
    party: Fact = Field(description="The enterprise itself. " + A_FACT)
    profile: Fact | None = Field(description="Its latest profile; null where there is none 画像")
    subject: SubjectCredit
    object: ObjectCredit
    data: DataCredit
    value: ValueSaid | None = Field(description="As history of that day tells it; null if missing")
    value_missing: BothWords | None = Field(description="Why there is no value")
    scores: tuple[ScoreSaid, ...] = Field(
        description="The last ten recorded scores as supplier, the latest first 最近评分"
    )
    parts: list[EnterprisePart] = Field(
        description="By kind and field; what it has no part in is left out"
    )
