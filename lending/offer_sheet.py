"""The terms of an offer and what would help, as plain values: for the lender and the record."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lending.advice import Option, Outcome
from lending.offer_amount import Amount
from lending.offer_terms import OfferTerms
from lending.recovery import Promised, recover
from lending.terms import TermsTable


def terms_sheet(terms: OfferTerms, table: TermsTable) -> dict[str, Any]:
    """Everything that `terms_of` found, as JSON takes it; money in minor units, shares 0-1."""
    return {
        "priced_minor": terms.priced_minor,
        "amount": _amount(terms.amount),
        "loss": _loss(terms, table),
        "capital": {
            "obligor": "buyer" if terms.obligor.buyer else "supplier",
            **asdict(terms.obligor.debtor),
            **asdict(terms.capital),
            "risk_weight": terms.capital.risk_weight,
            "guarantor": terms.capital_by,
        },
        "price": asdict(terms.price),
        "assumed": [what.value for what in terms.assumed],
    }


def option_sheet(option: Option) -> dict[str, Any]:
    """A change that helps, and what would come of it."""
    return {
        "levers": list(option.levers),
        "en": option.en,
        "zh": option.zh,
        "days": option.days,
        **outcome_sheet(option.outcome),
        "peers_share": option.outcome.peers_share,
    }


def outcome_sheet(outcome: Outcome) -> dict[str, Any]:
    """What the whole path says of a changed request."""
    return {
        "decision": outcome.decision,
        "pd": outcome.pd,
        "pd_high": outcome.pd_high,
        "amount_minor": outcome.amount_minor,
        "rate": outcome.rate,
    }


def _amount(amount: Amount) -> dict[str, Any]:
    most, runs = amount.limit, amount.tenor
    return {
        "offered_minor": amount.offered_minor,
        "asked_minor": amount.asked_minor,
        "eligible_minor": amount.eligible_minor,
        "ineligible": [
            {"ref": one.ref, "reason": one.reason.value, "amount_minor": one.amount_minor}
            for one in amount.counted.ineligible
        ],
        "claims": [
            {
                "ref": one.ref,
                "owed_minor": one.face_minor,
                "eligible_minor": counted,
                "financed_minor": one.financed_minor,
                "advance_share": float(rate.share),
                "bound": rate.bound.value,
            }
            for one, counted, rate in zip(
                amount.claims, amount.counted.amounts_minor, amount.rates, strict=True
            )
        ],
        "reserves": {
            name: getattr(amount.rates[0], name)
            for name in ("dilution_reserve", "loss_reserve", "fee_reserve")
        }
        if amount.rates
        else None,
        "limit": {
            "amount_minor": most.amount_minor,
            "binding": most.binding.value,
            "terms_minor": {term.value: minor for term, minor in most.terms_minor.items()},
            "left_out": [term.value for term in most.left_out],
        },
        "tenor": {
            "days": runs.days,
            "matures_on": runs.matures_on.isoformat(),
            "grace_days": runs.grace_days,
            "shortened": runs.shortened,
        },
    }


def _loss(terms: OfferTerms, table: TermsTable) -> dict[str, Any]:
    """With who pays after a default of each cause."""
    loss, security = terms.acting.loss, terms.acting.security
    given, promised = loss.given_default, Promised.by(security)
    cover = terms.acting.cover
    return {
        "pd_horizon": terms.pd_horizon,
        "ead_minor": loss.ead_minor,
        "lgd_share": given.lgd_share,
        "downturn_share": given.downturn_share,
        "expected_minor": loss.expected_minor,
        "dilution_minor": loss.dilution_minor,
        "substituted_by": None if cover is None else cover.ref,
        "by_cause": {
            cause: {
                "lgd_share": lost,
                "paid_share": {
                    source.value: part
                    for source, part in recover(
                        cause,
                        loss.ead_minor,
                        promised,
                        terms.exposure.contract_rate,
                        table.loss,
                    ).shares.items()
                    if part > 0.0
                },
            }
            for cause, lost in given.by_cause.items()
        },
    }
