"""Cross terms, on the worlds of the claims asked for; their factors are taken as they are built."""

from collections.abc import Mapping
from math import log

from features import cross_terms
from features.feature import with_those_before
from tests.features import live_claim_theme
from tests.features.theme import Theme, Values

FACTORS = with_those_before(cross_terms.RELATION.after)
BEST = log(0.0003 / 0.9997)


def times(*factors: float | None) -> float | None:
    """A product; missing where a factor is."""
    product = 1.0
    for factor in factors:
        if factor is None:
            return None
        product *= factor
    return product


def less(one: float, factor: float | None) -> float | None:
    return None if factor is None else one - factor


def over(factor: float | None, by: float) -> float | None:
    return None if factor is None else factor / by


def products(of: Mapping[str, float | None]) -> Values:
    """The cross terms of factors."""
    buyer, supplier = (
        None if logit is None else max(0.0, logit - BEST)
        for logit in (of["buyer_logit_pd"], of["supplier_logit_pd"])
    )
    asked, pair = of["asked_four_flow"], of["pair_four_flow"]
    flows = pair if asked is None else asked
    unsearched = 0.0 if of["registry_state"] in {1.0, 2.0} else 1.0
    return {
        "cross_recourse_supplier": times(of["recourse"], supplier),
        "cross_buyer_tenor": times(buyer, over(of["tenor"], 90)),
        "cross_diversion": times(less(1, over(of["cash_control"], 2)), supplier),
        "cross_fictitious": times(over(less(4, of["confirm_level"]), 4), less(1, flows)),
        "cross_contagion": times(of["pair_sales_share"], buyer),
        "cross_over_assigned": times(of["over_assignment"], unsearched),
        "cross_dilution": times(of["pair_dilution_rate"], less(1, of["recourse"])),
        "cross_transmit": times(of["credit_transmit"], buyer),
    }


THEME = Theme(
    name="cross",
    relations=(cross_terms.RELATION,),
    worlds=live_claim_theme.THEME.worlds,
    plain={"cross_terms": lambda asked: products(asked.built)},
    built=FACTORS,
)
