"""Subject credit in numbers that can be checked by hand."""

from math import exp, log
from typing import Any

import pytest

from features.subject import (
    buyer_accounts,
    buyer_credit,
    buyer_paper,
    supplier_accounts,
    supplier_record,
)
from ledger.clocks import from_micros
from scoring.asking import Request
from tests.features.asked_of_parties import PARTY_NAMES
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row, World, fact, features_of

RELATIONS = [
    each.RELATION
    for each in (buyer_accounts, buyer_credit, buyer_paper, supplier_accounts, supplier_record)
]
NAMES = [feature.name for relation in RELATIONS for feature in relation.features]
LONG_AGO = (TODAY - 900) * DAY


def told(*rows: tuple[str, Row]) -> dict[str, float]:
    """The features of a claim of s0 on b0, today, where these facts are known."""
    facts: dict[str, list[Row]] = {
        "party": [fact("party", party, at, LONG_AGO) for at, party in enumerate(PARTY_NAMES)]
    }
    for number, (kind, given) in enumerate(rows):
        row = {"ref": f"f{number}", "known": LONG_AGO, **given}
        key, known = row.pop("ref"), row.pop("known")
        facts.setdefault(kind, []).append(fact(kind, key, 10 + number, known, **row))
    parties = {"supplier": "s0", "buyer": "b0"}
    terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
    facts["receivable"] = [fact("receivable", "r", 9, LONG_AGO, **parties, **terms)]
    request = Request("q", "s0", "b0", ("r",), from_micros(TODAY * DAY))
    (values,) = features_of(World("UTC", facts, (request,)), RELATIONS).tolist()
    return dict(zip(NAMES, values, strict=True))


def accounts(
    party: str, end: int, head: tuple[int, int, int], form: str = "year", **lines: int
) -> list[tuple[str, Row]]:
    """A statement with total assets, liabilities and equity, and its lines."""
    days = {"year": 365, "half": 182, "quarter": 91}[form]
    names = ("total_assets_minor", "total_liabilities_minor", "equity_minor")
    ref = f"{party}-{form}-{end}"
    period = {"period_type": form, "period_start": end - days, "period_end": end}
    stated = {"ref": ref, "party": party, **period, **dict(zip(names, head, strict=True))}
    of = [
        ("statement_line", {"ref": f"{ref}-{name}", "statement": ref, "concept": name, **_minor(n)})
        for name, n in lines.items()
    ]
    return [("statement", stated), *of]


def _minor(amount: int) -> Row:
    return {"amount_minor": amount}


def record(adverse: str, age: int, party: str = "b0", **more: Any) -> tuple[str, Row]:
    own = {"party": party, "adverse": adverse, "opened_on": TODAY - age, "severity": 2}
    return "adverse_record", {**own, "known": (TODAY - age - 1) * DAY, **more}


def asked(result: str, party: str = "b0") -> tuple[str, Row]:
    """The courts were asked yesterday."""
    at = {"checked_at": (TODAY - 1) * DAY, "known": (TODAY - 2) * DAY}
    return "source_coverage", {"party": party, "source": "adverse_record", "result": result, **at}


def rating(agency: str, acted: int, notch: int, ppm: int | None) -> tuple[str, Row]:
    own = {"party": "b0", "agency": agency, "scale": "one", "acted_on": acted}
    return "rating", {**own, "notch": notch, "pd_12m_ppm": ppm}


def test_a_z_score_adds_four_quotients() -> None:
    year = accounts(
        "b0",
        TODAY - 100,
        (1_000, 600, 400),
        current_assets=500,
        current_liabilities=300,
        retained_earnings=100,
        ebit=80,
    )
    values = told(*year)

    assert values["buyer_zscore2"] == pytest.approx(1.312 + 0.326 + 0.5376 + 0.7)
    assert values["buyer_leverage"] == 0.6
    assert values["buyer_size"] == pytest.approx(log(10))


def test_days_payable_are_those_of_the_mean_and_change_by_those_of_the_end() -> None:
    values = told(
        *accounts("b0", TODAY - 100, (9, 9, 9), accounts_payable=150, cost_of_goods_sold=365),
        *accounts("b0", TODAY - 465, (9, 9, 9), accounts_payable=100, cost_of_goods_sold=365),
    )

    assert values["buyer_dpo"] == 125
    assert values["buyer_dpo_chg"] == 50


@pytest.mark.parametrize(("quarters", "share"), [(4, 0.4), (3, None)])
def test_four_quarters_make_a_year_and_three_do_not(quarters: int, share: float | None) -> None:
    rows = [
        row
        for at in range(quarters)
        for row in accounts(
            "s0", TODAY - 100 - 91 * at, (9, 3, 6), "quarter", ebit=10 * (at + 1), revenue=62 + at
        )
    ]
    values = told(*rows)

    expected = 100 / 254 if share else float("nan")
    assert values["supplier_ebit_margin"] == pytest.approx(expected, nan_ok=True)


def test_a_newer_half_does_not_hide_the_last_whole_year() -> None:
    values = told(
        *accounts("s0", TODAY - 300, (10, 4, 6)), *accounts("s0", TODAY - 100, (10, 9, 1), "half")
    )

    assert values["supplier_leverage"] == 0.4


def test_the_lenders_own_rating_counts_before_an_agencys_and_that_before_a_shadow() -> None:
    own, shadow = rating("internal", TODAY - 50, 5, 20_000), rating("shadow", TODAY, 1, 100)
    agency = rating("an agency", TODAY - 10, 9, 10_000)

    for rows, ppm in (([shadow], 100), ([shadow, agency], 10_000), ([own, agency], 20_000)):
        assert told(*rows)["buyer_logit_pd"] == pytest.approx(log(ppm / (1_000_000 - ppm)))


def test_a_fall_of_three_notches_is_told_for_a_year() -> None:
    before = rating("A", TODAY - 800, 4, 900), rating("A", TODAY - 365, 6, 900)

    assert told(*before, rating("A", TODAY - 364, 7, 900))["buyer_notch_change_12m"] == 1


def test_listings_count_by_six_parts_of_the_half_year() -> None:
    ages = (0, 30, 31, 181, 182)
    values = told(*(record("bill_overdue", age) for age in ages))

    assert values["buyer_bill_overdue_6m"] == 3


def test_a_record_counts_for_a_year() -> None:
    revenue = accounts("b0", TODAY - 100, (9, 9, 50), revenue=10**12)
    suits = [record("lawsuit", age, role="defendant") for age in (0, 364, 365)]
    other = [
        record("lawsuit", 1, role="plaintiff"),
        record("lawsuit", 1, role="defendant", cause="劳动争议"),
        record("sme_arrears_complaint", 364),
        record("enforcement", 700, amount_minor=20),
        record("enforcement", 700, amount_minor=20, closed_on=TODAY),
    ]
    values = told(*revenue, *suits, *other)

    assert values["buyer_sales_suits_12m"] == pytest.approx(0.2)
    assert values["buyer_complaints_by_revenue"] == pytest.approx(0.1)
    assert values["buyer_enforce_ratio"] == 0.4


def test_nothing_on_record_is_a_zero_only_where_somebody_asked() -> None:
    unknown, clean = told(), told(asked("NONE_FOUND"))

    for name in ("buyer_bill_overdue_6m", "buyer_severe_adverse"):
        assert unknown[name] != unknown[name]
        assert clean[name] == 0
    assert clean["supplier_adverse_24m"] != clean["supplier_adverse_24m"]
    assert told(asked("NONE_FOUND", "s0"))["supplier_adverse_24m"] == 0


def test_a_grave_record_counts_though_the_courts_refuse_to_tell_more() -> None:
    values = told(asked("REFUSED"), record("bankruptcy", 1_000, known=LONG_AGO))

    assert values["buyer_severe_adverse"] == 1
    assert values["buyer_bill_overdue_6m"] != values["buyer_bill_overdue_6m"]


def test_paper_is_outstanding_until_it_is_due_or_for_as_long_as_it_is_overdue() -> None:
    def bill(face: int, due: int, status: str) -> tuple[str, Row]:
        own = {"acceptor": "b0", "holder": "s0", "accepted_on": TODAY - 400, "face_minor": face}
        return "bill", {**own, "due_on": due, "status": status}

    values = told(
        bill(30, TODAY, "open"),
        bill(7, TODAY - 1, "open"),
        bill(10, TODAY - 300, "overdue"),
        bill(9, TODAY + 9, "paid"),
        *accounts("b0", TODAY - 100, (9, 9, 9), accounts_payable=75, notes_payable=5),
    )

    assert values["buyer_bill_overdue_ratio"] == 0.25
    assert values["buyer_ecert_load"] == 0.5


def test_an_adverse_record_fades_by_age() -> None:
    rows = (record("lawsuit", 365, "s0"), record("admin_penalty", 730, "s0", known=LONG_AGO))

    assert told(*rows)["supplier_adverse_24m"] == pytest.approx(2 * exp(-1))
