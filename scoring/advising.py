"""Advice on one request: what would help, and what each amount would bring; all of it scored."""

from __future__ import annotations

from lending.advice import Advice, Rescore, advise
from lending.changes import Change
from lending.levers import Case, amounts_tried
from lending.pack import Pack
from lending.policy.outcomes import Decision
from models.bundle import Bundle
from scoring.path import Scored


def advice_for(scored: Scored, rescore: Rescore, bundle: Bundle, pack: Pack) -> Advice:
    """What would help a request; nothing where it couldn't be scored at all."""
    if scored.offer.decision is Decision.CANNOT_SCORE:
        return Advice((), ())
    rules, case = pack.terms.table.advice, Case(scored.seen, scored.seen.currency)
    asked = scored.seen.amount_requested_minor
    amounts = [] if asked is None else [asked, *amounts_tried(case, rules)]
    now, *curve = rescore([Change(), *(Change(amount_requested_minor=one) for one in amounts)])
    options = advise(case, now, rescore, cut=_cut(bundle, pack), rules=rules)
    return Advice(options, tuple(zip(amounts, curve, strict=True)))


def _cut(bundle: Bundle, pack: Pack) -> float:
    """The probability below which the matrix approves; any where it has no bands."""
    ends = dict(pack.policy.matrix.bands[0].below)
    return {str(kind): end for kind, end in ends.items()}.get(bundle.card.event.kind, 1.0)
