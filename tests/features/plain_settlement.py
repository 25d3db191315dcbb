"""How claims are settled, in slow plain Python."""

from tests.features.plain_flows import Trade
from tests.features.plain_requests import Plain
from tests.features.source_theme import plain_supplier_sources
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row

LESSENS = {"credit_note", "return", "rebate", "price_dispute", "set_off", "penalty"}


def credited(asked: Plain, invoice: Row) -> int:
    """What lessens an invoice; nothing where it was a mistake and is invoiced anew."""
    invoices, gross = asked.facts("invoice"), int(invoice["gross_minor"])
    notes = [
        i
        for i in invoices
        if i["red_of"] == invoice["ref"] and i["gross_minor"] < 0 and i["seller"] == asked.supplier
    ]
    red = -sum(i["gross_minor"] for i in notes)
    told = sum(
        e["amount_minor"]
        for e in asked.facts("dilution_event")
        if e["invoice"] == invoice["ref"]
        and e["supplier"] == asked.supplier
        and e["dilution"] in LESSENS
        and e["non_cash"] is not False
    )
    if red >= gross and notes:
        red_on = min(i["issued_on"] for i in notes)
        parties = (invoice["seller"], invoice["buyer"])
        for other in invoices:
            same = (other["seller"], other["buyer"]) == parties and other["gross_minor"] == gross
            if same and other is not invoice and 0 <= other["issued_on"] - red_on <= 30:
                return 0
    return min(gross, max(int(red), int(told)))


def aged_invoices(asked: Plain) -> list[Row]:
    return [
        i
        for i in asked.facts("invoice")
        if i["seller"] == asked.supplier
        and i["gross_minor"] > 0
        and 60 <= asked.day - i["issued_on"] < 365
    ]


def dilution(asked: Plain, aged: list[Row]) -> float | None:
    own = [i for i in aged if i["buyer"] == asked.buyer]
    if not aged:
        return None
    rate, prior = (lost_rate(asked, some) for some in (own, aged))
    return (len(own) * rate + 10 * prior) / (len(own) + 10)


def lost_rate(asked: Plain, invoices: list[Row]) -> float:
    return sum(credited(asked, i) for i in invoices) / max(
        1, sum(int(i["gross_minor"]) for i in invoices)
    )


def spike(asked: Plain, aged: list[Row]) -> float | None:
    """The largest of eight rates of three months, each drawn with ten invoices to the year's."""
    rates = []
    for youngest in range(60, 271, 30):
        some = [i for i in aged if youngest <= asked.day - i["issued_on"] <= youngest + 90]
        if some:
            lost = len(some) * lost_rate(asked, some) + 10 * lost_rate(asked, aged)
            rates.append(lost / (len(some) + 10))
    return max(rates, default=None)


def share(payments: list[Row], some: list[Row]) -> float | None:
    """Share by amount, drawn with ten payments to none."""
    if not payments:
        return None
    part = sum(int(p["amount_minor"]) for p in some) / sum(int(p["amount_minor"]) for p in payments)
    return len(payments) * part / (len(payments) + 10)


def paid(asked: Plain) -> list[Row]:
    """Payments between the two of a year, set-off left out."""
    trade = Trade(asked.facts, asked.supplier, asked.buyer)
    claims = {r["ref"] for r in trade.of_pair("receivable")}

    def between_the_two(payment: Row) -> bool:
        if payment["receivable"] is not None:
            return payment["receivable"] in claims
        return (payment["payee"], payment["payer"]) == (asked.supplier, asked.buyer)

    return [
        p
        for p in asked.facts("payment")
        if between_the_two(p)
        and (p["amount_minor"] or 0) > 0
        and 0 <= asked.day - p["paid_on"] < 365
        and p["channel"] != "offset"
    ]


def accounts(asked: Plain) -> set[str]:
    """Accounts known to be the buyer's."""
    told = {
        a["value_hash"]
        for a in asked.facts("party_attribute")
        if a["party"] == asked.buyer and a["attribute"] == "bank_account"
    }
    profiles = [p for p in asked.facts("party_profile") if p["party"] == asked.buyer]
    return (told | {p["bank_account_hash"] for p in profiles}) - {None}


def plain_pair_settlement(asked: Plain) -> Values:
    states, payments, own = plain_supplier_sources(asked), paid(asked), accounts(asked)
    told = [p for p in payments if p["channel"] is not None]
    paper = [p for p in told if p["channel"] in {"bill", "e_certificate"}]
    third = [
        p
        for p in payments
        if p["channel"] == "third_party"
        or p["payer"] != asked.buyer
        or (own and p["payer_account_hash"] is not None and p["payer_account_hash"] not in own)
    ]
    bank, invoices = (states[name] in {1, 2} for name in ("bank_state", "invoices_state"))
    aged = aged_invoices(asked)
    return {
        "pair_dilution_rate": dilution(asked, aged) if invoices else None,
        "supplier_dilution_spike": spike(asked, aged) if invoices else None,
        "pair_noncash_settled": share(told, paper) if bank else None,
        "pair_third_party_payer": share(payments, third) if bank else None,
    }


def plain_pair_parts(asked: Plain) -> Values:
    """Claims paid more than once or short, drawn with ten claims to none."""
    partly, paid_claims = 0, 0
    for claim in asked.facts("receivable"):
        parties = (claim["supplier"], claim["buyer"]) == (asked.supplier, asked.buyer)
        age = asked.day - claim["due_on"] if parties and (claim["face_minor"] or 0) > 0 else -1
        payments = [
            p
            for p in asked.facts("payment")
            if p["receivable"] == claim["ref"]
            and (p["amount_minor"] or 0) > 0
            and p["paid_on"] <= asked.day
        ]
        if 30 <= age < 730 and payments:
            parts = sum(p["channel"] != "offset" for p in payments)
            short = float(sum(int(p["amount_minor"]) for p in payments)) * 100.0 < (
                float(claim["face_minor"]) * 98.0
            )
            paid_claims += 1
            partly += parts > 1 or short
    told = plain_supplier_sources(asked)["bank_state"] in {1, 2}
    return {"pair_paid_partly": partly / (paid_claims + 10) if told and paid_claims else None}
