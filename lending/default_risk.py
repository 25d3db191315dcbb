"""Risk as terms take it: a probability of default, and nothing else that a bundle may tell."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.faults import Fault
from lending.bounds import share, whole
from lending.decision import TERMS_REFUSED
from lending.frozen import frozen
from lending.loss_rules import Cause
from models.event import Event


class NoTerms(Fault):
    """There is nothing that terms could be computed for."""

    code = "no-terms"


def terms_refused(event: Event) -> str:
    """Why a bundle of this event gives no terms; empty where it does."""
    return "" if event.kind == "default" else TERMS_REFUSED.format(event=event.en)


@frozen
class Risk:
    """Probabilities of default of a request.

    Attributes
    ----------
    event : Event
        What the bundle's probability is of.
    pd_maturity : float
        To ``horizon_days``.
    pd_12m : float
        The same hazard over 12 months.
    horizon_days : int
        Tenor + 90 days.
    buyer_pd_12m, supplier_pd_12m : float or None
        The parties' own, by models of theirs; None takes their rating's.
    causes : mapping of Cause to float or None
        ``P(cause | default)``, sum 1; None takes the shares of practice.

    Raises
    ------
    NoTerms
        Where the event isn't the default of a financing.
    """

    event: Event
    pd_maturity: float
    pd_12m: float
    horizon_days: int
    buyer_pd_12m: float | None = None
    supplier_pd_12m: float | None = None
    causes: Mapping[Cause, float] | None = None

    def __post_init__(self) -> None:
        refused = terms_refused(self.event)
        if refused:
            raise NoTerms(
                refused,
                field="event",
                remedy="score with a bundle whose event is of kind default",
            )
        share("pd_maturity", self.pd_maturity)
        share("pd_12m", self.pd_12m)
        whole("horizon_days", self.horizon_days, 1)
