"""What the invoices of a supplier show, in slow plain Python."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from math import log, log10, pi, sqrt
from statistics import median

import numpy as np

from features.data.supplier_invoice_habits import LEAST_DIGITS, LIMITS_MINOR
from ledger.clocks import from_day_number
from tests.features.plain_requests import Plain
from tests.features.plain_trade import Invoice, Trade, blue, bounded, by, gross, hhi
from tests.features.theme import Values


def supplier_sales(asked: Plain) -> Values:
    trade = Trade(asked)
    now, then = gross(trade.year(trade.sales)), gross(trade.before(trade.sales))
    return {
        "supplier_ln_sales_12m": log(1 + max(now, 0) / 100) if trade.told else None,
        "supplier_sales_growth_12m": min(3.0, max(-0.8, now / then - 1)) if then > 0 else None,
    }


def _churn(trade: Trade) -> float | None:
    sums = {b: gross(own) for b, own in by(trade.before(trade.sales), "buyer").items()}
    largest = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
    top = [(buyer, total) for buyer, total in largest if total > 0]
    active = {one.buyer for one in blue(trade.year(trade.sales))}
    kept = sum(total for buyer, total in top if buyer in active)
    whole = sum(total for _, total in top)
    return 1 - kept / whole if whole else None


def _ln_io(sales: list[Invoice], purchases: list[Invoice]) -> float | None:
    sold, bought = gross(sales), gross(purchases)
    return log(bought / sold) if sold > 0 and bought > 0 else None


def _burden(sales: list[Invoice], purchases: list[Invoice]) -> float | None:
    without = sum(one.net for one in sales)
    tax = sum(one.tax for one in sales) - sum(one.tax for one in purchases)
    return tax / without if without > 0 else None


def _apart(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else abs(one - other)


def supplier_partners(asked: Plain) -> Values:
    trade = Trade(asked)
    days = [one.issued_on for one in blue(trade.sales)]
    now, then = ((of(trade.sales), of(trade.purchases)) for of in (trade.year, trade.before))
    customers = {one.buyer for one in blue(now[0])}
    return {
        "supplier_history_months": min(max(days) - min(days), 1095) / 30.4 if days else None,
        "supplier_invoice_customer_hhi": hhi(map(gross, by(now[0], "buyer").values())),
        "supplier_ln_invoice_customers": log(1 + len(customers)) if trade.told else None,
        "supplier_customer_churn": _churn(trade),
        "supplier_source_hhi": hhi(map(gross, by(now[1], "seller").values())),
        "supplier_ln_purchases_to_sales": _ln_io(*now),
        "supplier_io_ratio_dev": _apart(_ln_io(*now), _ln_io(*then)),
        "supplier_vat_burden": _burden(*now),
        "supplier_vat_burden_dev": _apart(_burden(*now), _burden(*then)),
    }


def gap_multiple(days: Iterable[int], day: int) -> float | None:
    """Days since the last one over the median gap; days within 730."""
    each = sorted({one for one in days if 0 <= day - one <= 729})
    if len(each) < 3:
        return None
    return (day - each[-1]) / median(b - a for a, b in pairwise(each))


def _months(trade: Trade, count: int) -> list[int]:
    """Sales of so many complete months."""
    this = from_day_number(trade.asked.day)
    sums = [0] * count
    for one in trade.sales:
        then = from_day_number(one.issued_on)
        ago = 12 * (this.year - then.year) + this.month - then.month
        if 1 <= ago <= count:
            sums[ago - 1] += one.gross
    return sums


def _ends_a_quarter(day: int) -> bool:
    then = from_day_number(day)
    after = [then + timedelta(days=ahead) for ahead in (1, 2, 3)]
    return any(one.day == 1 and one.month in {1, 4, 7, 10} for one in after)


def supplier_rhythm(asked: Plain) -> Values:
    trade = Trade(asked)
    months = _months(trade, 24)
    zero = [month <= 0 for month in months]
    sums = [bounded(month) for month in months]
    mean = sum(sums) / 24
    spread = 24 * sum(one * one for one in sums) - sum(sums) ** 2
    half, before = (gross(trade.aged(trade.sales, *ages)) for ages in ((0, 181), (182, 363)))
    year = blue(trade.year(trade.sales))
    stacked = gross(one for one in year if _ends_a_quarter(one.issued_on))
    even, n = 3 / 91, len(year)
    return {
        "supplier_zero_month_share_12m": sum(zero[:12]) / 12 if trade.told else None,
        "supplier_zero_month_share_24m": sum(zero) / 24 if trade.told else None,
        "supplier_sales_cv_24m": sqrt(spread / (24 * 23)) / mean if mean else None,
        "supplier_sales_growth_6m": log(half / before) if half > 0 and before > 0 else None,
        "supplier_gap_multiple": gap_multiple(
            [one.issued_on for one in blue(trade.sales)], asked.day
        ),
        "supplier_quarter_end_stacking": (n * stacked / gross(year) + 10 * even) / (n + 10) / even
        if year
        else None,
    }


def _shrunk(x: float, n: int, prior: float, kappa: int) -> float:
    return (x + kappa * prior) / (n + kappa)


def _near_limit(year: Sequence[Invoice]) -> float | None:
    if not year:
        return None
    largest = max(one.net for one in year)
    limit = next((limit for limit in LIMITS_MINOR if largest <= limit), None)
    if limit is None:
        return None
    near = sum(limit * 9 < 10 * one.net <= 10 * limit for one in year)
    return _shrunk(near, len(year), 0.05, 10)


def benford_z(digits: Sequence[int]) -> float | None:
    if len(digits) < LEAST_DIGITS:
        return None
    law = np.array([log10(1 + 1 / digit) for digit in range(1, 10)])
    shares = np.array([digits.count(digit) for digit in range(1, 10)]) / len(digits)
    mad = float(np.abs(shares - law).mean()) * sqrt(len(digits))
    sigma = np.sqrt(law * (1 - law))
    rho = -np.outer(law, law) / np.outer(sigma, sigma)
    np.fill_diagonal(rho, 1.0)
    folded = 2 / pi * (np.sqrt(np.maximum(1 - rho**2, 0)) + rho * np.arcsin(rho) - 1)
    deviation = sqrt(float((np.outer(sigma, sigma) * folded).sum())) / 9
    return (mad - sqrt(2 / pi) * float(sigma.mean())) / deviation


def supplier_invoice_habits(asked: Plain) -> Values:
    trade = Trade(asked)
    year, issued = blue(trade.year(trade.sales)), blue(trade.year(trade.issued))
    red = [one for one in trade.year(trade.sales) if one.gross < 0]
    named = [
        one.issued_on - trade.originals[one.red_of].issued_on
        for one in red
        if one.red_of in trade.originals
    ]
    dead, n = sum(one.dead for one in issued), len(year)
    flushed = min(1.0, -gross(red) / gross(year)) if year else 0.0
    rounded = sum(one.gross % 100_000 == 0 for one in year)
    digits = [int(str(one.gross)[0]) for one in blue(trade.aged(trade.sales, 0, 729))]
    return {
        "supplier_ln_sales_invoices": log(1 + n) if issued else None,
        "supplier_red_flush_rate": _shrunk(n * flushed, n, 0.02, 10) if n else None,
        "supplier_red_late": _shrunk(sum(days > 60 for days in named), len(named), 0.2, 5)
        if named
        else None,
        "supplier_void_rate": _shrunk(dead, len(issued), 0.05, 20) if issued else None,
        "supplier_round_share": _shrunk(rounded, n, 0.05, 10) if n else None,
        "supplier_benford_z": benford_z(digits),
        "supplier_near_limit_share": _near_limit(year),
    }


def supplier_repeated_invoices(asked: Plain) -> Values:
    trade = Trade(asked)
    year = blue(trade.year(trade.sales))
    near = [
        one
        for one in year
        if any(
            other.ref != one.ref
            and (other.buyer, other.gross) == (one.buyer, one.gross)
            and abs(other.issued_on - one.issued_on) <= 3
            for other in year
        )
    ]
    share = _shrunk(len(near), len(year), 0.02, 10) if year else None
    return {"supplier_near_duplicate_share": share}


def pair_invoices(asked: Plain) -> Values:
    trade = Trade(asked)
    pair = [one for one in trade.sales if one.buyer == asked.buyer]
    days = [one.issued_on for one in blue(pair)]
    own, whole = gross(trade.year(pair)), gross(trade.year(trade.sales))
    return {
        "pair_gap_multiple": gap_multiple(days, asked.day),
        "pair_invoice_months": min(asked.day - min(days), 1825) / 30.4 if days else None,
        "pair_sales_share": min(1.0, max(0.0, own / whole)) if whole > 0 and trade.told else None,
    }
