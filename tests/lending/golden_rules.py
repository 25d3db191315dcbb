"""For each rule: circumstances on both sides of its threshold, and of its date."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from features.circumstances.claim_seen import Rival
from tests.lending.offers import DAY

LINES = {"buyer_minor": 1_000_000, "group_minor": 2_000_000, "single_name_minor": 500_000}
Change = dict[str, Any]


def certificate(days: int, opened: date = date(2025, 6, 15), **other: Any) -> Change:
    """A claim that is a certificate of so many days."""
    return {
        "instrument": "e_certificate",
        "instrument_days": days,
        "instrument_opened_on": opened,
        **other,
    }


def bill(days: int, opened: date = date(2026, 3, 1)) -> Change:
    return certificate(days, opened, instrument="bill")


class Golden(NamedTuple):
    """One threshold of a rule."""

    name: str
    severity: str
    quiet: Change
    fires: Change
    en: str  # what the reason says
    also: Sequence[str] = ()  # what else fires, for it follows


DISHONEST: Change = {"open_records": ("dishonest_debtor",)}

THRESHOLDS: tuple[Golden, ...] = (
    Golden("K01.identifier", "BLOCK", {"supplier": {"valid_id": True}},
           {"supplier": {"valid_id": False}}, "code of the supplier fails"),
    Golden("K01.identifier", "BLOCK", {}, {"buyer": {"valid_id": False}}, "of the buyer"),
    Golden("K01.status", "BLOCK", {"buyer": {"status": "moved_out"}},
           {"buyer": {"status": "revoked"}}, "The buyer is revoked"),
    Golden("K01.sanctions", "BLOCK", {"buyer": {"open_records": ("lawsuit",)}},
           {"buyer": {"open_records": ("lawsuit", "sanctions")}}, "list: sanctions"),
    Golden("K01.sanctions", "BLOCK", {"supplier": {"controller_records": ("lawsuit",)}},
           {"supplier": {"controller_records": ("sanctions",)}}, "who controls it"),
    Golden("K02", "BLOCK", {"supplier": {"open_records": ("enforcement",)}},
           {"supplier": DISHONEST}, "dishonest debtor"),
    Golden("K02", "BLOCK", {"buyer": {"controller_records": ("bankruptcy",)}},
           {"supplier": {"controller_records": ("bankruptcy",)}}, "bankruptcy"),
    Golden("K03.insolvent", "BLOCK", {"buyer": {"open_records": ("enforcement",)}},
           {"buyer": {"open_records": ("bankruptcy",)}}, "The buyer has"),
    Golden("K03.bill", "BLOCK", {"claim": bill(90)},
           {"claim": bill(90), "buyer": {"open_records": ("bill_persistent_overdue",)}},
           "bill, and its buyer is in default: bill persistent overdue"),
    Golden("K03.certificate", "BLOCK", {"claim": certificate(90)},
           {"claim": certificate(90), "buyer": {"unpaid_certificate": True}},
           "certificate, and its buyer is in default: unpaid certificate"),
    Golden("K03.account", "REFER", {"buyer": {"open_records": ("bill_overdue",)}},
           {"buyer": {"open_records": ("bond_default",)}}, "bond default"),
    Golden("K04.invoice", "BLOCK", {"claim": {"invoice_state": "part_red"}},
           {"claim": {"invoice_state": "full_red"}}, "invoice is full red"),
    Golden("K04.settled", "BLOCK", {}, {"claim": {"settled": True}}, "I-1 is already settled"),
    Golden("K05.duplicate", "BLOCK", {}, {"claim": {"duplicate_of": ("I-7", "I-9")}}, "I-7, I-9"),
    Golden("K05.other_parties", "BLOCK", {}, {"claim": {"of_others": True}}, "other parties"),
    Golden("K06.exact", "BLOCK", {"claim": {"earlier_overlap": "none"}},
           {"claim": {"earlier_overlap": "exact"}}, "exact overlap"),
    Golden("K06.overlap", "REFER", {"claim": {"earlier_overlap": "none"}},
           {"claim": {"earlier_overlap": "floating"}}, "floating overlap"),
    Golden("K06.unregistered", "REFER",
           {"claim": {"rivals": (Rival("a", notified_on=date(2026, 5, 2)),),
                      "notified_on": date(2026, 5, 1)}},
           {"claim": {"rivals": (Rival("a", notified_on=date(2026, 5, 1)),),
                      "notified_on": date(2026, 5, 2)}}, "behind by notice"),
    Golden("K07.public", "REPORT", {"claim": {"buyer_public": True, "payment_days": 60}},
           {"claim": {"buyer_public": True, "payment_days": 61}}, "61 days, more than 60"),
    Golden("K07.large", "WARN", {"claim": {"payment_days": 60}},
           {"claim": {"payment_days": 61}}, "ask for the reason"),
    Golden("K07.large", "WARN", {"claim": {"payment_days": 90, "buyer_size": "medium"}},
           {"claim": {"payment_days": None, "delivered_on": DAY - timedelta(21)}}, "61 days"),
    Golden("K08", "WARN", {"claim": {"pay_when_paid": True, "supplier_size": "large"}},
           {"claim": {"pay_when_paid": True}}, "isn't at fault"),
    Golden("K09.longest", "BLOCK",
           {"claim": certificate(365, instrument_reviewed=True)},
           {"claim": certificate(366, instrument_reviewed=True)}, "366 days, longer than the 365"),
    Golden("K09.unreviewed", "REFER", {"claim": certificate(183)},
           {"claim": certificate(184)}, "184 days, longer than 183"),
    Golden("K09.unreviewed", "REFER", {"claim": certificate(184, instrument_reviewed=True)},
           {"claim": certificate(184, instrument_reviewed=False)}, "no review"),
    Golden("K09.announced", "WARN",
           {"claim": certificate(181, date(2026, 9, 10), instrument_reviewed=True)},
           {"claim": certificate(182, date(2026, 9, 10), instrument_reviewed=True)},
           "maximum of 181 is announced"),
    Golden("K12.undisclosed", "REFER", {"pair": {"linked": True, "link_disclosed": True}},
           {"pair": {"linked": True, "link_disclosed": False}}, "linked by control"),
    Golden("K12.share", "BLOCK", {"pair": {"related_share": 0.5}},
           {"pair": {"related_share": 0.501}}, "50.1 % of the supplier's sales"),
    Golden("K13.receivable", "BLOCK",
           {"claim": {"financed_minor": 100_000}, "amount_requested_minor": None},
           {"claim": {"financed_minor": 100_001}, "amount_requested_minor": None},
           "1,000.01 CNY is financed of it, more than 1,000.00 CNY", ["K13.request"]),
    Golden("K13.request", "BLOCK",
           {"claim": {"financed_minor": 30_000}, "amount_requested_minor": 70_000},
           {"claim": {"financed_minor": 30_000}, "amount_requested_minor": 70_001},
           "1,000.01 CNY is financed", ["K18.amount"]),
    Golden("K14", "BLOCK", {"claim": {"delivered": True}}, {"claim": {"delivered": False}},
           "aren't delivered"),
    Golden("K14", "BLOCK", {"claim": {"delivered": False}, "product": "order_finance"},
           {"claim": {"delivered": False}, "product": None}, "aren't delivered"),
    Golden("K15", "BLOCK", {"claim": {"disputed_minor": 20_000}},
           {"claim": {"disputed_minor": 20_001}}, "20 % of its face is disputed"),
    Golden("K16", "REFER", {"claim": {"assignment_prohibited": True}},
           {"claim": {"assignment_prohibited": True, "consented": None}}, "may not be assigned"),
    Golden("K17", "BLOCK", {"claim": {"due_on": DAY, "payment_days": 30}},
           {"claim": {"due_on": DAY - timedelta(1)}}, "past due; days: 1"),
    Golden("K17", "BLOCK",
           {"claim": {"due_on": DAY - timedelta(9)}, "product": "receivable_pledge"},
           {"claim": {"due_on": DAY - timedelta(9)}}, "past due; days: 9"),
    Golden("K18.amount", "COUNTER", {"amount_requested_minor": 80_000},
           {"amount_requested_minor": 80_001}, "800.01 CNY is asked for, more than the 800.00 CNY"),
    Golden("K18.amount", "COUNTER", {"claim": {"owed_minor": 87_500}},
           {"claim": {"owed_minor": 87_499}}, "more than the 699.99 CNY"),
    Golden("K18.tenor", "COUNTER", {"tenor_days": 365}, {"tenor_days": 366}, "366 days"),
    Golden("K18.tenor", "COUNTER", {"claim": {"due_on": DAY + timedelta(365)}},
           {"claim": {"due_on": DAY + timedelta(366)}}, "longer than the 365"),
    Golden("K18.buyer_line", "COUNTER", {"used": {"buyer_minor": 930_000}},
           {"used": {"buyer_minor": 930_001}}, "10,000.01 CNY is out on the buyer"),
    Golden("K18.group_line", "COUNTER", {"used": {"group_minor": 1_930_000}},
           {"used": {"group_minor": 1_930_001}}, "the buyer's group"),
    Golden("K18.single_name", "COUNTER", {"used": {"supplier_minor": 430_000}},
           {"used": {"supplier_minor": 430_001}}, "the supplier, more than the line of 5,000.00"),
    Golden("K18.single_name", "COUNTER",
           {"used": {"supplier_minor": 499_999}, "amount_requested_minor": None},
           {"used": {"supplier_minor": 500_000}, "amount_requested_minor": None}, "the supplier"),
    Golden("K19.valuation", "REFER", {"item": {"valued_on": DAY - timedelta(30)}},
           {"item": {"valued_on": DAY - timedelta(31)}}, "31 days ago, more than 30"),
    Golden("K19.valuation", "REFER",
           {"item": {"valued_on": DAY - timedelta(1), "commodity": True}},
           {"item": {"valued_on": DAY - timedelta(2), "commodity": True}}, "2 days ago"),
    Golden("K19.uninsured", "REFER", {"item": {"insured": False, "kind": "deposit"}},
           {"item": {"insured": False}}, "G-1 isn't insured"),
    Golden("K20", "BLOCK", {"claim": bill(184)}, {"claim": bill(185)}, "longer than the 184"),
    Golden("K21", "BLOCK", {"channel_collects": False}, {"channel_collects": True}, "platform"),
    Golden("K22.bureau", "BLOCK", {},
           {"supplier": {"consents": {"bureau": "expired"}}}, "bureau data is expired"),
    Golden("K22.tax", "BLOCK", {}, {"buyer": {"consents": {"tax": "missing"}}}, "of the buyer"),
    Golden("K22.personal", "BLOCK", {"supplier": {"consents": {"personal": "withdrawn"}}},
           {"supplier": {"consents": {"personal": "withdrawn"}, "person_linked": True}},
           "personal data is withdrawn"),
    Golden("K23.tier", "REFER", {"data_tier": 2, "product": "reverse_factoring"},
           {"data_tier": 1, "product": "reverse_factoring"}, "tier T1 are at hand"),
    Golden("K23.history", "REFER", {"pair": {"claims_known": 3}},
           {"pair": {"claims_known": 2}}, "Known claims on this buyer: 2, fewer than 3"),
    Golden("K23.alert", "REFER", {"alerts": ("slow",)}, {"alerts": ("psi",)}, "alert: psi"),
    Golden("K24.check", "WARN", {"fraud_score": 0.3499}, {"fraud_score": 0.35}, "35 %"),
    Golden("K24", "REFER", {"fraud_score": 0.7999}, {"fraud_score": 0.8}, "80 %",
           ("K24.check",)),
)  # fmt: skip


class Dated(NamedTuple):
    """A day before a rule's first one, and that day: what it does then."""

    name: str
    before: Change
    on: Change
    severity_before: str  # empty: it isn't in force
    severity_on: str


def _contract(day: date, **other: Any) -> Change:
    return {"claim": {"contract_signed_on": day, "payment_days": 90, **other}}


def _unpaid(days: int, day: date, **other: Any) -> Change:
    return {"claim": certificate(days, day, **other), "buyer": {"unpaid_certificate": True}}


def _consent(scope: str, day: date) -> Change:
    return {"supplier": {"person_linked": True, "consents": {scope: "missing"}}, "day": day}


LAW, DAY_BEFORE = date(2025, 6, 1), date(2025, 5, 31)
NOTICE, EVE = date(2025, 6, 15), date(2025, 6, 14)

DATES: tuple[Dated, ...] = (
    Dated("K07.large", _contract(DAY_BEFORE), _contract(LAW), "", "WARN"),
    Dated("K07.public", _contract(date(2020, 8, 31), buyer_public=True),
          _contract(date(2020, 9, 1), buyer_public=True), "", "REPORT"),
    Dated("K07.public", _contract(DAY_BEFORE, buyer_public=True),
          _contract(LAW, buyer_public=True), "REPORT", "REPORT"),
    Dated("K08", _contract(date(2020, 8, 31), pay_when_paid=True),
          _contract(date(2020, 9, 1), pay_when_paid=True), "", "WARN"),
    Dated("K09.longest", {"claim": certificate(400, EVE)},
          {"claim": certificate(400, NOTICE)}, "WARN", "BLOCK"),
    Dated("K09.unreviewed", {"claim": certificate(200, EVE)},
          {"claim": certificate(200, NOTICE)}, "", "REFER"),
    Dated("K09.announced", {"claim": certificate(200, date(2026, 9, 9))},
          {"claim": certificate(200, date(2026, 9, 10))}, "", "WARN"),
    Dated("K03.certificate", _unpaid(90, EVE), _unpaid(90, NOTICE), "REFER", "BLOCK"),
    Dated("K03.bill", _unpaid(90, date(2022, 12, 31), instrument="bill"),
          _unpaid(90, date(2023, 1, 1), instrument="bill"), "", "BLOCK"),
    Dated("K20", {"claim": bill(200, date(2022, 12, 31))},
          {"claim": bill(200, date(2023, 1, 1))}, "", "BLOCK"),
    Dated("K21", {"channel_collects": True, "day": EVE},
          {"channel_collects": True, "day": NOTICE}, "", "BLOCK"),
    Dated("K22.bureau", _consent("bureau", date(2021, 12, 31)),
          _consent("bureau", date(2022, 1, 1)), "", "BLOCK"),
    Dated("K22.personal", _consent("personal", date(2021, 10, 31)),
          _consent("personal", date(2021, 11, 1)), "", "BLOCK"),
)  # fmt: skip
