"""Circumstances of a request from the facts that are visible at its instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from features.at_hand import AtHand
from features.circumstances.party_seen import PartySeen
from features.circumstances.request_seen import Circumstances
from features.live_claims import claims_seen
from features.live_context import Context
from features.live_cover import collaterals_seen, guarantees_seen, insurances_seen
from features.live_financed import Lent
from features.live_links import Links
from features.live_pair import OF_PAIR, pair_seen, used_seen
from features.live_parties import is_public, party_seen, size_of
from features.live_rows import LiveFacts, Row, Sight
from features.live_signs import signs_seen
from features.live_turnover import turnover_of, years_of
from ledger.clocks import from_day_number
from ledger.pending_holds import PendingHold

MEASURED = (*OF_PAIR, "buyer_logit_pd", "supplier_logit_pd", "buyer_paper_unpaid_minor")
"""Features and measures of history that circumstances repeat."""


@dataclass(frozen=True)
class Worth:
    """A kept value of a supplier: the fact that tells it, and P10 of a year after costs."""

    fact_id: str
    p10_minor: int


@dataclass(frozen=True)
class Asking:
    """A request, as far as circumstances go.

    Attributes
    ----------
    supplier, buyer : str
    receivables : tuple of str
    through : int
        The live cut, in microseconds.
    day : int
        Its day in the tenant's time zone.
    currency : str
        The book's, of every amount.
    amount_requested_minor, product, tenor_days, recourse, notified, account : optional
        What is asked, in the words of the fact ``financing_request``.
    channel_collects, link_disclosed, instrument_reviewed : bool or None
        What the request says of itself; None where it says nothing.
    worth : Worth or None
        What the supplier's business is worth; None where no value is kept.
    """

    supplier: str
    buyer: str
    receivables: tuple[str, ...]
    through: int
    day: int
    currency: str
    amount_requested_minor: int | None = None
    product: str | None = None
    tenor_days: int | None = None
    recourse: bool | None = None
    notified: bool | None = None
    account: str | None = None
    channel_collects: bool | None = None
    link_disclosed: bool | None = None
    instrument_reviewed: bool | None = None
    worth: Worth | None = None


class LiveView:
    """The live facts of some requests.

    Parameters
    ----------
    kinds : mapping of kind to rows of ``ledger.reader``
        Every revision of the facts that the requests may rest on, and any others.
    pending : iterable of PendingHold
    time_zone : ZoneInfo
        The tenant's.
    """

    def __init__(
        self,
        kinds: Mapping[str, Iterable[Row]],
        pending: Iterable[PendingHold],
        time_zone: ZoneInfo,
    ) -> None:
        self._facts, self._time_zone = LiveFacts(kinds), time_zone
        self._lent = Lent(self._facts, pending, time_zone.key)

    def and_also(self, more: Mapping[str, Iterable[Row]]) -> LiveView:
        """The same with more facts, of kinds that nothing lent rests on."""
        view = copy(self)
        view._facts = self._facts.and_also(more)
        return view

    def sight(self, through: int) -> Sight:
        """The facts at an instant, in microseconds."""
        return Sight(self._facts, through)

    def circumstances(
        self, asking: Asking, measured: Mapping[str, float], at_hand: AtHand
    ) -> Circumstances:
        """What is seen of one request.

        Parameters
        ----------
        measured : mapping of str to float
            Its values of `MEASURED`; NaN where missing.
        at_hand : AtHand
            What the sources have told of its parties.
        """
        sight = self.sight(asking.through)
        links = Links(sight, asking.day)
        parties = {"supplier": asking.supplier, "buyer": asking.buyer}
        years = {of: years_of(sight, ref, asking.day) for of, ref in parties.items()}
        context = self._context(asking, sight, at_hand)
        claims = claims_seen(context, asking.receivables)
        refs = {claim.ref for claim in claims}
        unpaid = {"supplier": float("nan"), "buyer": measured["buyer_paper_unpaid_minor"]}

        def party(of: str) -> PartySeen:
            return party_seen(
                sight,
                links,
                parties[of],
                at_hand.states[of],
                day=asking.day,
                sales_minor=years[of].sales_minor,
                logit_pd=measured[f"{of}_logit_pd"],
                unpaid_minor=unpaid[of],
            )

        return Circumstances(
            day=from_day_number(asking.day),
            currency=asking.currency,
            amount_requested_minor=asking.amount_requested_minor,
            product=asking.product,
            tenor_days=asking.tenor_days,
            recourse=asking.recourse,
            notified=asking.notified,
            account=asking.account,
            channel_collects=asking.channel_collects,
            claims=claims,
            supplier=party("supplier"),
            buyer=party("buyer"),
            pair=pair_seen(context, links, measured, claims, link_disclosed=asking.link_disclosed),
            used=used_seen(context, links),
            guarantees=guarantees_seen(sight, asking.supplier, refs, asking.day),
            insurances=insurances_seen(sight, asking.supplier, asking.buyer, refs, asking.day),
            collaterals=collaterals_seen(sight, asking.supplier, refs),
            turnover=turnover_of(years["supplier"]),
            value_p10_minor=None if asking.worth is None else asking.worth.p10_minor,
            data_tier=at_hand.tier,
            signs=signs_seen(context, links, claims),
            evidence=_with_worth(sight.evidence, asking.worth),
        )

    def _context(self, asking: Asking, sight: Sight, at_hand: AtHand) -> Context:
        return Context(
            sight=sight,
            lent=self._lent,
            supplier=asking.supplier,
            buyer=asking.buyer,
            day=asking.day,
            currency=asking.currency,
            time_zone=self._time_zone,
            told=at_hand.states["supplier"],
            sizes={
                "supplier": size_of(sight, asking.supplier),
                "buyer": size_of(sight, asking.buyer),
            },
            buyer_public=is_public(sight, asking.buyer),
            product=asking.product,
            instrument_reviewed=asking.instrument_reviewed,
        )


def _with_worth(evidence: tuple[str, ...], worth: Worth | None) -> tuple[str, ...]:
    return evidence if worth is None else tuple(sorted({*evidence, worth.fact_id}))
