"""Object credit in slow plain Python, feature by feature, from the definitions."""

from math import exp, log

from ledger.clocks import from_day_number
from tests.features.plain_claims import KnownClaim, amount_band, cell, term_band
from tests.features.plain_requests import (
    Asked,
    Plain,
    deviation,
    having,
    ln_face,
    middle,
    minus,
    ratio,
    total,
)

Values = dict[str, float | None]
LONGEST = 120
"""Days of term told apart."""


Kernel = tuple[float | None, float | None, float | None]
"""Distance in ln(amount), in days of term and age in days at which a weight has fallen to 1/e; None
where it doesn't matter."""


def amount_apart(one: int | None, other: int | None) -> float:
    """Distance in ln(amount); a missing one is like another missing one, and 3 from any other."""
    if one is None or other is None:
        return 0.0 if one is other else 3.0
    return abs(log(max(one, 1)) - log(max(other, 1)))


def term_apart(one: int, other: int) -> int:
    return abs(min(one, LONGEST) - min(other, LONGEST))


def alike(asked: Asked, claim: KnownClaim, kernel: Kernel, since: int) -> float:
    """Weight of a known claim: falls with distance in amount and term, and with its age."""
    amount, term, age = kernel
    distance = 0.0
    if amount is not None:
        distance += amount_apart(asked.face_minor, claim.face_minor) / amount
    if term is not None:
        distance += term_apart(asked.term_days, claim.term_days) / term
    if age is not None:
        distance += (claim.past_days - since) / age
    return round(exp(-distance), 12)  # as the kernels: an exact decimal of twelve places


def _term(each: Asked) -> int:
    return min(each.term_days, LONGEST)


def claim_terms(asked: Plain) -> Values:
    pair = asked.of_pair
    terms = [min(claim.term_days, LONGEST) for claim in pair]
    faces = having(ln_face(claim.face_minor) for claim in pair)
    usual_face, usual_term = middle(faces), middle(terms)
    apart = None if usual_face is None else middle(abs(face - usual_face) for face in faces)
    usual_pay = middle(having(claim.days_to_pay for claim in pair))
    quarter = total(claim for claim in pair if asked.day - claim.issued_on <= 90)
    spread = deviation(terms)

    def over_face(each: Asked) -> float | None:
        return minus(ln_face(each.face_minor), usual_face)

    def face_z(each: Asked) -> float | None:
        over = over_face(each)
        return None if over is None or apart is None else over / max(1.4826 * apart, 0.15)

    def over_term(each: Asked) -> float | None:
        return minus(_term(each), usual_term)

    def term_z(each: Asked) -> float | None:
        over = over_term(each)
        return None if over is None or spread is None else over / max(spread, 2.0)

    def share_90(each: Asked) -> float | None:
        return None if each.face_minor is None else ratio(each.face_minor, quarter)

    return {
        "claim_term_days": asked.weighted(_term),
        "claim_days_to_due": asked.weighted(lambda each: min(each.due_on - asked.day, LONGEST)),
        "claim_ln_face": asked.weighted(lambda each: minus(ln_face(each.face_minor), log(100))),
        "claim_face_over_usual": asked.weighted(over_face),
        "claim_face_z": asked.weighted(face_z),
        "claim_face_share_90d": asked.weighted(share_90),
        "claim_term_over_usual": asked.weighted(over_term),
        "claim_term_z": asked.weighted(term_z),
        "claim_pay_after_term": asked.weighted(lambda each: minus(usual_pay, _term(each))),
        "claim_rate": asked.weighted(
            lambda each: None if each.rate_ppm is None else each.rate_ppm / 1_000_000
        ),
        "claim_due_weekday": asked.weighted(lambda each: from_day_number(each.due_on).weekday()),
        "claim_due_day_of_month": asked.weighted(lambda each: from_day_number(each.due_on).day),
    }


def claim_record(asked: Plain) -> Values:
    cells = {
        each: cell(asked.claims, asked.supplier, each.face_minor, each.term_days)
        for each in asked.asked
    }
    return {
        "claim_amount_late5": asked.weighted(lambda each: cells[each].amount),
        "claim_term_late5": asked.weighted(lambda each: cells[each].term),
        "claim_cell_late5": asked.weighted(lambda each: cells[each].both),
    }


def claim_company(asked: Plain) -> Values:
    claims = asked.of_buyer
    if not claims:
        return dict.fromkeys(
            (
                "claim_same_term_share",
                "claim_pay_weekday_share",
                "claim_likeness",
                "claim_due_with_it",
                "claim_due_burden",
            )
        )
    week = total(claim for claim in claims if asked.day - claim.issued_on <= 365) / 52

    def same_term(each: Asked) -> float | None:
        same = sum(term_apart(each.term_days, claim.term_days) <= 1 for claim in claims)
        return same / len(claims)

    def same_weekday(each: Asked) -> float | None:
        days = having(claim.settled_on for claim in claims if claim.past_days <= 400)
        due = from_day_number(each.due_on).weekday()
        return ratio(sum(from_day_number(day).weekday() == due for day in days), len(days))

    def likeness(each: Asked) -> float:
        def band(one: Asked | KnownClaim) -> tuple[float, int]:
            return amount_band(one.face_minor), term_band(one.term_days)

        due = [claim for claim in claims if claim.is_settled_as_late_or_not(5, 365)]
        return log(1 + sum(band(claim) == band(each) for claim in due))

    def within(each: Asked, days: int) -> list[KnownClaim]:
        return [claim for claim in claims if abs(claim.due_on - each.due_on) <= days]

    return {
        "claim_same_term_share": asked.weighted(same_term),
        "claim_pay_weekday_share": asked.weighted(same_weekday),
        "claim_likeness": asked.weighted(likeness),
        "claim_due_with_it": asked.weighted(lambda each: len(within(each, 1))),
        "claim_due_burden": asked.weighted(
            lambda each: log(1 + total(within(each, 3)) / 100) - log(1 + week / 100)
        ),
    }
