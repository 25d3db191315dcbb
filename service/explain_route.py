"""Route of explanations: a recorded score taken apart, feature by feature."""

from __future__ import annotations

from functools import partial
from typing import Literal

from fastapi import Request, Response
from pydantic import Field

from features.sources import Source
from service.access import AVisit
from service.answers import Answer
from service.intake import require_json_accepted
from service.parameters import Parameters
from service.record_desk import explained
from service.scores import id_or_none

LOG_ODDS = "in log-odds; above 0 raises the risk"


class WhyMissing(Answer):
    """Why a value is missing."""

    source: Source | None = Field(description="The source that has not told; null if all have")
    why: str = Field(description="NOT_CHECKED, REFUSED, STALE or UNDEFINED")


class Contribution(Answer):
    """What a feature adds.

    单项特征的贡献。
    """

    name: str
    code: str = Field(description="Id in the catalogue of the field; may be empty")
    credit: Literal["subject", "object", "data", "cross"]
    family: str = Field(description="Family of reasons that it is told under")
    value: float | None = Field(description="Null where missing")
    unit: str
    weight: float = Field(description=f"What it adds, {LOG_ODDS} 贡献")
    beyond_peers: float = Field(description="How much more than at approved peers")
    missing: WhyMissing | None
    en: str
    zh: str


class FamilySum(Answer):
    """What a family of reasons adds up to."""

    code: str
    en: str
    zh: str
    weight: float = Field(description=f"Of its features together, {LOG_ODDS}")
    beyond_peers: float


class ExplainReply(Answer):
    """A score taken apart: the base and all weights add up to the log-odds.

    评分拆解：基准与全部贡献之和即对数几率。
    """

    score_id: str
    bundle: str
    probability: float = Field(ge=0, le=1)
    logit: float
    base: float
    parts: dict[Literal["subject", "object", "data", "cross"], float]
    features: tuple[Contribution, ...] = Field(description="The heaviest first")
    families: tuple[FamilySum, ...] = Field(description="The heaviest first")


async def get_explain(score_id: str, request: Request, visit: AVisit) -> Response:
    """Tell what every feature adds to a recorded score, exactly, in two languages.

    逐项解释已存评分。

    The bundle that decided is asked again, of the features on record: the base and the weights of
    all features add up to the log-odds.
    """
    require_json_accepted(request.headers.get("accept"))
    Parameters(request.query_params).refuse_others()
    work = partial(explained, visit.composition, visit.principal, id_or_none(score_id))
    return Response(await visit.turnstile.run(work), media_type="application/json")
