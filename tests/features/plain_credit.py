"""What ratings, records, disclosures and registers say of a party, in slow plain Python."""

from math import exp, log

from features.sources import ASKED, Source
from tests.features.plain_accounts import over, twelve_months
from tests.features.plain_claims import known_profile
from tests.features.plain_requests import Plain, having
from tests.features.source_theme import state_of
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row

SALES = {None, "sale", "sale contract", "买卖合同", "买卖合同纠纷", "国际货物买卖合同纠纷"}
GRAVE = {"dishonest_debtor", "bankruptcy", "bond_default", "bill_persistent_overdue"}
OWNERS = ("central_soe", "local_soe", "public_body", "lgfv", "private", "foreign")
TAX_GRADES = {"A": 0.0, "B": 1.0, "M": 1.5, "C": 2.0, "D": 3.0}


def _of(asked: Plain, kind: str, party: str, field: str = "party") -> list[Row]:
    return [row for row in asked.facts(kind) if row[field] == party]


def _last(rows: list[Row], field: str) -> Row:
    """The last of some rows; an empty one where there are none."""
    return max(rows, key=lambda row: (row[field], row["seq"]), default={})


def _in_force(asked: Plain, party: str, day: int) -> list[Row]:
    """The ratings of a party in force on a day, the best first."""
    last: dict[tuple[str, str], Row] = {}
    ratings = [row for row in _of(asked, "rating", party) if row["acted_on"] <= day]
    for row in sorted(ratings, key=lambda row: (row["acted_on"], row["seq"])):
        last[row["agency"], row["scale"]] = row
    rank = {"internal": 0, "shadow": 2}
    return sorted(
        (row for row in last.values() if row["valid_until"] is None or row["valid_until"] > day),
        key=lambda row: (rank.get(row["agency"], 1), -row["acted_on"], -row["seq"]),
    )


def _logit_pd(asked: Plain, party: str) -> float | None:
    told = having(row["pd_12m_ppm"] for row in _in_force(asked, party, asked.day))
    if not told:
        return None
    ppm = max(1, min(told[0], 999_999))
    return log(ppm / (1_000_000 - ppm))


def _notch_change(asked: Plain, party: str) -> float | None:
    notched = [row for row in _in_force(asked, party, asked.day) if row["notch"] is not None]
    for row in _in_force(asked, party, asked.day - 365):
        if notched and (row["agency"], row["scale"]) == (notched[0]["agency"], notched[0]["scale"]):
            return None if row["notch"] is None else float(notched[0]["notch"] - row["notch"])
    return None


def _records(asked: Plain, party: str, days: int | None = None) -> list[Row]:
    """Records against a party, of the last so many days."""
    return [
        row
        for row in _of(asked, "adverse_record", party)
        if asked.day - row["opened_on"] >= 0
        and (days is None or asked.day - row["opened_on"] < days)
    ]


def _courts_told(asked: Plain, party: str) -> bool:
    return state_of(asked, party, ASKED[Source.COURTS]).told


def _is_open(asked: Plain, row: Row) -> bool:
    return row["closed_on"] is None or bool(row["closed_on"] > asked.day)


def buyer_credit(asked: Plain) -> Values:
    now, _ = twelve_months(asked, asked.buyer)
    disclosure = _last(_of(asked, "payment_disclosure", asked.buyer), "period_end")
    profile = known_profile(asked.world.facts, asked.buyer, asked.day, asked.world.time_zone)
    owner = profile and profile["ownership"]
    overdue = disclosure.get("overdue_minor")
    payables = now.sum("accounts_payable")
    return {
        "buyer_logit_pd": _logit_pd(asked, asked.buyer),
        "buyer_notch_change_12m": _notch_change(asked, asked.buyer),
        "buyer_ownership": OWNERS.index(owner) + 1 if owner else None,
        "buyer_disclosed_overdue": over(
            now.sum("sme_payables_overdue") if overdue is None else overdue, payables
        ),
        **_buyer_records(asked, now.sum("revenue"), now.head.get("own"), disclosure),
    }


def _buyer_records(
    asked: Plain, revenue: int | None, equity: int | None, disclosure: Row
) -> Values:
    records = _records(asked, asked.buyer)
    grave = any(row["adverse"] in GRAVE and _is_open(asked, row) for row in records)
    told = _courts_told(asked, asked.buyer)
    if not told:
        names = (
            "buyer_bill_overdue_6m",
            "buyer_enforce_ratio",
            "buyer_sales_suits_12m",
            "buyer_sme_complaints_12m",
            "buyer_complaints_by_revenue",
        )
        return {**dict.fromkeys(names), "buyer_severe_adverse": 1.0 if grave else None}
    open_amounts = [
        row["amount_minor"]
        for row in records
        if row["adverse"] == "enforcement" and _is_open(asked, row)
    ]
    known_amounts = having(open_amounts)
    enforced = sum(known_amounts) if known_amounts or not open_amounts else None
    year = _records(asked, asked.buyer, 365)
    suits = [
        row
        for row in year
        if row["adverse"] == "lawsuit" and row["role"] == "defendant" and row["cause"] in SALES
    ]
    complaints = sum(row["adverse"] == "sme_arrears_complaint" for row in year)
    listed = {
        (asked.day - row["opened_on"]) * 6 // 182
        for row in _records(asked, asked.buyer, 182)
        if row["adverse"] == "bill_overdue"
    }
    return {
        "buyer_bill_overdue_6m": len(listed),
        "buyer_severe_adverse": float(grave),
        "buyer_enforce_ratio": over(enforced, equity),
        "buyer_sales_suits_12m": over(1e11 * len(suits), revenue),
        "buyer_sme_complaints_12m": over(1000 * complaints, disclosure.get("suppliers")),
        "buyer_complaints_by_revenue": over(1e11 * complaints, revenue),
    }


def _outstanding(asked: Plain, row: Row) -> bool:
    if row["status"] in {"overdue", "refused"}:
        return True
    return row["status"] in {None, "open"} and bool(row["due_on"] >= asked.day)


def buyer_paper(asked: Plain) -> Values:
    now, _ = twelve_months(asked, asked.buyer)
    bills = [
        row
        for row in _of(asked, "bill", asked.buyer, "acceptor")
        if row["accepted_on"] <= asked.day
    ]
    opened = [
        row
        for row in _of(asked, "e_certificate", asked.buyer, "opener")
        if row["opened_on"] <= asked.day and row["split_from"] is None
    ]
    out = sum(row["face_minor"] for row in bills if _outstanding(asked, row))
    certificates = sum(row["face_minor"] for row in opened if _outstanding(asked, row))
    unpaid = sum(row["face_minor"] for row in bills if row["status"] in {"overdue", "refused"})
    owed = now.sum("accounts_payable", "notes_payable")
    late = [row["face_minor"] for row in opened if row["status"] == "overdue"]
    return {
        "buyer_paper_unpaid_minor": unpaid + sum(late) if bills or opened else None,
        "buyer_bill_overdue_ratio": over(unpaid, out),
        "buyer_ecert_load": over(out + certificates, owed) if bills or opened else None,
    }


def _taxes(asked: Plain) -> float | None:
    year = [
        row
        for row in _of(asked, "tax_return", asked.supplier)
        if asked.day - row["period_end"] < 365
    ]
    last = [_last([row for row in year if row["tax"] == tax], "period_end") for tax in _TAXES]
    arrears = having(row.get("arrears_minor") for row in last)
    paid = having(row["tax_paid_minor"] for row in year)
    if not arrears:
        return None
    if sum(arrears) <= 0:
        return 0.0
    if not paid:
        return None
    return 10.0 if sum(paid) <= 0 else min(sum(arrears) / sum(paid), 10.0)


_TAXES = ("vat", "income", "stamp")


def _used(bureau: Row) -> float | None:
    if bureau.get("utilisation_ppm") is not None:
        return float(bureau["utilisation_ppm"]) / 1e6
    return over(bureau.get("outstanding_minor"), bureau.get("limit_minor"))


def supplier_record(asked: Plain) -> Values:
    day = asked.day
    (party,) = [row for row in asked.facts("party") if row["ref"] == asked.supplier]
    profile = known_profile(asked.world.facts, asked.supplier, day, asked.world.time_zone) or {}
    bureau = _last(_of(asked, "bureau_summary", asked.supplier), "reported_on")
    founded, ends = party["established_on"], profile.get("innovation_until")
    told = _courts_told(asked, asked.supplier)
    points = sum(
        row["severity"] * exp(-(day - row["opened_on"]) / 365)
        for row in _records(asked, asked.supplier, 730)
        if row["adverse"] != "key_person_change" and row["role"] in {None, "defendant"}
    )
    changes = sum(
        row["adverse"] == "key_person_change" for row in _records(asked, asked.supplier, 365)
    )
    age = None if founded is None or founded > day else (day - founded) / 365.25
    return {
        "supplier_logit_pd": _logit_pd(asked, asked.supplier),
        "supplier_age": age,
        "supplier_max_dpd_24m": bureau.get("max_dpd_24m_days"),
        "supplier_utilisation": _used(bureau),
        "supplier_lenders": bureau.get("lenders"),
        "supplier_inquiries_3m": bureau.get("inquiries_3m"),
        "supplier_tax_grade": TAX_GRADES.get(profile.get("tax_credit_grade") or ""),
        "supplier_tax_arrears": _taxes(asked),
        "supplier_adverse_24m": points if told else None,
        "supplier_key_change_12m": changes if told else None,
        "supplier_innov_tier": (
            0 if ends is not None and ends <= day else profile.get("innovation_tier")
        ),
    }
