"""What covers the claim, live, in slow plain Python."""

from itertools import pairwise
from math import exp, floor, log, sqrt

from tests.features.plain_live_claims import (
    MOST_MINOR,
    by_face,
    disputed,
    found,
    live,
)
from tests.features.plain_requests import Asked, Plain, having
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row


def _exposure(asked: Plain) -> int | None:
    faces = [each.face_minor for each in asked.asked]
    said = asked.request.amount_requested_minor
    return said if said else None if None in faces else sum(having(faces)) or None


def _in_force(row: Row, day: int) -> bool:
    return row["valid_from"] <= day and (row["valid_until"] is None or row["valid_until"] > day)


def plain_claim_promises(asked: Plain) -> Values:
    exposure, covered, log_odds, graded = _exposure(asked), 0, 0, 0
    for row in found(asked, "guarantee", debtor=asked.supplier):
        if not _in_force(row, asked.day):
            continue
        if row["receivable"] is not None and row["receivable"] not in asked.request.receivables:
            continue
        if exposure:
            cap = exposure if row["cap_minor"] is None else min(row["cap_minor"], exposure)
            covered += floor(row["share_ppm"] * (cap / exposure) * 1000.0 + 0.5)
        ratings = [
            one
            for one in found(asked, "rating", party=row["guarantor"])
            if one["pd_12m_ppm"] is not None
            and one["acted_on"] <= asked.day
            and (one["valid_until"] is None or one["valid_until"] > asked.day)
        ]
        if ratings:
            rank = {"internal": 2, "shadow": 0}
            newest = max(
                ratings,
                key=lambda one: (rank.get(one["agency"], 1), one["acted_on"], one["seq"]),
            )
            pd = min(max(newest["pd_12m_ppm"] / 1e6, 1e-6), 0.999999)
            graded += row["share_ppm"]
            log_odds += row["share_ppm"] * floor(log(pd / (1 - pd)) * 1e6 + 0.5)

    def insured(each: Asked) -> float:
        best = 0.0
        for row in found(asked, "insurance", insured=asked.supplier):
            fits = (
                row["receivable"] in {None, each.receivable}
                and row["risk"] in {None, asked.buyer}
                and row["insurance"] in {"trade_credit", "export_credit"}
                and _in_force(row, asked.day)
            )
            excluded = row["excludes_disputes"] and (disputed(asked, each.receivable) or 0) > 0
            if fits and not excluded:
                share = row["insured_ppm"] / 1e6 * (1 - (row["deductible_ppm"] or 0) / 1e6)
                best = max(best, share)
        return best

    return {
        "guar_cover": min(1.0, covered / 1e9) if exposure else None,
        "guar_logit_pd": log_odds / (1e6 * graded) if graded else None,
        "insur_cover": by_face(asked, insured, 10**6),
    }


HAIRCUTS = {
    "deposit": 0,
    "bill": 50_000,
    "warehouse_receipt": 250_000,
    "environmental_right": 500_000,
    "ip": 500_000,
}
DAYS_TO_SELL = {
    "deposit": 1,
    "bill": 5,
    "e_certificate": 10,
    "warehouse_receipt": 20,
    "environmental_right": 45,
    "equipment": 120,
    "ip": 180,
}
COVER = (
    "ltv",
    "coll_vol",
    "coll_cushion",
    "coll_drawdown_60d",
    "coll_liquidity",
    "val_age",
    "custodian_grade",
    "legal_perfection",
    "env_validity",
    "goods_resale",
)


def _value(row: Row) -> int | None:
    return None if row["value_minor"] is None else max(0, min(row["value_minor"], 10**14))


def _perfection(asked: Plain, row: Row) -> float | None:
    receipt = live(asked, "warehouse_receipt").get(row["warehouse_receipt"] or "")
    right = live(asked, "environmental_right").get(row["environmental_right"] or "")
    answers = having([row["perfected"], row["exclusive"], row["insured"]])
    if right or (receipt and receipt["pledged"] is not None):
        frozen = bool(right and right["frozen_ref"] is not None)
        answers.append(frozen or bool(receipt and receipt["pledged"]))
    return sum(answers) / len(answers) if answers else None


def _days(row: Row) -> int:
    own = row["liquidation_days"]
    return int(5 + (DAYS_TO_SELL.get(row["collateral"], 60) if own is None else own))


def _prices(asked: Plain, series: str) -> list[Row]:
    """The last 250 prices of a series, the newest first."""
    newest: dict[int, Row] = {}
    for row in sorted(found(asked, "price_point", series=series), key=lambda row: int(row["seq"])):
        if asked.day - 400 < row["priced_on"] <= asked.day and row["price_micro"] > 0:
            newest[row["priced_on"]] = row
    return [newest[day] for day in sorted(newest, reverse=True)]


def _daily(prices: list[Row]) -> float | None:
    steps = [
        min(1.0, abs(log(one["price_micro"] / before["price_micro"])))
        for one, before in pairwise(prices)
    ][:250]
    if len(steps) < 10:
        return None
    weights = [exp(log(0.94) * age) for age in range(len(steps))]
    squares = sum(floor(w * s * s * 1e14 + 0.5) for w, s in zip(weights, steps, strict=True))
    return sqrt(squares / sum(floor(weight * 1e14 + 0.5) for weight in weights))


def plain_claim_cover(asked: Plain) -> Values:
    items = [
        row
        for row in live(asked, "collateral_item").values()
        if row["receivable"] in asked.request.receivables
        or (row["receivable"] is None and row["owner"] == asked.supplier)
    ]
    if not items:
        return dict.fromkeys(COVER)
    items.sort(key=lambda row: row["ref"])
    items.sort(key=lambda row: _value(row) or 0 if _value(row) is not None else -1, reverse=True)
    priced = next((row for row in items if row["price_series"] is not None), None)
    prices = _prices(asked, priced["price_series"])[:251] if priced else []
    daily, exposure = _daily(prices), _exposure(asked)
    values = having(_value(row) for row in items)
    worth = 0
    for row in items:
        own = row["haircut_ppm"]
        haircut = (HAIRCUTS.get(row["collateral"], 400_000) if own is None else own) / 1e6
        if row is priced and daily is not None:
            haircut = min(1.0, max(haircut, 2.3263478740408408 * daily * sqrt(_days(row))))
        share = _perfection(asked, row)
        worth += floor((_value(row) or 0) * (1 - haircut) * (0.5 if share is None else share))
    told_of: Values = {}
    if exposure and values:
        told_of["ltv"] = 100.0 if 100 * worth <= exposure else exposure / worth
    if daily is not None:
        told_of["coll_vol"] = daily * sqrt(250)
    if priced and exposure and sum(values) > 0 and daily:
        away = log(sum(values) / exposure) / (daily * sqrt(_days(priced)))
        told_of["coll_cushion"] = max(-100.0, min(100.0, away))
    recent = [row for row in prices if asked.day - row["priced_on"] < 60]
    if recent:
        top = max(row["price_micro"] for row in recent)
        told_of["coll_drawdown_60d"] = 1 - recent[0]["price_micro"] / top
    traded = having(row["volume_milli"] for row in recent)
    if priced and priced["quantity_milli"] is not None and traded:
        volume = sum(min(one, MOST_MINOR) for one in traded)
        days = 5.0 * priced["quantity_milli"] * len(traded) / volume if volume else 10_000.0
        told_of["coll_liquidity"] = min(10_000.0, days)
    main = items[0]
    receipt = live(asked, "warehouse_receipt").get(main["warehouse_receipt"] or "")
    own = main["custodian_grade"]
    rights = live(asked, "environmental_right")
    ends = [rights.get(row["environmental_right"] or "", {}).get("valid_until") for row in items]
    return {
        **dict.fromkeys(COVER),
        **told_of,
        "val_age": None if main["valued_on"] is None else asked.day - main["valued_on"],
        "custodian_grade": own if own is not None or not receipt else receipt["warehouse_grade"],
        "legal_perfection": _perfection(asked, main),
        "env_validity": min((end - asked.day for end in having(ends)), default=None),
        "goods_resale": main["resale_class"],
    }
