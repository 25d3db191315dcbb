"""Bodies of answers about models: what is registered, how it compares, what was seen of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from features.sources import Source
from lending.policy.outcomes import Decision
from models.event import Event
from service.answers import Answer

AliasName = Literal["champion", "challenger", "shadow"]


class Maker(Answer):
    """Who registered a bundle, and with which key."""

    name: str
    key: str


class Promoted(Answer):
    """The last time a bundle was given an alias."""

    alias: AliasName
    by: str
    key: str
    at: datetime
    reason: str


class CardLine(Answer):
    """What a bundle learned, in a line."""

    event: Event = Field(description="What its probability is a probability of")
    trained_from: datetime | None = Field(description="Earliest day learned from")
    trained_through: datetime = Field(description="The training cut: nothing known later was used")
    data: str = Field(description="Where the data came from, and its licence 数据来源与许可")
    features: int = Field(description="How many it sees")
    metrics: dict[str, float] = Field(description="Figures of the rehearsals before the cut")


class ModelLine(Answer):
    """A registered bundle.

    模型包。
    """

    bundle: str = Field(description="Its id", examples=["default-0a1b2c3d4e5f"])
    model: str = Field(description="Name: bundles of one name are versions of it")
    version: int
    trained_through: datetime
    manifest: str = Field(description="SHA-256 of its manifest")
    signing_key: str = Field(description="Id of the key that signed it")
    gates: Literal["passed", "failed", "untested"] = Field(description="What its validation says")
    maker: Maker | None = Field(description="Null where nobody signed for it")
    aliases: list[AliasName] = Field(description="What it is now 当前别名")
    retired: bool
    promoted: Promoted | None = Field(description="Null where it never held an alias")
    card: CardLine | None = Field(description="Null where its files can't be read or believed")
    card_refused: str | None = Field(description="The code of the problem then; else null")


class AliasMoved(Answer):
    """A move of an alias."""

    number: int
    act: str = Field(description="promote or roll-back")
    before: str | None
    after: str
    reason: str
    recorded_at: datetime
    signed_by: str


class ModelsReply(Answer):
    """Every model that a lender may use.

    模型登记簿。
    """

    serves: str | None = Field(description="Bundle that answers now; null where there is none")
    registered: bool = Field(description="Whether the registry knows it: `--bundle` needs none")
    along: dict[str, str] = Field(description="Bundles that score along, by alias 旁路评分")
    models: list[ModelLine]
    moves: dict[AliasName, list[AliasMoved]] = Field(description="The last one first 别名变更")


class ModelFeature(Answer):
    """A column of a model."""

    name: str
    credit: Literal["subject", "object", "data", "cross"]
    risk: Literal["rises", "falls", "free"] = Field(
        description="How the risk may move as it rises: the monotone constraint"
    )
    family: str | None = Field(description="Family of reasons it is told under")
    en: str | None
    zh: str | None
    peers: float = Field(description="What it adds at approved peers, in log-odds")


class Calibration(Answer):
    """`logit = intercept + slope * raw`."""

    intercept: float
    slope: float


class Signature(Answer):
    """What was signed."""

    key: str
    manifest_sha256: str
    data_sha256: str | None = Field(description="Of the rows learned from")
    recipe_sha256: str | None
    files: dict[str, Any] = Field(description="Length and SHA-256 of each file")
    versions: dict[str, str] = Field(description="Libraries that made it")


class ModelReply(ModelLine):
    """All that is known of a bundle.

    单个模型：卡片、特征、校准、签名、验证与历史。
    """

    features: list[ModelFeature] | None
    calibration: Calibration | None
    signature: Signature | None
    validation: dict[str, Any] | None = Field(
        description="What a test period told, with its gates; null where it was never tested, or "
        "no trusted key signed that"
    )
    history: list[dict[str, Any]] = Field(description="Every signed step about it, the first first")


class Both(Answer):
    """A figure of what was answered, and of what the other bundle would have."""

    answered: float
    would: float


class BothMinor(Answer):
    """Amounts offered, in minor units."""

    answered: int
    would: int


class Changed(Answer):
    """How many decisions of a kind would have been another."""

    answered: Decision
    would: Decision
    records: int


class Ripe(Answer):
    """What has ended of what was drawn."""

    records: int
    events: int = Field(description="Defaults among them; technical ones are left out")
    expected: Both = Field(description="Defaults that the probabilities sum to")
    auc: Both | None = Field(description="Null with fewer than ten of either end")


class Against(Answer):
    """A bundle against the one that answered."""

    champion: str
    records: int = Field(description="Decisions that both scored, the last 20,000 at most")
    first_at: datetime
    last_at: datetime
    same_event: bool = Field(description="Else the probabilities are of different things")
    mean_probability: Both
    mean_logit_difference: float | None = Field(
        description="Above 0 the bundle sees more risk; null where the events differ"
    )
    rank_correlation: float | None = Field(description="Spearman's, of the log-odds")
    changed_share: float = Field(description="Share of decisions that would have been others")
    decisions: list[Changed]
    advance_minor: BothMinor = Field(description="Sum of what was and would have been offered")
    ripe: Ripe | None = Field(description="Null unless both tell default of the financing")


class ShadowReply(Answer):
    """A bundle that scored along, against each champion of the time.

    旁路评分对比。
    """

    bundle: str
    against: list[Against] = Field(description="The one with the latest decision first")


class ShadowSaid(Answer):
    """What a bundle would have said of a recorded request."""

    bundle: str
    alias: AliasName = Field(description="What it held then")
    pack: str
    number: int = Field(description="Its place in the chain of shadow scores")
    recorded_at: datetime
    code: str = Field(description="Version of the code")
    digest: str = Field(description="SHA-256 over it and the one before")
    features: dict[str, float | None] = Field(
        description="What it saw that the record doesn't hold; null is missing"
    )
    reply: dict[str, Any] = Field(
        description="What it would have answered: the fields of a score that are its own"
    )


class ShadowsReply(Answer):
    """What others would have said of a recorded request.

    该笔评分的旁路结果。
    """

    score_id: str
    shadows: list[ShadowSaid]


class BundleSpan(Answer):
    """What one bundle and pack decided."""

    bundle: str
    event: str
    pack: str
    records: int
    mean_probability: float
    approved_share: float | None


class ShadowSpan(Answer):
    """How far a bundle that scored along was from the answers."""

    bundle: str
    champion: str
    records: int
    same_event: bool
    mean_logit_difference: float | None
    changed_share: float


class MonitoringReply(Answer):
    """What the service saw of some days.

    运行监测：决策分布、通过率、平均违约概率、缺失来源、旁路偏离。
    """

    first_day: date
    last_day: date
    time_zone: str = Field(description="Of the book, in which days begin")
    records: int = Field(description="Decisions recorded")
    looked_into: int = Field(description="The last 5,000 at most: all else is told of these")
    decisions: dict[Decision, int]
    approved_share: float | None = Field(description="Approved, in full or reduced 通过率")
    cannot_score_share: float | None
    bundles: list[BundleSpan] = Field(description="By bundle and pack")
    missing: dict[Source, float] = Field(
        description="Share of decisions that a source left without some number 数据缺失"
    )
    shadows: list[ShadowSpan]
