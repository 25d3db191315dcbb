"""Bodies of overrides: what a person decides in place of a score, and what holds then."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from ledger.facts import Key, Words
from ledger.vault import is_ciphertext
from lending.override_reasons import REASON_WORDS, OverrideReason
from lending.policy.outcomes import Decision
from scoring.overriding import Wanted
from scoring.standing_offer import MOST_RATE_PPM
from service.answers import Answer
from service.schemas import Body, CurrencyCode, Minor, wrong

REASONS = "; ".join(f"`{code}` {words.en} {words.zh}" for code, words in REASON_WORDS.items())


def _own_words(text: str) -> str:
    if is_ciphertext(text):
        raise wrong(
            "a text that begins as the ledger's own ciphertext", "give the words themselves"
        )
    if not text.strip():
        raise wrong("nothing is said", "say why, in 1 to 300 characters")
    return text


class OverrideRequest(Body):
    """What a person decides in place of a score.

    人工改判：由审批人在评分之外作出的决定。
    """

    decision: Literal["APPROVE", "APPROVE_REDUCED", "REFER", "DECLINE"] = Field(
        description="APPROVE is of all that was asked for; APPROVE_REDUCED names an amount 决定"
    )
    amount_minor: Minor | None = Field(
        default=None, description="With APPROVE_REDUCED: less than was asked for 批准金额（分）"
    )
    currency: CurrencyCode | None = Field(
        default=None, description="The currency of the book; with an amount"
    )
    rate_ppm: Annotated[int, Field(ge=0, le=MOST_RATE_PPM)] | None = Field(
        default=None,
        description="Rate for a year, in parts per million, in place of the score's 年利率",
    )
    reason: Literal[tuple(OverrideReason)] = Field(  # type: ignore[valid-type]
        description=f"Why 原因代码: {REASONS}"
    )
    words: Annotated[Words, AfterValidator(_own_words)] = Field(
        description="Why, in your words; no name of a natural person is needed 说明"
    )
    by: Key | None = Field(
        default=None,
        description="The person who decides. With a key or token leave it out: the name is that of "
        "the caller. Needed where no key is: a name of yours 审批人",
    )

    @model_validator(mode="after")
    def _amount_where_reduced(self) -> Self:
        reduced = self.decision == "APPROVE_REDUCED"
        if reduced and self.amount_minor is None:
            raise wrong("missing with APPROVE_REDUCED", "name the amount", ("amount_minor",))
        if not reduced and self.amount_minor is not None:
            raise wrong(f"no amount goes with {self.decision}", "leave it out", ("amount_minor",))
        if self.amount_minor is not None and self.currency is None:
            raise wrong("missing beside an amount", "name the currency", ("currency",))
        if self.rate_ppm is not None and self.decision in {"REFER", "DECLINE"}:
            raise wrong(f"no rate goes with {self.decision}", "leave it out", ("rate_ppm",))
        return self

    def wanted(self, by: str) -> Wanted:
        """What is wanted by a person, as the path takes it."""
        return Wanted(
            Decision(self.decision),
            self.amount_minor,
            self.rate_ppm,
            OverrideReason(self.reason),
            self.words,
            by,
        )


OVERRIDE: TypeAdapter[OverrideRequest] = TypeAdapter(OverrideRequest)


class OverrideReasonSaid(Answer):
    """A reason of the list, in both languages."""

    code: OverrideReason
    en: str
    zh: str


class OverrideReply(Answer):
    """What a person decided.

    人工改判记录。
    """

    id: str = Field(description="Id of the override")
    score_id: str
    number: int = Field(description="Which override of the score it is: the last one holds 序号")
    by: str = Field(description="The person who decided 审批人")
    signed_by: str = Field(description="The caller that wrote it")
    recorded_at: datetime
    before: Decision = Field(description="What held until then 改判前")
    decision: Decision = Field(description="What was decided 改判后")
    amount_minor: int | None = Field(description="Offered now; null where nothing is 批准金额")
    rate_ppm: int | None = Field(description="Rate for a year; null leaves that of the score")
    tenor_days: int | None = Field(description="Longest tenor that rules let pass; null: as scored")
    valid_until: datetime | None = Field(description="So long it may be drawn 有效期")
    reason: OverrideReasonSaid
    words: str | None = Field(
        description="Why; null where a party is a natural person who was erased 说明"
    )
    ledger_seq: int = Field(description="Its place in the ledger and its audit chain")


class StandingReply(Answer):
    """What holds of a score now."""

    decision: Decision
    by_a_person: bool
    amount_minor: int | None = Field(description="What may be drawn; null where nothing may")
    valid_until: datetime | None


class OverridesReply(Answer):
    """A score, what people decided in its place, and what holds.

    评分的全部改判及当前有效决定。
    """

    score_id: str
    scored: Decision = Field(description="What the score decided; its record stays so 原决定")
    standing: StandingReply
    overrides: tuple[OverrideReply, ...] = Field(description="The first one first")
