"""What the matches of the invoices asked for are, in slow plain Python, of live facts."""

from ledger.clocks import to_micros
from tests.features.plain_flows import Facts, Trade, harmonic, mean, ppm
from tests.features.plain_requests import Plain, ratio
from tests.features.source_theme import plain_supplier_sources
from tests.features.theme import Values
from tests.features.worlds_of_facts import DAY, Row


def live_facts(asked: Plain) -> Facts:
    """Facts of a kind as they are visible at the instant of the request."""
    at = to_micros(asked.request.as_of)

    def facts(kind: str) -> list[Row]:
        rows = [r for r in asked.world.facts.get(kind, ()) if r["visible_at"] <= at]
        last = {r["ref"]: r for r in sorted(rows, key=lambda r: int(r["revision"]))}
        return list(last.values())

    return facts


def by_weight(pairs: list[tuple[float, float | bool | None]]) -> float | None:
    """Mean by weights in whole millionths of the largest."""
    most = max((weight for weight, _ in pairs), default=1)
    known = [(max(1, ppm(w / most)), float(v)) for w, v in pairs if v is not None]
    return ratio(sum(w * v for w, v in known), sum(w for w, _ in known))


def invoices_of(facts: Facts, asked: Plain, receivable: str) -> list[Row]:
    """Invoices between the two parties that a receivable is made of."""
    named = {m["invoice"] for m in facts("receivable_invoice") if m["receivable"] == receivable}
    return [
        i
        for i in facts("invoice")
        if i["ref"] in named
        and (i["seller"], i["buyer"]) == (asked.supplier, asked.buyer)
        and i["gross_minor"] > 0
    ]


def plain_asked_flows(asked: Plain) -> Values:
    facts = live_facts(asked)
    trade = Trade(facts, asked.supplier, asked.buyer)
    found: dict[str, list[tuple[float, float | None]]] = {"order": [], "delivery": [], "never": []}
    told = plain_supplier_sources(asked)["platform_state"] in {1, 2}
    for claim in asked.asked if told else ():
        invoices = invoices_of(facts, asked, claim.receivable)
        of_claim: dict[str, list[tuple[float, float | bool | None]]] = {
            "order": [(i["gross_minor"], trade.with_order(i) / 1e6) for i in invoices],
            "delivery": [(i["gross_minor"], trade.with_delivery(i) / 1e6) for i in invoices],
            "never": [(i["gross_minor"], trade.impossible(i, [])) for i in invoices],
        }
        for name, pairs in of_claim.items():
            value = by_weight(pairs)
            whole = None if value is None else ppm(value) / 1e6
            found[name].append((max(1, ppm(claim.weight)), whole))
    order, delivery, never = (mean([(int(w), v) for w, v in found[name]]) for name in found)
    return {
        "asked_match_order": order,
        "asked_match_delivery": delivery,
        "asked_four_flow": harmonic([order, delivery]),
        "asked_time_violation": never,
    }


def plain_asked_seals(asked: Plain) -> Values:
    facts, moment = live_facts(asked), to_micros(asked.request.as_of)
    found: list[tuple[int, float | None]] = []
    for claim in asked.asked:
        invoices = invoices_of(facts, asked, claim.receivable)
        sealed = 0
        for invoice in invoices:
            states = [
                s
                for s in facts("invoice_status")
                if s["invoice"] == invoice["ref"] and s["happened_at"] <= moment
            ]
            last = max(states, key=lambda s: (s["happened_at"], s["seq"]), default=None)
            fresh = last is not None and moment - last["happened_at"] <= 3 * DAY
            sealed += fresh and last is not None and last["status"] == "valid"
        value = ratio(sealed, len(invoices))
        whole = None if value is None else ppm(value) / 1e6
        found.append((max(1, int(ppm(claim.weight))), whole))
    told = plain_supplier_sources(asked)["invoices_state"] in {1, 2}
    return {"asked_sealed": mean(found) if told else None}
