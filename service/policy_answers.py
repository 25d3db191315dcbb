"""Bodies of answers about policy packs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from lending.policy.matrix import Matrix
from lending.policy.outcomes import Scope, Severity
from service.answers import Answer


class PackLine(Answer):
    """A policy pack.

    政策包。
    """

    id: str = Field(description="Name, version and digest of what it says")
    name: str
    version: str
    jurisdiction: str = Field(description="ISO 3166-1 alpha-2, or any")
    valid_from: date = Field(description="First day in force 生效日")
    valid_to: date | None = Field(description="The day after the last; null is open 失效日")
    in_force: bool = Field(description="Whether it holds today")
    serves: bool = Field(description="Whether it decides now")
    ships: bool = Field(description="Whether it comes with this version")
    rules: int


class KeptPack(Answer):
    """A pack that has decided: its text is kept in the ledger."""

    id: str
    kept_at: datetime = Field(description="When it first decided")


class PoliciesReply(Answer):
    """Policy packs at hand.

    可用政策包。
    """

    packs: list[PackLine]
    decided: list[KeptPack] = Field(description="Every pack that ever decided, the last first")


class RuleLine(Answer):
    """A rule as a pack has it."""

    code: str = Field(examples=["K09.longest"])
    severity: Severity
    when_unknown: Severity | None = Field(description="What follows where it can't be told")
    scope: Scope
    valid_from: date | None
    valid_to: date | None
    basis: str = Field(description="Law or practice that it rests on 依据")
    parameters: dict[str, Any] = Field(description="Its thresholds, in the units of their names")
    looks_at_en: str
    looks_at_zh: str
    en: str = Field(description="What is told where it fires")
    zh: str
    internal: bool = Field(description="Kept from the applicant")


class PolicyReply(PackLine):
    """All that a pack says.

    政策包全文：规则、矩阵、产品与额度。
    """

    offer_days: int = Field(description="So long an offer stands")
    matrix: Matrix = Field(description="What is answered by band of risk and hardest rule")
    products: dict[str, Any]
    lines: dict[str, Any] = Field(description="What may be out at once, in minor units")
    fraud_points: dict[str, int]
    left_out: list[str] = Field(description="Rules that it does without")
    rules_told: list[RuleLine] = Field(description="In the order in which they run")
    terms: dict[str, Any] = Field(description="Figures of loss, capital, price and limit")


class PackDifference(Answer):
    """A key that two packs say otherwise."""

    key: str
    before: str | None = Field(description="Null where it says nothing of it")
    after: str | None


class PolicyDiffReply(Answer):
    """What the second pack says otherwise.

    政策包差异。
    """

    before: str
    after: str
    differences: list[PackDifference]
