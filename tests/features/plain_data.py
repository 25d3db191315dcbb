"""Data credit in slow plain Python, feature by feature, from the definitions."""

from collections.abc import Sequence
from itertools import takewhile
from math import exp, log

from tests.features.plain_claims import KnownClaim, book_rate, cell, drawn, expit, late_rate, logit
from tests.features.plain_object import Kernel, alike
from tests.features.plain_requests import (
    Asked,
    Plain,
    deviation,
    having,
    mean,
    minus,
    ratio,
    total,
)

Values = dict[str, float | None]


def conduct(asked: Plain) -> Values:
    claims = asked.of_buyer
    book = {days: book_rate(asked.claims, asked.supplier, days, 365) for days in (1, 5, 30)}
    year5, year1 = (late_rate(claims, days, 365, book[days], 5) for days in (5, 1))
    quarter5, month1 = late_rate(claims, 5, 90, year5, 5), late_rate(claims, 1, 30, year1, 5)
    fading = [
        (exp(-(claim.past_days - 2) / 20), claim.late(1))
        for claim in claims
        if claim.is_settled_as_late_or_not(1)
    ]
    lates = sum(weight for weight, late in fading if late)
    quarter = having(c.delay_days for c in claims if c.is_settled_as_late_or_not(1, 90))
    year = having(c.delay_days for c in claims if c.is_settled_as_late_or_not(1, 365))
    due = sum(claim.is_settled_as_late_or_not(5, 365) for claim in claims)
    due1 = sum(claim.is_settled_as_late_or_not(1, 365) for claim in claims)
    return {
        "buyer_late5_365d": year5,
        "buyer_late5_90d": quarter5,
        "buyer_late1_365d": year1,
        "buyer_late1_30d": month1,
        "buyer_late30_365d": late_rate(claims, 30, 365, book[30], 10),
        "buyer_late1_fading_20d": drawn(lates, sum(w for w, _ in fading), book[1], 2),
        "buyer_delay_90d": mean(quarter),
        "buyer_delay_365d": mean(year),
        "buyer_delay_spread_365d": deviation(year) if len(year) > 1 else None,
        "buyer_delay_max_90d": max(quarter, default=None),
        "buyer_paid_on_day_365d": mean(delay == 0 for delay in year),
        "buyer_paid_early_365d": mean(delay <= -3 for delay in year),
        "buyer_late5_trend": quarter5 - year5 if due else None,
        "buyer_late1_trend": month1 - year1 if due1 else None,
        "buyer_delay_trend": minus(mean(quarter), mean(year)),
        "buyer_days_to_pay": mean(having(claim.days_to_pay for claim in claims)),
        "buyer_claims_due": due if claims else None,
    }


def open_claims(asked: Plain) -> Values:
    claims, day = asked.of_buyer, asked.day

    def issued(days: int) -> list[KnownClaim]:
        return [claim for claim in claims if day - claim.issued_on <= days]

    def since_late(days: int) -> float:
        settled = [claim for claim in claims if claim.is_settled_as_late_or_not(days)]
        last = max((claim.due_on for claim in settled if claim.late(days)), default=None)
        return 365 if last is None else min(day - last, 365)

    unpaid = [claim for claim in claims if claim.is_open]
    overdue = [claim for claim in unpaid if claim.past_days >= 2]
    year = total(issued(365))
    some = bool(claims)
    values: Values = {
        "buyer_overdue_claims": len(overdue),
        "buyer_overdue_share": ratio(total(overdue), total(unpaid)),
        "buyer_overdue_days": min(max((c.past_days - 1 for c in overdue), default=0), 365),
        "buyer_overdue_rate": len(overdue) / max(len(issued(90)), 1),
        "buyer_open_claims": len(unpaid),
        "buyer_open_months": ratio(12 * total(unpaid), year),
        "buyer_days_since_late1": since_late(1),
        "buyer_days_since_late5": since_late(5),
        "buyer_months_known": min(day - min(c.issued_on for c in claims), 365) / 30.4
        if some
        else 0,
        "buyer_claims_30d": len(issued(30)),
        "buyer_days_since_claim": min(day - max(c.issued_on for c in claims), 365) if some else 0,
        "buyer_claims_trend": (len(issued(30)) + 1) / (len(issued(365)) / 12 + 1),
        "buyer_amount_trend": log((1 + total(issued(30))) / (1 + year / 12)) if year else None,
    }
    return values if some else dict.fromkeys(values)


def last_claims(asked: Plain) -> Values:
    due = [claim for claim in asked.of_buyer if claim.is_settled_as_late_or_not(1, 365)]
    due.sort(key=lambda claim: (claim.due_on, claim.receivable), reverse=True)
    last = max((claim.due_on for claim in due if claim.late(1)), default=None)
    since = list(takewhile(lambda claim: last is None or claim.due_on > last, due))
    return {
        "buyer_late1_last5": mean(claim.late(1) for claim in due[:5]),
        "buyer_delay_last3": mean(having(claim.delay_days for claim in due[:3])),
        "buyer_streak1": min(len(since), 50) if due else None,
    }


def _like(
    each: Asked, claims: Sequence[KnownClaim], days: int, kernel: Kernel
) -> tuple[float, float]:
    """Weight of the late ones and of all known claims like one asked for."""
    since = days + 1
    weights = [
        (alike(each, claim, kernel, since), claim.late(days))
        for claim in claims
        if claim.past_days >= since
    ]
    return sum(weight for weight, late in weights if late), sum(weight for weight, _ in weights)


def _hope(claim: KnownClaim) -> float:
    """How much of a claim is expected to be 5 days late: known ones wholly, open ones in part."""
    if claim.late(5) and (claim.past_days >= 6 or not claim.is_open):
        return 1.0
    return (2 + claim.past_days) / 10 if claim.is_open else 0.0


def likeness(asked: Plain) -> Values:
    claims = asked.of_buyer
    book1 = book_rate(asked.claims, asked.supplier, 1, 365)
    book30 = book_rate(asked.claims, asked.supplier, 30, 365)
    aged = [
        (exp(-(claim.past_days - 6) / 90), claim.late(5))
        for claim in claims
        if claim.past_days >= 6
    ]
    late, every = sum(w for w, is_late in aged if is_late), sum(w for w, _ in aged)

    wide = (0.6, 6.0, 180.0)

    def expected(each: Asked) -> float:
        like = cell(asked.claims, asked.supplier, each.face_minor, each.term_days)
        own = drawn(late, every, like.book, 2)
        return expit(logit(like.both) + logit(own) - logit(like.book))

    def late5(kernel: Kernel) -> float | None:
        return asked.weighted(
            lambda each: drawn(*_like(each, claims, 5, kernel), expected(each), 0.5)
        )

    def hope(each: Asked) -> float:
        seen = [claim for claim in claims if claim.past_days >= 2]
        weights = [(alike(each, claim, (0.3, 3.0, 250.0), 2), _hope(claim)) for claim in seen]
        some = sum(weight * part for weight, part in weights)
        return drawn(some, sum(weight for weight, _ in weights), expected(each), 0.5)

    def delay(each: Asked) -> float | None:
        pairs = [
            (alike(each, claim, wide, 2), claim.delay_days)
            for claim in claims
            if claim.past_days >= 2
        ]
        timed = [(weight, days) for weight, days in pairs if days is not None]
        whole = sum(weight for weight, _ in timed)
        return sum(w * days for w, days in timed) / whole if whole > 1e-6 else None

    return {
        "like_late5": late5((0.3, 3.0, 180.0)),
        "like_late5_wide": late5(wide),
        "like_late5_ageless": late5((0.3, 3.0, None)),
        "like_late5_amount": late5((0.6, None, 180.0)),
        "like_late5_recent": late5((1.0, 6.0, 60.0)),
        "like_late5_expected": asked.weighted(hope),
        "like_late1": asked.weighted(lambda each: drawn(*_like(each, claims, 1, wide), book1, 0.5)),
        "like_late1_term": asked.weighted(
            lambda each: drawn(*_like(each, claims, 1, (None, 3.0, None)), book1, 2)
        ),
        "like_late30": asked.weighted(
            lambda each: drawn(*_like(each, claims, 30, wide), book30, 1)
        ),
        "like_delay": asked.weighted(delay),
    }


def pair_tenure(asked: Plain) -> Values:
    pair = asked.of_pair
    if not pair:
        return dict.fromkeys(("pair_months", "pair_ln_sales", "pair_late5_365d"))
    year = total(claim for claim in pair if asked.day - claim.issued_on <= 365)
    book = book_rate(asked.claims, asked.supplier, 5, 365)
    buyers = late_rate(asked.of_buyer, 5, 365, book, 5)
    return {
        "pair_months": min(asked.day - min(c.issued_on for c in pair), 1825) / 30.4,
        "pair_ln_sales": log(1 + year / 100),
        "pair_late5_365d": late_rate(pair, 5, 365, buyers, 10),
    }


def supplier_trade(asked: Plain) -> Values:
    year = [claim for claim in asked.of_supplier if asked.day - claim.issued_on <= 365]
    buyers = {claim.buyer for claim in year}
    shares = [total(claim for claim in year if claim.buyer == buyer) for buyer in buyers]
    return {
        "supplier_late5_30d": book_rate(asked.claims, asked.supplier, 5, 30),
        "supplier_late1_14d": book_rate(asked.claims, asked.supplier, 1, 14),
        "supplier_ln_customers": log(1 + len(buyers)) if buyers else None,
        "supplier_customer_hhi": ratio(sum(s * s for s in shares), sum(shares) ** 2),
    }
