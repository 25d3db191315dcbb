"""What stands behind a financing, as loss and price take it.

A guarantee acts once (domain.md section 7.3, law 7): it pays in the waterfall, or it stands in the
debtor's place in the price, whichever leaves less to lose. Regulatory capital is a measure of its
own: `lending.obligor`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.circumstances.cover_seen import Guarantor, Pledged
from features.circumstances.request_seen import Circumstances
from lending.frozen import frozen
from lending.loss import Exposure, Loss, expected_loss
from lending.loss_rules import Cause, LossRules
from lending.price import Cover
from lending.recovery import Collateral, Guarantee, Insurance, Security
from models.facility import YEAR_DAYS, over_days


@frozen
class Acting:
    """How cover acts on the expected loss.

    Attributes
    ----------
    loss : Loss
        With the guarantor's probability of default on the part that it covers by substitution.
    security : Security
        What pays in the waterfall.
    cover : Cover or None
        The guarantor that stands in the debtor's place instead; it isn't in the waterfall.
    lost_share : float
        Expected loss, of the exposure at default.
    """

    loss: Loss
    security: Security
    cover: Cover | None
    lost_share: float


def least_loss(
    pd_horizon: float,
    exposure: Exposure,
    security: Security,
    chances: Mapping[Cause, float],
    *,
    instead: Sequence[Cover],
    rules: LossRules,
) -> Acting:
    """The way for guarantees to act that leaves least to lose; the waterfall where none has less.

    Parameters
    ----------
    security : Security
        With every guarantee in the waterfall: `security_of`.
    instead : sequence of Cover
        Guarantors that may stand in the debtor's place: `covers_of`.
    """
    found: list[Acting] = []
    for cover in instead:
        without = security.without(cover.ref)
        borne = cover.borne(pd_horizon)
        loss = expected_loss(borne, exposure, without, chances, rules)
        found.append(Acting(loss, without, cover, borne * loss.given_default.lgd_share))
    least = min(found, key=lambda one: one.lost_share, default=None)
    if least is not None and least.lost_share < pd_horizon * rules.floor_share:
        return least  # no waterfall leaves less than the floor
    loss = expected_loss(pd_horizon, exposure, security, chances, rules)
    alone = Acting(loss, security, None, pd_horizon * loss.given_default.lgd_share)
    return least if least is not None and least.lost_share < alone.lost_share else alone


def covers_of(
    guarantors: Sequence[Guarantor], horizon_days: int, ead_minor: int, rules: LossRules
) -> list[Cover]:
    """Guarantors that may stand in the debtor's place in the price: of a kind that may, and rated.

    Without their fees, which are due whichever way they act: `fees_rate`.
    """
    return [
        Cover(one.ref, covered_share(one, ead_minor), _fails(one.pd_12m, horizon_days))
        for one in guarantors
        if one.pd_12m is not None and rules.guarantors[one.guarantee].substitutes
    ]


def fees_rate(guarantors: Sequence[Guarantor]) -> float:
    """Fees of all guarantees for a year, of the amount."""
    return min(1.0, sum(one.covered_share * (one.fee_rate or 0.0) for one in guarantors))


def security_of(
    seen: Circumstances,
    face_minor: int,
    dilution_share: float,
    horizon_days: int,
    rules: LossRules,
) -> Security:
    """Everything behind a financing, with every guarantee in the waterfall.

    Recourse that nobody told of is none; collateral without a value is worth nothing.

    Parameters
    ----------
    face_minor : int
        What counts of the receivables and isn't financed already.
    """
    return Security(
        face_minor=face_minor,
        dilution_share=dilution_share,
        recourse_share=1.0 if seen.recourse else 0.0,
        guarantees=tuple([_guarantee(one, horizon_days, rules) for one in seen.guarantees]),
        insurances=tuple(
            [
                Insurance(one.ref, one.insured_share, one.deductible_share, one.limit_minor)
                for one in seen.insurances
            ]
        ),
        collaterals=tuple([_collateral(one, rules) for one in seen.collaterals]),
    )


def covered_share(one: Guarantor, ead_minor: int) -> float:
    """Share of the exposure that a guarantor bears: its share, at most what its cap is of it."""
    if one.cap_minor is None:
        return one.covered_share
    return min(one.covered_share, one.cap_minor / ead_minor)


def _guarantee(one: Guarantor, horizon_days: int, rules: LossRules) -> Guarantee:
    """In the waterfall; a guarantor without a rating fails as often as the rules say."""
    fails = rules.unrated_fails_share
    return Guarantee(
        one.ref,
        one.covered_share,
        one.cap_minor,
        fails if one.pd_12m is None else _fails(one.pd_12m, horizon_days),
        rules.guarantors[one.guarantee].pays_share,
    )


def _fails(pd_12m: float, horizon_days: int) -> float:
    return over_days(pd_12m, YEAR_DAYS, horizon_days)


def _collateral(one: Pledged, rules: LossRules) -> Collateral:
    """A haircut that nobody told is the rules'; what others have a right in is worth nothing."""
    usual = rules.collateral[one.kind].haircut_share
    perfected = rules.unknown_perfection_share if one.perfected is None else float(one.perfected)
    return Collateral(
        one.ref,
        one.value_minor or 0,
        usual if one.haircut_share is None else one.haircut_share,
        0.0 if one.exclusive is False else perfected,
    )
