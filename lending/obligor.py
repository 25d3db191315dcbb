"""Regulatory capital of a financing as it is seen: who must pay, with what behind, and who instead.

Whoever buys a receivable has a claim on the buyer, with dilution as a risk of its own; a loan
against receivables is a claim on the supplier, with the receivables as collateral (CRE34, CRE32).
"""

from __future__ import annotations

from features.circumstances.cover_seen import Guarantor as GuarantorSeen
from features.circumstances.request_seen import Circumstances
from lending.capital import (
    Capital,
    Debtor,
    Guarantor,
    capital_share,
    dilution_capital,
    floored,
    maturity_years,
    substituted,
    with_dilution,
)
from lending.cover_acting import covered_share
from lending.frozen import frozen
from lending.regulatory import Eligible, foundation_lgd
from lending.terms import CapitalRules, TermsTable

HIGHEST_PD = 1.0 - 1e-5
"""Above it the capital function isn't defined; what is expected is all there is."""


@frozen
class Obligor:
    """Who must pay, for capital.

    Attributes
    ----------
    buyer : bool
        The buyer of goods, whose receivable was bought; else the supplier, who borrows.
    debtor : Debtor
    """

    buyer: bool
    debtor: Debtor


def is_purchase(seen: Circumstances, rules: CapitalRules) -> bool:
    """Whether the receivable is bought; by the product, else unless there is recourse."""
    return seen.recourse is not True if seen.product is None else seen.product in rules.purchased


def obligor_of(
    seen: Circumstances,
    *,
    pd_12m: float,
    tenor_days: int,
    ead_minor: int,
    claims_minor: int,
    table: TermsTable,
) -> Obligor:
    """Who must pay.

    Parameters
    ----------
    pd_12m : float
        The obligor's probability of default within 12 months, before the floor.
    claims_minor : int
        What counts of the receivables: collateral, where they aren't bought.
    """
    rules = table.capital
    purchased = is_purchase(seen, rules)
    liquidates = purchased if seen.product is None else seen.product in rules.self_liquidating
    sales = (seen.buyer if purchased else seen.supplier).annual_sales_minor
    held = _eligible(seen, 0 if purchased else claims_minor, table)
    debtor = Debtor(
        pd_12m=min(HIGHEST_PD, floored(pd_12m, rules)),
        lgd_share=foundation_lgd(ead_minor, held, "senior", table.regulatory_lgd),
        maturity_years=maturity_years(
            tenor_days, self_liquidating=liquidates, treatment=rules.maturity
        ),
        sales=None if sales is None else sales / rules.small.unit_minor,
    )
    return Obligor(purchased, debtor)


def least_capital(
    seen: Circumstances,
    obligor: Obligor,
    dilution_share: float,
    ead_minor: int,
    table: TermsTable,
) -> tuple[Capital, str | None]:
    """Capital with the guarantor that needs least, and its ref; None where none lowers it.

    Parameters
    ----------
    dilution_share : float
        Expected dilution of a year; it ties up capital where the receivable is bought.
    """
    rules = table.capital
    own = capital_share(obligor.debtor, rules.small)
    least, by = own, None
    for one in seen.guarantees:
        guarantor = _guarantor(one, obligor.debtor, ead_minor, table)
        if guarantor is None:
            continue
        held = substituted(own, guarantor, rules)
        if held < least:
            least, by = held, one.ref
    diluted = dilution_capital(dilution_share, rules) if obligor.buyer else 0.0
    return with_dilution(least, diluted, rules), by


def _guarantor(
    one: GuarantorSeen, debtor: Debtor, ead_minor: int, table: TermsTable
) -> Guarantor | None:
    """Whoever may stand in the debtor's place; None without a rating, but for a government's."""
    kind = table.loss.guarantors[one.guarantee]
    government = one.guarantee == "government"
    if not kind.substitutes or (one.pd_12m is None and not government):
        return None
    unsecured = table.regulatory_lgd.unsecured["senior"]
    pd_12m = min(HIGHEST_PD, floored(one.pd_12m or 0.0, table.capital))
    return Guarantor(
        covered_share(one, ead_minor),
        Debtor(pd_12m, unsecured, debtor.maturity_years),
        unsecured,
        government,
    )


def _eligible(seen: Circumstances, claims_minor: int, table: TermsTable) -> list[Eligible]:
    """Collateral that capital counts: certainly perfected, and nobody else's; the best first.

    In that order more of it never raises the loss.
    """
    held = [Eligible("receivables", claims_minor)] if claims_minor else []
    for one in seen.collaterals:
        kind = table.loss.collateral[one.kind]
        if kind.counts_as is None or one.value_minor is None:
            continue
        if one.perfected and one.exclusive is not False:
            own = one.haircut_share if kind.counts_as == "financial" else None
            held.append(Eligible(kind.counts_as, one.value_minor, own))
    secured = table.regulatory_lgd.secured
    return sorted(held, key=lambda one: secured[one.kind].lgd_share)
