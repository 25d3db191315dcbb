"""How earlier financings went, here and elsewhere."""

from hypothesis import strategies as st

from features.data import pair_financings, supplier_financings
from ledger.clocks import from_micros
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features.drawn_ledgers import Ledger
from tests.features.plain_requests import Plain, ratio
from tests.features.small_ledgers import DAYS, TODAY, ZONES
from tests.features.source_theme import plain_supplier_sources
from tests.features.theme import Theme, Values
from tests.features.worlds_of_facts import DAY, Row, World, fact

SUPPLIERS, BUYERS = ("s0", "s0", "s0", "s1"), ("b0", "b0", "b1")
AMOUNTS = (1, 99, 100, 10_000, LARGEST_MINOR)
CHANGES: dict[str, Row] = {
    "financing": {"matures_on": TODAY - 10, "amount_minor": 50},
    "financing_request": {"supplier": "s1", "requested_on": TODAY - 2},
    "requested_receivable": {"receivable": "r1"},
    "receivable_invoice": {"invoice": "i1"},
    "repayment": {"amount_minor": 3, "payer": "supplier"},
    "outcome": {"settled_on": TODAY - 3, "worst_dpd_days": None},
    "invoice": {"gross_minor": 77},
    "invoice_status": {"status": "valid"},
}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Requests, financings, repayments, outcomes, and what became of the invoices."""
    book = Ledger(draw, CHANGES)
    for party in ("s0", "s1", "b0", "b1", "l0"):
        book.facts["party"].append(fact("party", party, 0, (TODAY - 900) * DAY))
    _claims(book)
    for number in range(draw(st.integers(0, 5))):
        _financing(book, number)
    for number in range(draw(st.integers(0, 2))):
        result = book.a("FOUND", "NONE_FOUND", "REFUSED", "STALE")
        check = {"checked_at": book.day() * DAY, "result": result}
        asked = {"party": "s0", "source": book.a("invoice", "invoice_status"), **check}
        book.tell("source_coverage", f"c{number}", book.day(), **asked)
    requests = []
    for number in range(draw(st.integers(1, 2))):
        at = draw(st.sampled_from(DAYS)) * DAY + 1
        parties = {"supplier": book.a("s0", "s0", "s1"), "buyer": book.a("b0", "b1")}
        terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
        row = fact("receivable", f"own{number}", 900 + number, at, **parties, **terms)
        book.facts["receivable"].append(row)
        claims = (row["ref"],)
        asking = Request(f"q{number}", row["supplier"], row["buyer"], claims, from_micros(at))
        requests.append(asking)
    return World(draw(st.sampled_from(ZONES)), book.facts, tuple(requests))


def _claims(book: Ledger) -> None:
    """Three invoices and claims made of them, with red notes and states."""
    for number in range(3):
        parties = {"supplier": "s0", "buyer": book.a(*BUYERS)}
        terms = {"issued_on": TODAY - 400, "due_on": TODAY - 340, "face_minor": 10}
        book.tell("receivable", f"r{number}", TODAY - 400, **parties, **terms)
        gross = {"gross_minor": book.a(*AMOUNTS), "issued_on": TODAY - 400}
        book.tell("invoice", f"i{number}", TODAY - 400, seller="s0", buyer="b0", **gross)
        named = {"receivable": f"r{number}", "invoice": book.a(f"i{number}", "i0")}
        book.tell("receivable_invoice", f"m{number}", TODAY - 400, **named)
    for number in range(book.draw(st.integers(0, 3))):
        day = book.day()
        minor = -book.draw(st.sampled_from(AMOUNTS))
        red = {"red_of": book.a("i0", "i0", "i1"), "gross_minor": minor}
        book.tell("invoice", f"n{number}", day, seller="s0", buyer="b0", issued_on=day, **red)
    for number in range(book.draw(st.integers(0, 3))):
        status = book.a("void", "full_red", "part_red", "valid")
        book.tell("invoice_status", f"t{number}", book.day(), invoice="i0", status=status)


def _financing(book: Ledger, number: int) -> None:
    asked = book.day()
    parties = {"supplier": book.a(*SUPPLIERS), "buyer": book.a(*BUYERS)}
    book.tell("financing_request", f"q{number}", asked, requested_on=asked, **parties)
    for part in range(book.draw(st.integers(0, 2))):
        offered = {"financing_request": f"q{number}", "receivable": book.a("r0", "r1", "r2")}
        book.tell("requested_receivable", f"q{number}/{part}", asked, **offered)
    if book.a(True, True, False):
        principal, term = book.a(*AMOUNTS), book.a(1, 30, 90, 400)
        money = {"amount_minor": principal, "drawn_on": asked, "matures_on": asked + int(str(term))}
        whose = {
            "lender": book.a(None, None, "l0"),
            "financing_request": book.a(f"q{number}", None),
        }
        book.tell("financing", f"f{number}", asked, **parties, **money, **whose)
        for part in range(book.draw(st.integers(0, 2))):
            paid, payer = book.day(), book.a("buyer", "supplier", "other")
            amount = book.a(principal, 1, 50)
            back = {"repaid_on": paid, "amount_minor": amount, "payer": payer}
            book.tell("repayment", f"f{number}/{part}", paid, financing=f"f{number}", **back)
        if book.a(True, False, False):
            days = {"worst_dpd_days": book.a(None, 0, 7), "past_maturity_days": book.a(None, 500)}
            ended = book.day()
            told = {"financing": f"f{number}", "settled_on": ended, **days}
            book.tell("outcome", f"o{number}", ended, **told)


def ended_on(asked: Plain, financing: Row) -> int | None:
    """The day its outcome says, else of the last repayment where all came back."""
    outcomes = [o for o in asked.facts("outcome") if o["financing"] == financing["ref"]]
    repaid = [r for r in asked.facts("repayment") if r["financing"] == financing["ref"]]
    if outcomes:
        return int(min(o["settled_on"] for o in outcomes))
    if repaid and sum(r["amount_minor"] for r in repaid) >= financing["amount_minor"]:
        return int(max(r["repaid_on"] for r in repaid))
    return None


def days_past_due(asked: Plain, financing: Row) -> int | None:
    """Worst days past due; missing while it hasn't matured."""
    outcomes = [o for o in asked.facts("outcome") if o["financing"] == financing["ref"]]
    told = [o[name] or 0 for o in outcomes for name in ("worst_dpd_days", "past_maturity_days")]
    ended, matures = ended_on(asked, financing), int(financing["matures_on"])
    if ended is None and asked.day - matures < 2:
        return None
    late = (asked.day - 1 if ended is None else ended) - matures
    return min(365, max(0, late, *told))


def taken_back(asked: Plain, lent: list[Row]) -> float | None:
    """Share of the financed invoices voided or taken back since."""
    drawn: dict[str, int] = {}
    own = {r["ref"] for r in asked.facts("receivable") if r["supplier"] == asked.supplier}
    for financing in lent:
        for part in asked.facts("requested_receivable"):
            for made in asked.facts("receivable_invoice"):
                offered = part["financing_request"] == financing["financing_request"]
                same = made["receivable"] == part["receivable"] and part["receivable"] in own
                if offered and same:
                    before = drawn.get(made["invoice"], financing["drawn_on"])
                    drawn[made["invoice"]] = min(before, financing["drawn_on"])
    whole = red = 0
    invoices = [i for i in asked.facts("invoice") if i["seller"] == asked.supplier]
    for invoice in invoices:
        if invoice["ref"] not in drawn or invoice["gross_minor"] <= 0:
            continue
        since = drawn[invoice["ref"]]
        notes = [n for n in invoices if n["red_of"] == invoice["ref"]]
        minor = -sum(
            n["gross_minor"] for n in notes if n["gross_minor"] < 0 and n["issued_on"] >= since
        )
        states = [s for s in asked.facts("invoice_status") if s["invoice"] == invoice["ref"]]
        last = max(states, key=lambda s: (s["happened_at"], s["seq"]), default=None)
        gone = last is not None and last["status"] in {"void", "full_red"}
        if last is not None and gone and last["happened_at"] >= since * DAY:
            minor = invoice["gross_minor"]
        whole += invoice["gross_minor"]
        red += min(minor, invoice["gross_minor"])
    return ratio(red, whole)


def plain_supplier_financings(asked: Plain) -> Values:
    lent = [
        f
        for f in asked.facts("financing")
        if f["supplier"] == asked.supplier and f["lender"] is None
    ]
    own = {f["ref"] for f in lent}
    repaid = [r for r in asked.facts("repayment") if r["financing"] in own]
    by_buyer = sum(r["amount_minor"] for r in repaid if r["payer"] == "buyer")
    asking = [q for q in asked.facts("financing_request") if q["supplier"] == asked.supplier]
    ages = [asked.day - q["requested_on"] for q in asking]
    late = [days for f in lent if (days := days_past_due(asked, f)) is not None]
    told = plain_supplier_sources(asked)["invoices_state"] in {1, 2}
    return {
        "supplier_red_after_finance": taken_back(asked, lent) if told else None,
        "supplier_finance_velocity": (sum(0 <= age < 30 for age in ages) + 1)
        / (sum(0 <= age < 365 for age in ages) / 12 + 1),
        "supplier_worst_dpd": max(late, default=None),
        "supplier_self_liquidation": ratio(by_buyer, sum(r["amount_minor"] for r in repaid)),
    }


def plain_pair_financings(asked: Plain) -> Values:
    elsewhere = [
        f
        for f in asked.facts("financing")
        if f["lender"] is not None
        and (f["supplier"], f["buyer"]) == (asked.supplier, asked.buyer)
        and f["matures_on"] >= asked.day
    ]
    return {"pair_financed_elsewhere": sum(ended_on(asked, f) is None for f in elsewhere)}


THEME = Theme(
    name="financings",
    relations=(supplier_financings.RELATION, pair_financings.RELATION),
    worlds=worlds(),
    plain={
        "supplier_financings": plain_supplier_financings,
        "pair_financings": plain_pair_financings,
    },
)
