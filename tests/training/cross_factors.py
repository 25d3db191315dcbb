"""Cross terms recomputed from the factors in a row, as ``features.cross_terms`` states them."""

from collections.abc import Mapping
from math import log
from typing import Any

import numpy as np

BEST = log(0.0003 / 0.9997)


def recomputed(names: tuple[str, ...], rows: Any, unsearched: Any) -> Any:
    """The same rows with their cross terms made anew of the other columns.

    ``unsearched`` is 1 where the registry has not told of a row's supplier: no column of it does.
    """
    of = {name: rows[:, at] for at, name in enumerate(names)}
    made = np.array(rows)
    for name, values in terms(of, unsearched).items():
        if name in names:
            made[:, names.index(name)] = values
    return made


def terms(of: Mapping[str, Any], unsearched: Any) -> dict[str, Any]:
    """The cross terms that have a direction."""
    buyer, supplier = (
        np.where(np.isnan(logit), np.nan, np.maximum(logit - BEST, 0.0))
        for logit in (of["buyer_logit_pd"], of["supplier_logit_pd"])
    )
    asked = of["asked_four_flow"]
    flows = np.where(np.isnan(asked), of["pair_four_flow"], asked)
    return {
        "cross_buyer_tenor": buyer * of["tenor"] / 90,
        "cross_diversion": (1 - of["cash_control"] / 2) * supplier,
        "cross_fictitious": (4 - of["confirm_level"]) / 4 * (1 - flows),
        "cross_contagion": of["pair_sales_share"] * buyer,
        "cross_over_assigned": of["over_assignment"] * unsearched,
        "cross_dilution": of["pair_dilution_rate"] * (1 - of["recourse"]),
    }
