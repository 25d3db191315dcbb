"""Subject credit in slow plain Python, feature by feature, from the definitions."""

from math import log

from tests.features.plain_claims import book_rate, known_profile, late_rate
from tests.features.plain_requests import Plain, deviation, having, mean, minus

Values = dict[str, float | None]
SIZES = ("micro", "small", "medium", "large")


def _size(asked: Plain, party: str) -> float | None:
    profile = known_profile(asked.world.facts, party, asked.day, asked.world.time_zone)
    size = profile and profile["size_class"]
    return SIZES.index(size) + 1 if size else None


def buyer_standing(asked: Plain) -> Values:
    day = asked.day
    (party,) = [row for row in asked.facts("party") if row["ref"] == asked.buyer]
    reports = [
        row
        for row in asked.facts("party_report")
        if row["party"] == asked.buyer and day - row["period_end"] <= 365
    ]
    turnover = having(row["turnover_minor"] for row in reports)
    recent = having(row["turnover_minor"] for row in reports if day - row["period_end"] <= 91)
    usual, lately = mean(turnover), mean(recent)
    onboarded = party["onboarded_on"]
    years = None if onboarded is None or onboarded > day else min(day - onboarded, 1826) / 365.25
    spread = deviation(turnover) if len(turnover) >= 3 and usual else None
    linked = party["person_linked"]
    return {
        "buyer_years_known": years,
        "buyer_is_person": None if linked is None else float(linked),
        "buyer_size_class": _size(asked, asked.buyer),
        "buyer_ln_turnover": None if usual is None else log(1 + usual / 100),
        "buyer_employees": mean(having(row["employees"] for row in reports)),
        "buyer_turnover_trend": log(lately) - log(usual) if lately and usual else None,
        "buyer_turnover_cv": spread / usual if spread is not None and usual else None,
        "buyer_report_age_days": min((day - row["period_end"] for row in reports), default=None),
    }


def _peers(asked: Plain, trait: str) -> float | None:
    """Late rate of the supplier's other buyers with the same trait against the supplier's book."""

    def trait_of(party: str) -> str | None:
        row = known_profile(asked.world.facts, party, asked.day, asked.world.time_zone)
        return None if row is None else str(row[trait]) if row[trait] else None

    shared = trait_of(asked.buyer)
    if shared is None:
        return None
    others = [
        claim
        for claim in asked.of_supplier
        if claim.buyer != asked.buyer and trait_of(claim.buyer) == shared
    ]
    book = book_rate(asked.claims, asked.supplier, 5, 365)
    return log(late_rate(others, 5, 180, book, 50) / book)


def buyer_peers(asked: Plain) -> Values:
    return {
        "buyer_industry_peers": _peers(asked, "industry"),
        "buyer_area_peers": _peers(asked, "phone_area"),
    }


def supplier_standing(asked: Plain) -> Values:
    year = [claim for claim in asked.of_supplier if asked.day - claim.issued_on <= 365]
    faces = having(claim.face_minor for claim in year)
    first = min((claim.issued_on for claim in asked.of_supplier), default=None)
    known = minus(asked.day, first)
    return {
        "supplier_ln_sales": log(1 + sum(faces) / 100) if faces else None,
        "supplier_months_known": None if known is None else min(known, 1095) / 30.4,
        "supplier_size_class": _size(asked, asked.supplier),
    }
