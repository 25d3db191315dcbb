"""Route of features: what each number means, and what it needs."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response
from pydantic import Field

from features.catalogue import RELATIONS
from features.declared import every_declared
from features.sources import Source
from service.access import AVisit
from service.answers import Answer
from service.intake import require_json_accepted
from service.load_desk import dumped
from service.parameters import Parameters


class DeclaredFeature(Answer):
    """A feature as it is declared.

    特征定义。
    """

    name: str = Field(description="Name in `features` of a score")
    code: str = Field(description="Id in the catalogue of the field: S01, O01, D01; may be empty")
    credit: Literal["subject", "object", "data", "cross"] = Field(description="The credit it is of")
    relation: str = Field(description="The statement that yields it")
    describes: str = Field(description="What one value is about")
    definition: str = Field(description="What it is, exactly")
    unit: str
    risk: Literal["rises", "falls", "free"] = Field(
        description="How the risk moves as it rises; the monotone constraint of the model"
    )
    tier: Literal["T0", "T1", "T2", "T3"] = Field(
        description="Data tier from which on there is one"
    )
    needs: tuple[Source, ...] = Field(description="Sources that must have told")
    missing: str = Field(description="What null means")
    reason: str = Field(description="Family of reasons it is told under")
    en: str = Field(description="As a phrase in English")
    zh: str = Field(description="As a phrase in Chinese 中文说明")
    fingerprint: str = Field(description="Digest of its meaning; a bundle checks it")


def get_features(request: Request, visit: AVisit) -> Response:
    """List every feature: definition, unit, direction of risk, what it needs, in two languages.

    列出全部特征的定义。
    """
    del visit  # only that the caller may look
    require_json_accepted(request.headers.get("accept"))
    Parameters(request.query_params).refuse_others()
    return Response(dumped(list(every_declared(RELATIONS))), media_type="application/json")
