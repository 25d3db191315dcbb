"""Live facts of the claim and of its title, in slow plain Python."""

from collections.abc import Callable
from math import exp, floor, log
from statistics import median

from ledger.clocks import to_micros
from tests.features.plain_requests import Asked, Plain, having
from tests.features.source_theme import plain_supplier_sources
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row

MOST_MINOR = 10**15
Value = Callable[[Asked], float | None]


def live(asked: Plain, kind: str) -> dict[str, Row]:
    """The last revision of each fact visible at the instant of the request."""
    at, last = to_micros(asked.request.as_of), {}
    for row in sorted(asked.world.facts.get(kind, ()), key=lambda row: int(row["revision"])):
        if row["visible_at"] <= at:
            last[row["ref"]] = row
    return last


def found(asked: Plain, kind: str, **wanted: object) -> list[Row]:
    """Live facts with these values."""
    rows = live(asked, kind).values()
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def latest(rows: list[Row]) -> Row | None:
    return max(rows, key=lambda row: (row["happened_at"], row["seq"]), default=None)


def by_face(asked: Plain, value: Value, scale: int = 1) -> float | None:
    """Mean over the receivables asked for of whole parts of a value, by whole parts of weight."""
    parts, weights = 0.0, 0
    for each in asked.asked:
        number = value(each)
        if number is not None:
            weight = max(1, floor(each.weight * 1e6 + 0.5))
            parts, weights = parts + weight * floor(number * scale + 0.5), weights + weight
    return parts / (scale * weights) if weights else None


def told(asked: Plain, source: str) -> bool:
    return plain_supplier_sources(asked)[f"{source}_state"] in {1, 2}


def plain_pair_usual(asked: Plain) -> Values:
    day = asked.day
    seen = [claim for claim in asked.of_pair if claim.issued_on <= day]
    own = [claim for claim in seen if day - claim.issued_on < 730]
    others = [c for c in asked.of_buyer if c.issued_on <= day and day - c.issued_on < 730]
    claims = own or others
    logs = [log(claim.face_minor) for claim in claims if claim.face_minor]
    middle = median(logs) if logs else None
    year = having(c.face_minor for c in seen if day - c.issued_on < 365)
    still = having(c.face_minor for c in seen if c.is_open)
    late = having(c.face_minor for c in seen if c.is_open and day - 1 - c.due_on > 60)
    return {
        "usual_term_days": median(min(c.term_days, 365) for c in claims) if claims else None,
        "usual_ln_amount": middle,
        "usual_ln_mad": None if middle is None else median(abs(one - middle) for one in logs),
        "pair_sales_12m_minor": sum(year) if year else None,
        "pair_open_minor": sum(still) if still else None,
        "pair_past_due_minor": sum(late) if late else None,
        "pair_unnamed_minor": None,  # payments are tried in tests/features/test_unnamed_payments.py
    }


def over(one: float | None, other: float | None) -> float | None:
    """A quotient; missing where a part is, or the divisor isn't above 0."""
    return None if one is None or not other or other < 0 else one / other


PRODUCTS = {
    "factoring": 1,
    "reverse_factoring": 1,
    "receivable_pledge": 1,
    "dynamic_discounting": 1,
    "e_certificate": 2,
    "bill_discount": 3,
    "order_finance": 4,
    "inventory_finance": 5,
    "receipt_finance": 5,
}


def plain_claim_asked(asked: Plain) -> Values:
    usual, claims, request = plain_pair_usual(asked), live(asked, "receivable"), asked.request
    term, middle, mad = (usual[f"usual_{name}"] for name in ("term_days", "ln_amount", "ln_mad"))

    def eligible(each: Asked) -> int | None:
        row = claims[each.receivable]
        amounts = having([row["eligible_minor"], row["outstanding_minor"], each.face_minor])
        return amounts[0] if amounts else None

    def longer(each: Asked) -> float | None:
        return min(each.term_days / term - 1, 100.0) if term else None

    def apart(each: Asked) -> float | None:
        if not each.face_minor or middle is None or mad is None:
            return None
        return (log(each.face_minor) - middle) / (1.4826 * max(mad, 0.15))

    amounts = [eligible(each) for each in asked.asked]
    obligors: dict[str, int] = {}
    for each in asked.asked:
        buyer = claims[each.receivable]["buyer"]
        obligors[buyer] = obligors.get(buyer, 0) + max(1, floor(each.weight * 1e6 + 0.5))
    whole = sum(obligors.values())
    flags = {None: None, True: 1, False: 0}
    return {
        "tenor": by_face(asked, lambda each: each.due_on - asked.day),
        "tenor_vs_usual": by_face(asked, longer, 10**6),
        "invoice_age": by_face(asked, lambda each: asked.day - each.issued_on),
        "advance_rate": over(
            request.amount_requested_minor, None if None in amounts else sum(having(amounts))
        ),
        "amount_z": by_face(asked, apart, 10**6),
        "amount_share_pair": over(request.amount_requested_minor, usual["pair_sales_12m_minor"]),
        "notified": flags[request.notified],
        "cash_control": {None: None, "free": 0, "supervised": 1, "locked": 2}[request.account],
        "recourse": flags[request.recourse],
        "instrument": PRODUCTS.get(request.product or ""),
        "pool_hhi": sum(part**2 for part in obligors.values()) / whole**2,
        "pool_past_due": by_face(asked, lambda each: asked.day - each.due_on > 30),
    }


def invoices_of(asked: Plain, receivable: str) -> list[Row]:
    every = live(asked, "invoice")
    names = {row["invoice"] for row in found(asked, "receivable_invoice", receivable=receivable)}
    return [every[name] for name in names if name in every]


def disputed(asked: Plain, receivable: str) -> int | None:
    """What is disputed of a receivable, by itself or by its invoices."""
    names = {row["ref"] for row in invoices_of(asked, receivable)}
    rows = [
        row
        for row in found(asked, "dispute", supplier=asked.supplier, buyer=asked.buyer)
        if row["opened_on"] <= asked.day
        and (row["resolved_on"] is None or row["resolved_on"] > asked.day)
        and (
            row["receivable"] == receivable
            or (row["receivable"] is None and row["invoice"] in names)
        )
    ]
    return sum(min(row["amount_minor"], MOST_MINOR) for row in rows) if rows else None


def _contract(asked: Plain, receivable: str) -> Row | None:
    own = live(asked, "receivable")[receivable]["contract"]
    orders = live(asked, "purchase_order")
    papers = invoices_of(asked, receivable)
    named = [
        paper["contract"] or orders.get(paper["purchase_order"], {}).get("contract")
        for paper in papers
    ]
    key = own or min(having(named), default=None)
    row = live(asked, "contract").get(key or "")
    return row if row and row["supplier"] == asked.supplier else None


def _taken(asked: Plain, receivable: str) -> tuple[bool, float | None, int | None]:
    """Whether an order is named, the evidence of acceptance, and the last day of it."""
    orders = set(having(row["purchase_order"] for row in invoices_of(asked, receivable)))
    level, worth, days = 0, 0, []
    for sent in live(asked, "delivery").values():
        if sent["purchase_order"] not in orders:
            continue
        rows = found(asked, "acceptance", delivery=sent["ref"])
        value = min(sent["value_minor"] or 0, 10**14)
        value = value if value > 0 else 1
        level += value * max((row["evidence_level"] for row in rows), default=0)
        worth += value
        for row in rows or [{"accepted_on": None, "deemed_accepted_on": None}]:
            dates = having([row["accepted_on"], row["deemed_accepted_on"], sent["received_on"]])
            days += dates[:1]
    return bool(orders), level / worth if worth else None, max(days, default=None)


def plain_claim_title(asked: Plain) -> Values:
    platform = told(asked, "platform")

    def answer(each: Asked) -> Row | None:
        return latest(found(asked, "confirmation", receivable=each.receivable))

    def confirmed(each: Asked) -> float | None:
        row = answer(each)
        return row["level"] if row else (0 if platform else None)

    def lag(each: Asked) -> float | None:
        row = answer(each)
        day = row["confirmed_on"] if row else None
        return None if day is None else day - each.issued_on

    def accepted(each: Asked) -> float | None:
        named, level, _ = _taken(asked, each.receivable)
        return level if level is not None else (0.0 if named and platform else None)

    def excess(each: Asked) -> float | None:
        row = _contract(asked, each.receivable)
        if row is None or row["buyer_size"] is None or row["supplier_size"] is None:
            return None
        if row["buyer_size"] != "large" or row["supplier_size"] == "large":
            return 0
        day = _taken(asked, each.receivable)[2]
        return None if day is None else max(0, each.due_on - day - 60)

    def retained(each: Asked) -> float | None:
        row = _contract(asked, each.receivable)
        return None if row is None or row["retention_ppm"] is None else row["retention_ppm"] / 1e6

    def when_paid(each: Asked) -> float | None:
        row = _contract(asked, each.receivable)
        return None if row is None else row["pay_when_paid"]

    def in_dispute(each: Asked) -> float | None:
        amount = disputed(asked, each.receivable)
        if not each.face_minor:
            return None
        return (
            min(1.0, amount / each.face_minor) if amount is not None else (0 if platform else None)
        )

    tiers = found(asked, "trade_relation", supplier=asked.supplier, buyer=asked.buyer)
    relation = latest([row for row in tiers if row["tier_from_core"] is not None])
    direct = relation["tier_from_core"] if relation else None

    def certificates(each: Asked) -> list[Row]:
        rows = found(asked, "e_certificate", receivable=each.receivable)
        return [row for row in rows if row["hop"] is not None]

    def tier(each: Asked) -> float | None:
        return max((row["hop"] + 1 for row in certificates(each)), default=direct)

    def passed_on(each: Asked) -> float | None:
        rows, row = certificates(each), answer(each)
        if any(
            one["status"] in {"overdue", "cancelled"} or one["payment_promise"] is False
            for one in rows
        ):
            return 0.0
        if rows:
            return exp(log(0.95) * (max(one["hop"] for one in rows) + 1))
        if direct is None or (row is None and not platform):
            return None
        return 0.95 if direct == 1 and row and row["level"] >= 1 else 0.0

    return {
        "term_excess_60": by_face(asked, excess),
        "confirm_level": by_face(asked, confirmed),
        "confirm_lag": by_face(asked, lag),
        "acceptance_level": by_face(asked, accepted, 10**6),
        "retention_pct": by_face(asked, retained, 10**6),
        "pay_when_paid": by_face(asked, when_paid),
        "open_dispute_share": by_face(asked, in_dispute, 10**6),
        "tier": by_face(asked, tier),
        "credit_transmit": by_face(asked, passed_on, 10**6),
    }
