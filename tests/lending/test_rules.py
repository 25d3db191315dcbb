"""Each rule fires on one side of its threshold and of its date, and not on the other."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ledger.entities.finance
import ledger.entities.reputation
from features.circumstances.party_seen import PairSeen
from features.circumstances.request_seen import Circumstances
from lending.pack import load_pack
from lending.policy.rule_parameters import PRODUCTS, RECORDS
from lending.policy.rulebook import RULES
from lending.policy.title_rules import business_days, months_after
from lending.rules import Fired, fired
from tests.lending.golden_rules import DATES, LINES, THRESHOLDS, Dated, Golden, certificate
from tests.lending.offers import CLAIM, DAY, at_request, content, names, pack_of, seen

ANY = {"most_advance_share": 0.8, "most_tenor_days": 365}
PRODUCTS_TRIED = {
    "any": ANY,
    "order_finance": {**ANY, "needs_delivery": False},
    "receivable_pledge": {**ANY, "takes_past_due": True},
    "reverse_factoring": {**ANY, "least_tier": 2},
}
CN = pack_of(content("cn", lines=LINES, products=PRODUCTS_TRIED))


def of_name(name: str, about: Circumstances) -> list[Fired]:
    every = fired(about, CN.at_request)
    return [one for one, its in zip(every, names(every), strict=True) if its == name]


@pytest.mark.parametrize("case", THRESHOLDS, ids=lambda case: case.name)
def test_a_rule_fires_on_one_side_of_its_threshold(case: Golden) -> None:
    (found,) = of_name(case.name, seen(**case.fires))

    assert of_name(case.name, seen(**case.quiet)) == []
    assert found.severity.value == case.severity
    assert case.en in found.en
    assert found.known
    assert set(at_request(seen(**case.fires), CN)) == {case.name, *case.also}


@pytest.mark.parametrize("case", DATES, ids=lambda case: case.name)
def test_a_rule_does_from_its_day_on_what_its_entry_of_that_day_says(case: Dated) -> None:
    told = [
        [one.severity.value for one in of_name(case.name, seen(**change))] or [""]
        for change in (case.before, case.on)
    ]

    assert told == [[case.severity_before], [case.severity_on]]


AT_DRAWDOWN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("K10", certificate(90), certificate(90, registered=False)),
    ("K10", {"registered": False}, certificate(90, registered=None)),
    ("K11", {"searched_on": DAY - timedelta(3)}, {"searched_on": DAY - timedelta(4)}),
    ("K11", {"searched_on": DAY}, {"searched_on": None}),
]


@pytest.mark.parametrize(("name", "quiet", "fires"), AT_DRAWDOWN)
def test_rules_of_drawdown_run_then_and_not_before(
    name: str, quiet: dict[str, Any], fires: dict[str, Any]
) -> None:
    """1 June 2026 is a Monday: the Friday before is one business day ago, the Thursday two."""
    assert fired(seen(claim=quiet), CN.at_drawdown) == ()
    (found,) = fired(seen(claim=fires), CN.at_drawdown)
    assert (found.code, found.severity.value, found.scope.value) == (name, "BLOCK", "drawdown")
    assert name not in at_request(seen(claim=fires), CN)


@pytest.mark.parametrize(
    ("name", "change", "day"),
    [
        ("K10", {"instrument": "e_certificate", "registered": False}, date(2025, 6, 15)),
        ("K11", {"searched_on": None}, date(2022, 2, 1)),
    ],
)
def test_rules_of_drawdown_hold_from_their_day_on(
    name: str, change: dict[str, Any], day: date
) -> None:
    eve, first = (
        names(fired(seen(claim=change, day=on), CN.at_drawdown)) for on in (day - timedelta(1), day)
    )

    assert name not in eve
    assert name in first


def test_every_rule_has_a_threshold_above() -> None:
    tried = {case.name for case in THRESHOLDS} | {name for name, _, _ in AT_DRAWDOWN}

    assert tried | {"K25"} == {rule.name for rule in RULES}  # K25 is about decisions: see there


def test_every_date_of_a_shipped_rule_has_a_case_above() -> None:
    dated = {entry.name for entry in CN.policy.rules if entry.valid_from or entry.valid_to}

    assert {case.name for case in DATES} | {"K10", "K11"} == dated


@pytest.mark.parametrize("name", ["cn", "generic"])
def test_no_rule_fires_on_an_ordinary_request(name: str) -> None:
    policy = load_pack(name)

    assert fired(seen(), policy.at_request) == fired(seen(), policy.at_drawdown) == ()


def test_rules_fire_together_and_in_their_order() -> None:
    """Whatever else there is: parties, receivables, cover, data."""
    every = at_request(
        seen(
            claim={"of_others": True, "due_on": DAY - timedelta(3), "disputed_minor": 90_000},
            supplier={"valid_id": False, "open_records": ("bankruptcy",)},
            pair={"claims_known": 0, "linked": True},
            amount_requested_minor=10**6,
            fraud_score=1.0,
        ),
        CN,
    )
    order = [rule.name for rule in RULES]

    assert len(every) > 8
    assert [order.index(name) for name in every] == sorted(order.index(name) for name in every)


def test_of_many_receivables_each_is_told_that_is_at_fault() -> None:
    claims = tuple(replace(CLAIM, ref=f"I-{at}", disputed_minor=at * 10_000) for at in range(5))
    found = fired(seen(claims=claims), CN.at_request)

    assert [(one.code, one.about, one.observed) for one in found] == [
        ("K15", "I-3", 0.3),
        ("K15", "I-4", 0.4),
    ]


UNKNOWN: list[tuple[str, str, dict[str, Any]]] = [
    ("K01.identifier", "WARN", {"buyer": {"valid_id": None}}),
    ("K01.status", "REFER", {"supplier": {"status": None}}),
    ("K04.invoice", "REFER", {"claim": {"invoice_state": None}}),
    ("K06.exact", "WARN", {"claim": {"earlier_overlap": None}}),
    ("K09.longest", "REFER", {"claim": {"instrument": "e_certificate", "instrument_days": None}}),
    ("K12.undisclosed", "WARN", {"pair": {"linked": None}}),
    ("K13.receivable", "REFER", {
        "claim": {"owed_minor": None, "face_minor": None, "financed_minor": 1},
        "amount_requested_minor": None,
    }),
    ("K13.request", "REFER", {
        "claim": {"owed_minor": None, "face_minor": None, "financed_minor": 1},
    }),
    ("K14", "REFER", {"claim": {"delivered": None}}),
    ("K15", "WARN", {"claim": {"disputed_minor": None}}),
    ("K17", "REFER", {"claim": {"due_on": None}, "tenor_days": 90}),
    ("K18.tenor", "WARN", {"claim": {"due_on": None}}),
    ("K19.valuation", "REFER", {"item": {"valued_on": None}}),
    ("K20", "REFER", {"claim": {"instrument": "bill"}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "severity", "change"), UNKNOWN)
def test_what_isn_t_known_is_told_as_the_pack_says(
    name: str, severity: str, change: dict[str, Any]
) -> None:
    (found,) = of_name(name, seen(**change))

    assert (found.severity.value, found.known) == (severity, False)
    assert "Not known" in found.en
    assert "未知" in found.zh


@pytest.mark.parametrize(
    "change",
    [
        {"supplier": {"consents": {}}},
        {"fraud_score": None},
        {"channel_collects": None},
        {"buyer": {"unpaid_certificate": None}},
    ],
)
def test_what_isn_t_known_passes_where_the_pack_says_nothing_of_it(change: dict[str, Any]) -> None:
    assert at_request(seen(**change), CN) == []


def test_what_is_settled_is_not_past_due() -> None:
    change = {"settled": True, "due_on": DAY - timedelta(3)}

    assert at_request(seen(claim=change), CN) == ["K04.settled"]


def test_what_is_unknown_of_many_receivables_is_told_once() -> None:
    claims = tuple(replace(CLAIM, ref=f"I-{at}", delivered=None) for at in range(500))

    (found,) = fired(seen(claims=claims), CN.at_request)

    assert found.about == "I-0, I-1, I-2 +497"
    assert found.zh.endswith("（I-0、I-1、I-2等500项）")


def test_an_old_record_of_a_controller_counts_before_what_isn_t_known_of_the_party() -> None:
    change = {"open_records": None, "controller_records": ("bankruptcy",)}

    assert [one.severity.value for one in of_name("K02", seen(supplier=change))] == ["BLOCK"]


def test_nobody_is_known_and_no_rule_breaks() -> None:
    """Of a request about which the ledger says nothing, the lender's own questions are told."""
    bare = Circumstances(DAY, claims=(replace(CLAIM, ref="I-1"),), pair=PairSeen(claims_known=9))

    found = fired(bare, load_pack("cn").at_request)

    assert {one.severity.value for one in found if not one.known} == {"REFER", "WARN"}
    assert all(not one.known for one in found)


@given(percent=st.integers(1, 100), face=st.integers(0, 2**53))
def test_the_cap_is_met_to_the_cent(percent: int, face: int) -> None:
    """29 % of 100 is 29, which binary fractions make 28.999...; integers are the oracle."""
    said = {"any": {**ANY, "most_advance_share": f"{percent / 100:.2f}"}}
    tried = pack_of(content("generic", products=said))
    cap = face * percent // 100

    def told(asked: int) -> list[str]:
        change = {"face_minor": face, "owed_minor": face}
        return at_request(seen(claim=change, amount_requested_minor=asked), tried)

    assert told(cap) == []
    assert told(cap + 1) == ["K18.amount"]


@given(day=st.dates(date(2000, 1, 1), date(2040, 1, 1)), days=st.integers(0, 40))
def test_business_days_are_those_of_a_calendar(day: date, days: int) -> None:
    after = [day + timedelta(at) for at in range(1, days + 1)]

    assert business_days(day, day + timedelta(days)) == sum(one.weekday() < 5 for one in after)


@given(day=st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_months_follow_each_other_and_end_where_the_month_does(day: date) -> None:
    ends = [months_after(day, months) for months in range(14)]

    assert all(one < other for one, other in pairwise(ends))
    assert ends[12].month == day.month
    for end in ends:
        month_ends = (end + timedelta(1)).day == 1
        assert end.day == day.day or (month_ends and end.day < day.day)


def test_rules_are_told_in_both_languages_under_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.code for rule in RULES] == sorted(rule.code for rule in RULES)
    for rule in RULES:
        assert rule.en.isascii()
        assert rule.subject_en.isascii()
        assert not rule.zh.isascii()
        assert not rule.subject_zh.isascii()


def test_words_of_parameters_are_those_of_the_ledger() -> None:
    assert get_args(ledger.entities.reputation.Adverse) == RECORDS
    assert get_args(ledger.entities.finance.Product) == PRODUCTS
