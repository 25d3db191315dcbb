"""Bodies of requests: what may be asked, strictly.

A number in a string, a boolean for a number, an unknown field or a time without an offset is an
error, never a guess. Faults name the field and what would be right, never the value.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.entities.finance import Product
from ledger.entities.parties import Country
from ledger.facts import Key, Words
from ledger.money import LARGEST_MINOR
from scoring.asking import MOST_RECEIVABLES, Mode
from scoring.brought import Brought, PartyBrought, ReceivableBrought, Terms

Steps = tuple[str | int, ...]

FIRST_DAY, LAST_DAY = date(1901, 1, 1), date(2199, 12, 31)
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
AN_INSTANT = "give date, time and offset, for example 2026-03-01T09:30:00+08:00"


OWN = "tricredit"
"""Type of the pydantic errors raised here; their context says fault, remedy and where."""


def wrong(fault: str, remedy: str, at: Steps = ()) -> PydanticCustomError:
    """A fault of a field or, for one further down, of the path ``at`` below it."""
    return PydanticCustomError(OWN, "{fault}", {"fault": fault, "remedy": remedy, "at": at})


def _day(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise wrong("a day out of reach", f"give a day from {FIRST_DAY} to {LAST_DAY}")
    return day


def _moment(value: object) -> object:
    found = RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if found is None or not isinstance(value, str):
        raise wrong("not an instant of RFC 3339", AN_INSTANT)
    if found["offset"] is None:
        raise wrong("a time without an offset names no instant", AN_INSTANT)
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong("no such date or time", AN_INSTANT) from None
    _day(moment.date())
    return moment


Day = Annotated[date, AfterValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
CurrencyCode = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["CNY"])]
Minor = Annotated[int, Field(ge=1, le=LARGEST_MINOR)]


class Body(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Party(Body):
    """A supplier or buyer: `ref` alone names one of the ledger, more brings it along.

    交易方：仅填 `ref` 引用账本中的主体；同时填写其他字段则随申请登记。
    """

    ref: Key = Field(description="Its key in the ledger", examples=["S-1001"])
    name: Words | None = Field(default=None, description="Legal name")
    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2")
    person_linked: bool | None = Field(
        default=None, description="True for a natural person or sole proprietor"
    )
    onboarded_on: Day | None = Field(
        default=None, description="Day it was first registered with the lender or platform"
    )

    def brought(self) -> PartyBrought:
        """The party as the path takes it."""
        return PartyBrought(**self.model_dump())


TERMS = ("issued_on", "due_on", "face_minor", "currency")


class Receivable(Body):
    """A receivable: `ref` alone names one of the ledger, all terms together bring it along.

    应收账款：仅填 `ref` 引用账本记录；或一并填写全部要素，随申请登记。
    """

    ref: Key = Field(description="Its key in the ledger", examples=["INV-2026-0042"])
    issued_on: Day | None = Field(default=None, description="Day the claim arose; not in future")
    due_on: Day | None = Field(default=None, description="Day it falls due; not before issue")
    face_minor: Minor | None = Field(default=None, description="Amount claimed, in minor units")
    currency: CurrencyCode | None = Field(default=None, description="The currency of the book")
    rate_ppm: Annotated[int, Field(ge=0, le=10_000_000)] | None = Field(
        default=None, description="Rate charged for a month, in parts per million; may be left out"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [name for name in (*TERMS, "rate_ppm") if getattr(self, name) is not None]
        lacking = [name for name in TERMS if name not in given]
        if given and lacking:
            raise wrong(
                "missing beside the other terms of the receivable",
                f"give {', '.join(TERMS)} together, or ref alone for one of the ledger",
                (lacking[0],),
            )
        if self.issued_on is not None and self.due_on is not None and self.due_on < self.issued_on:
            raise wrong(
                "due before issue", "correct issued_on or due_on: due comes later", ("due_on",)
            )
        return self

    def brought(self) -> ReceivableBrought:
        """The receivable as the path takes it."""
        if self.issued_on is None:
            return ReceivableBrought(self.ref)
        return ReceivableBrought(self.ref, Terms(**self.model_dump(exclude={"ref"})))


class ScoreRequest(Body):
    """A supplier asks for money against receivables on one buyer.

    融资评分申请。
    """

    request_id: Key = Field(description="Your own id of the request", examples=["R-1"])
    supplier: Party = Field(description="Who sells and is owed 供应商")
    buyer: Party = Field(description="Who must pay 买方（核心企业）")
    receivables: Annotated[
        tuple[Receivable, ...], Field(min_length=1, max_length=MOST_RECEIVABLES)
    ] = Field(description="The claims offered, each once 应收账款")
    amount_requested_minor: Minor | None = Field(
        default=None, description="Amount asked for, in minor units of `currency` 申请金额（分）"
    )
    currency: CurrencyCode | None = Field(
        default=None, description="Currency of every amount: that of the book; required with any"
    )
    product: Product | None = Field(default=None, description="Which product 产品")
    tenor_days: Annotated[int, Field(ge=1, le=3_650)] | None = Field(
        default=None, description="For how long the money is wanted; until due if left out 期限"
    )
    recourse: bool | None = Field(default=None, description="The supplier stands in 有追索权")
    notified: bool | None = Field(
        default=None, description="The buyer is notified of the assignment 已通知买方"
    )
    account: Literal["free", "supervised", "locked"] | None = Field(
        default=None, description="Account that the buyer pays into 回款账户"
    )
    channel_collects: bool | None = Field(
        default=None,
        description="The platform that brings the request collects funds or lends itself "
        "渠道代收或放贷",
    )
    link_disclosed: bool | None = Field(
        default=None,
        description="A link of control between supplier and buyer is disclosed 已披露关联关系",
    )
    instrument_reviewed: bool | None = Field(
        default=None,
        description="A longer tenor of the certificate was found reasonable, and that is on file "
        "已留存期限合理性审查",
    )
    advice: bool = Field(
        default=False,
        description="Look for changes that would help as well, slower 是否给出改进建议",
    )
    mode: Literal["decision", "what_if", "backtest", "monitoring"] = Field(
        default="decision",
        description="A decision is made now and recorded. `what_if` and `backtest` name an "
        "`as_of`, `monitoring` looks at an open `financing` again, now unless it names one; these "
        "bring no facts along and leave no record. 模式",
    )
    as_of: Moment | None = Field(
        default=None, description="Instant to score for; not with a decision"
    )
    financing: Key | None = Field(
        default=None,
        description="With `monitoring` the key of the open financing: the id of the score that it "
        "was drawn on. It doesn't count against itself 存续融资",
    )

    @property
    def why(self) -> Mode:
        """The mode as the path names it."""
        return Mode(self.mode)

    @model_validator(mode="after")
    def _receivables_once(self) -> Self:
        seen: set[str] = set()
        for at, receivable in enumerate(self.receivables):
            if receivable.ref in seen:
                raise wrong(
                    "the same receivable twice", "name each once", ("receivables", at, "ref")
                )
            seen.add(receivable.ref)
        return self

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.supplier.ref == self.buyer.ref:
            raise wrong("supplier and buyer are the same", "name two parties", ("buyer",))
        return self

    @model_validator(mode="after")
    def _amount_in_a_currency(self) -> Self:
        if self.amount_requested_minor is not None and self.currency is None:
            raise wrong("missing beside an amount", "name the currency", ("currency",))
        return self

    @model_validator(mode="after")
    def _mode_and_time(self) -> Self:
        if (self.mode == "monitoring") != (self.financing is not None):
            named = self.financing is not None
            fault = "only an open financing is monitored" if named else "missing with monitoring"
            remedy = "use mode monitoring" if named else "name the financing"
            raise wrong(fault, f"{remedy}, or leave it out", ("financing",))
        if self.mode == "decision":
            if self.as_of is not None:
                raise wrong(
                    "a decision is made at the server's time",
                    "leave as_of out, or use mode what_if or backtest",
                    ("as_of",),
                )
        elif self.as_of is None and self.mode != "monitoring":
            raise wrong(f"missing with mode {self.mode}", AN_INSTANT, ("as_of",))
        elif self.brought().anything:
            raise wrong(
                f"facts are brought along, and mode {self.mode} brings none",
                "name parties and receivables of the ledger by ref alone, or use mode decision",
                ("mode",),
            )
        return self

    def brought(self) -> Brought:
        """The parties and receivables as the path takes them."""
        return Brought(
            self.supplier.brought(),
            self.buyer.brought(),
            tuple(receivable.brought() for receivable in self.receivables),
        )
