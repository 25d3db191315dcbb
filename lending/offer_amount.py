"""How much is offered and for how long: from the live facts to limit and tenor."""

from __future__ import annotations

from features.circumstances.request_seen import Circumstances
from lending.advance import AdvanceRate, Past, advance_rates, base_minor
from lending.eligible import Counted, Receivable, eligible
from lending.frozen import frozen
from lending.limit import Limit, Lines, limit
from lending.offered_claims import book_of, cash_control, past_of, receivables_of, rooms_of
from lending.tenor import Tenor, tenor
from lending.terms import TermsTable


@frozen
class Amount:
    """How much, and what holds it down.

    Attributes
    ----------
    offered_minor : int
        What is asked for, at most the limit; the limit where no amount is asked for. 0 where no day
        is left to lend over.
    asked_minor : int or None
    tenor : Tenor
    claims : tuple of Receivable
        In the order of the request.
    counted : Counted
        What of them counts, and what doesn't, with reasons.
    rates : tuple of AdvanceRate
        Of each claim.
    past : Past or None
        How receivables of the pair went; None where too little is known.
    limit : Limit
    """

    offered_minor: int
    asked_minor: int | None
    tenor: Tenor
    claims: tuple[Receivable, ...]
    counted: Counted
    rates: tuple[AdvanceRate, ...]
    past: Past | None
    limit: Limit

    @property
    def eligible_minor(self) -> int:
        """What counts of the claims."""
        return sum(self.counted.amounts_minor)

    @property
    def free_minor(self) -> int:
        """What counts and isn't financed already: what stands behind this financing."""
        pairs = zip(self.claims, self.counted.amounts_minor, strict=True)
        return sum([max(0, amount - one.financed_minor) for one, amount in pairs])


def amount_of(seen: Circumstances, table: TermsTable, lines: Lines) -> Amount:
    """How much is offered; independent of the probability of default."""
    rules = table.advance
    claims = receivables_of(seen)
    counted = eligible(claims, book_of(seen.pair, claims), seen.day, rules)
    past = past_of(seen.pair, rules)
    rates = advance_rates(
        claims,
        past,
        cash_control=cash_control(seen.account),
        fee_reserve=rules.fee_reserve_share,
        rules=rules,
    )
    rooms = rooms_of(seen, base_minor(claims, counted, rates), lines, table.limit)
    most = limit(rooms, table.limit)
    runs = _tenor(seen, table)
    asked = seen.amount_requested_minor
    offered = most.amount_minor if asked is None else min(asked, most.amount_minor)
    return Amount(
        offered_minor=offered if runs.days else 0,
        asked_minor=asked,
        tenor=runs,
        claims=tuple(claims),
        counted=counted,
        rates=rates,
        past=past,
        limit=most,
    )


def _tenor(seen: Circumstances, table: TermsTable) -> Tenor:
    """Without any due date what is asked for, else the longest that policy allows."""
    due = [claim.due_on for claim in seen.claims if claim.due_on is not None]
    asked = seen.tenor_days
    if not due and asked is None:
        asked = table.tenor.most_days
    return tenor(due, seen.pair.delay_p75_days, seen.day, table.tenor, asked)
