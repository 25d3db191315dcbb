"""Figures of what is lost, and of who stands in: the part ``[loss]`` of the terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Cause = Literal[
    "BUYER_CREDIT",
    "SUPPLIER_CREDIT",
    "DILUTION",
    "DISPUTE",
    "FRAUD_FICTITIOUS",
    "FRAUD_DOUBLE",
    "FRAUD_CIRCULAR",
    "DIVERSION",
    "OPERATIONAL",
]
"""Why a financing defaults, by the names of the ledger's outcomes (domain.md section 1.5)."""

CAUSES: tuple[Cause, ...] = get_args(Cause)

GUARANTEES = ("joint", "general", "government", "reinsurance", "counter")
COLLATERALS = (
    "receivable_pool",
    "e_certificate",
    "bill",
    "warehouse_receipt",
    "inventory",
    "equipment",
    "environmental_right",
    "ip",
    "deposit",
)
"""Kinds of cover, by the names of the ledger's facts."""

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, lt=1)]
Exact = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
Days = Annotated[int, Field(ge=0)]
Factor = Annotated[float, Field(ge=0, le=100)]


class Figures(BaseModel):
    """A table of figures: nothing may be missing, and nothing that isn't asked for be there."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CauseRates(Figures):
    """What a default of one cause still brings.

    Attributes
    ----------
    buyer_share : float
        Of the claim after dilution, what the buyer pays.
    supplier_share : float
        Of what the buyer left, what recourse to the supplier brings.
    recover_days : int
        Days from default until the money is there, from whatever source.
    """

    buyer_share: Share
    supplier_share: Share
    recover_days: Days


class CauseShares(Figures):
    """Shares of the causes among defaults, by structure: used where no model gives them.

    Attributes
    ----------
    recourse, no_recourse : mapping of Cause to float
        Of claims that aren't confirmed, paid into a controlled account; sum 1, causes left out 0.
    confirmed : mapping of Cause to float
        What a cause's share is multiplied by where the claims are confirmed.
    uncontrolled : mapping of Cause to float
        The same where the buyer isn't notified and the supplier's own account is paid into.
    """

    recourse: dict[Cause, Share]
    no_recourse: dict[Cause, Share]
    confirmed: dict[Cause, Factor]
    uncontrolled: dict[Cause, Factor]

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        for name in ("recourse", "no_recourse"):
            total = sum(getattr(self, name).values())
            if abs(total - 1.0) > 1e-9:
                raise ValueError(f"cause_shares.{name} adds up to {total}, not to 1")
        return self


class GuarantorRates(Figures):
    """What one kind of guarantee is worth.

    Attributes
    ----------
    pays_share : float
        What a guarantor that hasn't failed pays of what it owes.
    substitutes : bool
        It may stand in the debtor's place, in price and capital (CRE22: direct, explicit,
        unconditional).
    """

    pays_share: Share
    substitutes: bool


class CollateralRates(Figures):
    """What one kind of collateral is worth.

    Attributes
    ----------
    haircut_share : float
        Taken off its value where it has no haircut of its own.
    counts_as : str or None
        Its kind for regulatory capital; None where the rules don't count it.
    """

    haircut_share: Share
    counts_as: Literal["receivables", "real_estate", "other_physical", "financial"] | None = None


class LossRules(Figures):
    """Parameters of exposure and loss given default (domain.md section 3.3)."""

    floor_share: Share
    workout_share: Share
    downturn_share: Share
    days_to_default: Days
    interest_year_days: Literal[360, 365]
    undrawn_cancellable_share: Share
    undrawn_committed_share: Share
    unknown_dilution_share: Share
    unrated_fails_share: Share
    unknown_perfection_share: Share
    insurance_excludes: frozenset[Cause]
    causes: dict[Cause, CauseRates]
    cause_shares: CauseShares
    guarantors: dict[str, GuarantorRates]
    collateral: dict[str, CollateralRates]

    @model_validator(mode="after")
    def _every_kind(self) -> Self:
        for name, kinds in (
            ("causes", CAUSES),
            ("guarantors", GUARANTEES),
            ("collateral", COLLATERALS),
        ):
            missing = [kind for kind in kinds if kind not in getattr(self, name)]
            if missing:
                raise ValueError(f"{name} has no rates for {', '.join(missing)}")
        return self
