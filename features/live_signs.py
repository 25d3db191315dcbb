"""Signs of fraud in the live facts of a request, each with the facts that show it.

Whatever is bad of a claim is looked at again by itself here, for its evidence; of an honest request
that is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log10

from features.circumstances.claim_seen import AskedClaim, Overlap
from features.circumstances.sign_seen import SIGNS, Sign, SignKind
from features.graph.trade_graph import QUARTER_DAYS
from features.graph_rows import FRESH_DAYS
from features.live_alike import (
    Compared,
    Earlier,
    by_day,
    earlier_claims,
    parts_of,
    registered_alike,
)
from features.live_context import Context
from features.live_events import impossible, ordered
from features.live_financed import financings_of
from features.live_links import Links
from features.live_papers import Papers, delivery_seen, invoice_state, papers_of
from features.live_rows import Row, Sight, holds, latest
from features.live_title import duplicates_of, registry_seen
from features.sources import Source

BAD_INVOICES = {"not_found": 1.0, "void": 1.0, "full_red": 1.0, "abnormal": 1.0}
OVERLAPS: dict[Overlap, float] = {"exact": 1.0, "description": 0.5, "floating": 0.2}
"""How clearly each is a sign: an honest supplier may have a floating charge at another lender."""

WHOLE_MINOR = 1_000_000
"""An amount is round in whole ten thousands of a currency with two digits."""

USUALLY_ROUND, DRAWN = 0.17, 3
"""Share of round invoices where little is known of a supplier, as of three invoices of its: of
475,000 sales invoices of 425 Chinese firms 16.5 % are in whole ten thousands."""

CLEAR = 2.0
"""Round amounts are a clear sign where so many, by this supplier's habit, come once in 10 to the
power of this."""

RELATED, CONTROLLED = 0.5, 1.0


def signs_seen(context: Context, links: Links, claims: Sequence[AskedClaim]) -> tuple[Sign, ...]:
    """The signs of a request, in the order of `SIGNS` and of the claims; cites their evidence."""
    looking = _Looking(context, links, claims)
    found = sorted(looking.every(), key=lambda sign: (SIGNS.index(sign.kind), sign.about))
    return tuple(found)


class _Looking:
    """One request being looked at."""

    def __init__(self, context: Context, links: Links, claims: Sequence[AskedClaim]) -> None:
        self._context, self._links, self._claims = context, links, claims
        self._sight = context.sight
        self._asked = {claim.ref for claim in claims}
        self._earlier = earlier_claims(context.sight, context.supplier, self._asked)
        self._compared = Compared(self._earlier)
        self._earlier_by_day = by_day(one.claim for one in self._earlier)
        rows = [(one, context.sight.one("receivable", one.ref)) for one in claims]
        self._orders = any(
            row["buyer"] == context.buyer
            for row in context.sight.of("purchase_order", "supplier", context.supplier)
        )
        self._rows = [(one, row) for one, row in rows if row is not None]
        self._papers = {
            one.ref: papers_of(context.sight.apart(), row, context.supplier)
            for one, row in self._rows
        }

    def every(self) -> Iterator[Sign]:
        """Every sign, in no order."""
        for claim, row in self._rows:
            papers = self._papers[claim.ref]
            yield from self._of_title(claim, row, papers)
            yield from self._of_likes(claim, row, papers)
            yield from self._of_papers(claim, row, papers)
        yield from self._wholes()
        yield from self._circular()
        yield from self._related()
        yield from self._round()

    def _sign(
        self, kind: SignKind, about: str, strength: float, shown: Sight | Sequence[Row]
    ) -> Sign:
        if not isinstance(shown, Sight):
            apart = self._sight.apart()
            apart.cite(*shown)
            shown = apart
        return Sign(kind, about, round(min(1.0, strength), 6), self._sight.take(shown))

    def _of_title(self, claim: AskedClaim, row: Row, papers: Papers) -> Iterator[Sign]:
        """Who else has the claim."""
        context, apart = self._context, self._sight.apart
        if claim.duplicate_of:
            duplicates_of(shown := apart(), row, papers)
            shown.cite(*papers.invoices)
            yield self._sign("duplicate", claim.ref, 1.0, shown)
        strength = OVERLAPS.get(claim.earlier_overlap or "none", 0.0)
        if strength:
            registry_seen(
                shown := apart(),
                row,
                papers,
                (context.supplier, context.buyer),
                day=context.day,
                time_zone=context.time_zone,
                told=True,
            )
            yield self._sign("earlier_claim", claim.ref, strength, shown)
        owed = claim.owed_minor if claim.owed_minor is not None else claim.face_minor
        if owed is not None and claim.financed_minor > owed:
            shown = apart()
            for financing, offered in financings_of(shown, claim.ref):
                if context.lent.out(financing, shown.through):
                    shown.cite(row, offered, *context.lent.behind(financing, shown.through))
            yield self._sign("over_assigned", claim.ref, 1.0, shown)

    def _of_likes(self, claim: AskedClaim, row: Row, papers: Papers) -> Iterator[Sign]:
        """What is nearly this claim, or adds up to it."""
        own = (row, *papers.links, *papers.invoices)
        context = self._context
        registered = list(
            registered_alike(self._sight, context.supplier, row, papers, day=context.day)
        )
        best = self._compared.nearest(row, papers)
        strengths = [near for near, _ in registered]
        if best is not None:
            strengths.append(best[0])
        if strengths:
            shown = [*own, *(entry for _, entry in registered)]
            if best is not None:
                shown += _shown(best[1])
            yield self._sign("near_duplicate", claim.ref, max(strengths), shown)
        if parts := parts_of(row, self._earlier_by_day):
            financed = [one for one in self._earlier if one.claim in parts]
            shown = [*own, *(fact for one in financed for fact in _shown(one))]
            yield self._sign("split", claim.ref, 1.0, shown)

    def _wholes(self) -> Iterator[Sign]:
        """Claims of this request that together are one which is financed."""
        rows = by_day(row for _, row in self._rows)
        for one in self._earlier if len(rows) > 1 else ():
            if parts := parts_of(one.claim, rows):
                yield self._sign("split", "request", 1.0, [*parts, *_shown(one)])
                return

    def _of_papers(self, claim: AskedClaim, row: Row, papers: Papers) -> Iterator[Sign]:
        """Whether a trade stands behind the claim."""
        apart, told = self._sight.apart, self._context.has_told
        if strength := BAD_INVOICES.get(claim.invoice_state or "valid"):
            invoice_state(shown := apart(), papers, told=told(Source.INVOICES))
            shown.cite(*papers.links, *papers.invoices)
            yield self._sign("bad_invoice", claim.ref, strength, shown)
        if events := impossible(self._sight, row, papers):
            yield self._sign("impossible_order", claim.ref, 1.0, events)
        own = [one for one in papers.invoices if self._of_pair(one)]
        if told(Source.PLATFORM) and own:
            if not any(ordered(self._sight, one) for one in own):
                if self._orders:
                    yield self._sign("no_order", claim.ref, self._habit(), own)
            elif claim.delivered is False:
                delivery_seen(shown := apart(), papers, told=True)
                shown.cite(*papers.invoices)
                yield self._sign("no_delivery", claim.ref, 1.0, shown)
        if claim.confirmation_level == 0:
            answer = latest(self._sight.of("confirmation", "receivable", claim.ref))
            yield self._sign("unconfirmed", claim.ref, 1.0, [answer or row])

    def _of_pair(self, invoice: Row) -> bool:
        """Whether an invoice is the supplier's on the buyer; of others no orders are read."""
        parties = (self._context.supplier, self._context.buyer)
        return (invoice["seller"], invoice["buyer"]) == parties

    def _habit(self) -> float:
        """Share of the pair's financed invoices that have an order, drawn to half by two."""
        others = [row for one in self._earlier for row in one.invoices if self._of_pair(row)]
        having = sum(ordered(self._sight, row) for row in others)
        return (having + 1) / (len(others) + 2)

    def _circular(self) -> Iterator[Sign]:
        """The rings in which the nightly step has found the supplier (docs/graph.md).

        Money goes round before money is asked for: the older its last sale, the less it tells.
        """
        day = self._context.day
        rings = [
            row
            for row in self._sight.of("graph_measure", "party", self._context.supplier)
            if row["measure"] == "ring_share" and 0 <= day - row["measured_on"] <= FRESH_DAYS
        ]
        if not rings:
            return
        partners = {row["other"] for row in rings}
        sold = [
            row
            for other in sorted(partners)
            for row in self._sight.of("invoice", "buyer", other)
            if row["seller"] == self._context.supplier
            and 0 <= day - row["issued_on"] < QUARTER_DAYS + FRESH_DAYS
        ]
        last = max((row["issued_on"] for row in sold), default=rings[0]["measured_on"])
        strength = 1.0 - (day - last) / (QUARTER_DAYS + FRESH_DAYS)
        yield self._sign("circular", "request", strength, [*rings, *sold])

    def _related(self) -> Iterator[Sign]:
        """A relation between supplier and buyer, the strongest with all that leads to it."""
        context, shown = self._context, self._sight.apart()
        pair = {context.supplier, context.buyer}
        between = [
            row
            for row in self._sight.of("party_relation", "party", context.supplier)
            + self._sight.of("party_relation", "other", context.supplier)
            if {row["party"], row["other"]} == pair
            and row["relation"] != "guarantor_of"
            and holds(row, context.day)
        ]
        shown.cite(*between)
        controlled = Links(shown, context.day).linked(context.supplier, context.buyer)
        if between or controlled:
            yield self._sign("related", "request", CONTROLLED if controlled else RELATED, shown)

    def _round(self) -> Iterator[Sign]:
        """Whether every invoice asked for is round, and how seldom this supplier's are."""
        asked = [row for papers in self._papers.values() for row in papers.invoices]
        if not asked or not all(_is_round(row) for row in asked):
            return
        others = [row for one in self._earlier for row in one.invoices]
        whole = sum(_is_round(row) for row in others)
        share = (whole + DRAWN * USUALLY_ROUND) / (len(others) + DRAWN)
        strength = -len(asked) * log10(share) / CLEAR
        yield self._sign("round_amounts", "request", strength, asked)


def _shown(one: Earlier) -> tuple[Row, ...]:
    return (one.claim, *one.invoices, *one.shown_by)


def _is_round(invoice: Row) -> bool:
    return bool(invoice["gross_minor"] > 0 and invoice["gross_minor"] % WHOLE_MINOR == 0)
