"""What the matches of the four flows are, in slow plain Python."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, floor

from tests.features.plain_requests import Plain, ratio
from tests.features.source_theme import plain_supplier_sources
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row

Facts = Callable[[str], list[Row]]
"""Facts of a kind as they are known, on a day or live."""


def ppm(value: float) -> float:
    return floor(1_000_000 * value + 0.5)


def fits(over: float, whole: float) -> float:
    return exp(-min(max(over, 0) / (0.02 * whole), 50))


def in_time(late: int) -> float:
    return exp(-min(max(late, 0) / 15, 50))


@dataclass(frozen=True)
class Trade:
    """What is known of the trade of two parties."""

    facts: Facts
    supplier: str
    buyer: str

    def of_pair(self, kind: str) -> list[Row]:
        pair = (self.supplier, self.buyer)
        return [row for row in self.facts(kind) if (row["supplier"], row["buyer"]) == pair]

    def order(self, invoice: Row) -> Row | None:
        """The order that an invoice names; else the best of the same amount."""
        orders = [o for o in self.of_pair("purchase_order") if o["status"] != "cancelled"]
        named, issued = invoice["purchase_order"], invoice["issued_on"]
        if named is not None:
            return next((o for o in orders if o["ref"] == named), None)
        alike = [
            o
            for o in orders
            if o["amount_minor"] == invoice["gross_minor"]
            and -180 <= o["ordered_on"] - issued <= 90
        ]
        return min(
            alike,
            key=lambda o: (
                max(o["ordered_on"] - issued - 5, 0),
                abs(issued - o["ordered_on"]),
                o["ref"],
            ),
            default=None,
        )

    def billed(self, invoice: Row, order: Row) -> int:
        """What is invoiced on an order: what names it, and the invoice matched with it."""
        naming = [
            i["gross_minor"]
            for i in self.facts("invoice")
            if i["purchase_order"] == order["ref"]
            and (i["seller"], i["buyer"]) == (self.supplier, self.buyer)
        ]
        own = 0 if invoice["purchase_order"] is not None else invoice["gross_minor"]
        return int(sum(naming) + own)

    def arrived(self, order: Row) -> list[Row]:
        return [
            d
            for d in self.of_pair("delivery")
            if d["purchase_order"] == order["ref"] and d["received_on"] is not None
        ]

    def with_order(self, invoice: Row) -> float:
        order = self.order(invoice)
        if order is None:
            return 0
        match, amount = 1.0, order["amount_minor"] or 0
        if amount > 0:
            match *= fits(self.billed(invoice, order) - amount, amount)
        ordered = [
            x for x in self.facts("purchase_order_line") if x["purchase_order"] == order["ref"]
        ]
        invoiced = [x for x in self.facts("invoice_line") if x["invoice"] == invoice["ref"]]
        units = {x["unit"] for x in (*ordered, *invoiced)}
        if ordered and invoiced and len(units) == 1 and None not in units:
            one = sum(x["quantity_milli"] for x in ordered)
            match *= fits(sum(x["quantity_milli"] for x in invoiced) - one, one)
        a, b = ({x["goods_code"] for x in each} - {None} for each in (ordered, invoiced))
        jaccard = len(a & b) / len(a | b) if a and b else 1.0
        match *= 0.5 + 0.5 * jaccard
        return ppm(match * in_time(order["ordered_on"] - invoice["issued_on"] - 5))

    def with_delivery(self, invoice: Row) -> float:
        order = self.order(invoice)
        arrived = [] if order is None else self.arrived(order)
        if order is not None and arrived:
            match, billed = 1.0, self.billed(invoice, order)
            values = [d["value_minor"] for d in arrived]
            if None not in values and billed > 0:
                match *= fits(billed - sum(values), billed)
            first = min(d["received_on"] for d in arrived)
            return ppm(match * in_time(first - invoice["issued_on"] - 5))
        alike = [
            d["received_on"] - invoice["issued_on"]
            for d in self.of_pair("delivery")
            if d["purchase_order"] is None
            and d["value_minor"] == invoice["gross_minor"]
            and d["received_on"] is not None
        ]
        return max((ppm(in_time(days - 5)) for days in alike if -180 <= days <= 90), default=0)

    def impossible(self, invoice: Row, paid: list[Row]) -> bool | None:
        """Whether the days can't be: missing without an order."""
        order = self.order(invoice)
        if order is None:
            return None
        after = [d["received_on"] for d in self.arrived(order)] + [p["paid_on"] for p in paid]
        late = order["ordered_on"] > invoice["issued_on"] + 30
        return late or any(day < order["ordered_on"] for day in after)

    def claims(self, invoice: Row) -> list[tuple[Row, Row]]:
        """Parts that make an invoice a claim of the supplier, and these claims."""
        return [
            (part, claim)
            for part in self.facts("receivable_invoice")
            if part["invoice"] == invoice["ref"]
            for claim in self.facts("receivable")
            if claim["ref"] == part["receivable"] and claim["supplier"] == self.supplier
        ]

    def claimed(self, invoice: Row) -> int:
        gross = int(invoice["gross_minor"])
        parts = [part["amount_minor"] for part, _ in self.claims(invoice)]
        whole = sum(gross if part is None else int(part) for part in parts)
        return min(gross, whole) if parts else gross

    def allocated(self, invoice: Row) -> list[tuple[int, Row]]:
        return [
            (a["amount_minor"], p)
            for a in self.facts("payment_allocation")
            if a["invoice"] == invoice["ref"]
            for p in self.facts("payment")
            if p["ref"] == a["payment"]
            and (p["payee"] == self.supplier or p["payer"] == self.buyer)
        ]

    def on_claim(self, claim: Row) -> list[Row]:
        return [p for p in self.facts("payment") if p["receivable"] == claim["ref"]]

    def linked(self, invoice: Row) -> list[Row]:
        """Payments that name the invoice or its claim."""
        on_claims = [p for _, claim in self.claims(invoice) for p in self.on_claim(claim)]
        return [*(p for _, p in self.allocated(invoice)), *on_claims]

    def alike(self, invoice: Row) -> list[Row]:
        """Payments of the same amount without a reference."""
        return [
            p
            for p in self.facts("payment")
            if (p["payee"], p["payer"]) == (self.supplier, self.buyer)
            and p["receivable"] is None
            and p["amount_minor"] == self.claimed(invoice)
            and 0 <= p["paid_on"] - invoice["issued_on"] <= 365
        ]

    def _settles(self, invoice: Row, paid: float | None, owed: int, by: list[Row]) -> float:
        if any(p["payee"] != self.supplier for p in by):
            return 0
        match = fits(abs(paid - owed), owed) if paid is not None and owed > 0 else 1.0
        first = min(p["paid_on"] for p in by)
        return ppm(match * in_time(invoice["issued_on"] - first))

    def with_payment(self, invoice: Row) -> float:
        """The best of what is allocated, what its claims got, and a payment of the amount."""
        found, allocated = [0.0], self.allocated(invoice)
        if allocated:
            paid = sum(amount for amount, _ in allocated)
            by = [p for _, p in allocated]
            found.append(self._settles(invoice, paid, self.claimed(invoice), by))
        for part, claim in self.claims(invoice):
            by, face = self.on_claim(claim), claim["face_minor"]
            times = sum(p["receivable"] == part["receivable"] for p, _ in self.claims(invoice))
            amounts = [p["amount_minor"] for p in by]
            whole = None if face is None or None in amounts else sum(amounts) * times
            if by:
                found.append(self._settles(invoice, whole, face or 0, by))
        if self.alike(invoice):
            found.append(self._settles(invoice, None, 0, self.alike(invoice)))
        return max(found)


def mean(pairs: list[tuple[int, float | bool | None]]) -> float | None:
    """Mean by amount of those that are known."""
    known = [(gross, float(value)) for gross, value in pairs if value is not None]
    return ratio(sum(gross * value for gross, value in known), sum(gross for gross, _ in known))


def valid(asked: Plain) -> list[Row]:
    """Invoices of the pair of a year, but those voided or taken back."""
    found = []
    for invoice in asked.facts("invoice"):
        states = [s for s in asked.facts("invoice_status") if s["invoice"] == invoice["ref"]]
        last = max(states, key=lambda s: (s["happened_at"], s["seq"]), default=None)
        pair = (invoice["seller"], invoice["buyer"]) == (asked.supplier, asked.buyer)
        recent = 0 <= asked.day - invoice["issued_on"] < 365
        gone = last is not None and last["status"] in {"void", "full_red"}
        if pair and recent and invoice["gross_minor"] > 0 and not gone:
            found.append(invoice)
    return found


def harmonic(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    if not known or 0 in known:
        return 0.0 if known else None
    return len(known) / sum(1 / value for value in known)


def plain_pair_flows(asked: Plain) -> Values:
    trade = Trade(asked.facts, asked.supplier, asked.buyer)
    states = plain_supplier_sources(asked)
    platform, bank = (states[f"{name}_state"] in {1, 2} for name in ("platform", "bank"))
    found: dict[str, list[tuple[int, float | bool | None]]] = {}
    invoices = valid(asked)
    for invoice in invoices:
        paid = trade.linked(invoice)
        dues = [claim["due_on"] for _, claim in trade.claims(invoice)]
        due = invoice["due_on"] if invoice["due_on"] is not None else max(dues, default=None)
        settled = bank and due is not None and due <= asked.day - 30
        of_buyer = all((p["payer"], p["payee"]) == (asked.buyer, asked.supplier) for p in paid)
        before = [*paid, *trade.alike(invoice)] if bank else []
        each: dict[str, float | bool | None] = {
            "order": trade.with_order(invoice) / 1e6 if platform else None,
            "delivery": trade.with_delivery(invoice) / 1e6 if platform else None,
            "payment": trade.with_payment(invoice) / 1e6 if settled else None,
            "impossible": trade.impossible(invoice, before) if platform else None,
            "party": of_buyer if bank and paid else None,
        }
        for name, value in each.items():
            found.setdefault(name, []).append((invoice["gross_minor"], value))
    means = {name: mean(pairs) for name, pairs in found.items()}
    flows = [means.get(name) for name in ("order", "delivery", "payment")]
    return {
        "pair_match_order": flows[0],
        "pair_match_delivery": flows[1],
        "pair_match_payment": flows[2],
        "pair_four_flow": harmonic(flows),
        "pair_flows_known": sum(one is not None for one in flows) if invoices else None,
        "pair_party_consistency": means.get("party"),
        "pair_time_violation": means.get("impossible"),
    }
