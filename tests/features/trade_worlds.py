"""Small ledgers of trade: orders, deliveries, invoices, payments, and what lessens a claim."""

from hypothesis import strategies as st

from ledger.clocks import from_micros
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features.drawn_ledgers import Ledger
from tests.features.small_ledgers import DAYS, TODAY, ZONES
from tests.features.worlds_of_facts import DAY, Row, World, fact

AMOUNTS = (100, 100, 10_000, 10_100, LARGEST_MINOR)
AGES = (61, 1, 29, 30, 31, 59, 60, 90, 91, 92, 120, 180, 200, 364, 365, 366)
SHIFTS = (-5, -3, -2, 0, -1, 1, 5, 6, 20, 30, 31, -30, 90, 91, -180, -181)
CHANGES: dict[str, Row] = {
    "purchase_order": {"amount_minor": 10_050, "ordered_on": TODAY - 45},
    "purchase_order_line": {"goods_code": "g1"},
    "delivery": {"value_minor": 100},
    "invoice": {"gross_minor": 100, "issued_on": TODAY - 61},
    "invoice_line": {"quantity_milli": 5},
    "invoice_status": {"status": "valid"},
    "receivable": {"face_minor": 99, "due_on": TODAY - 31},
    "receivable_invoice": {"amount_minor": None},
    "payment": {"amount_minor": 99, "payer": "b1"},
    "payment_allocation": {"amount_minor": 1},
    "dilution_event": {"amount_minor": 3},
    "party_attribute": {"value_hash": "h9"},
}
PARTIES = ("s0", "s1", "b0", "b1", "x0")
CHANNELS = (None, "bank", "bank", "bill", "e_certificate", "offset", "third_party")
ACCOUNTS = (None, "h0", "h1", "h2")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Invoices of a pair and of its neighbours, with what is behind each and what became of it."""
    book = Ledger(draw, CHANGES)
    for party in PARTIES:
        book.facts["party"].append(fact("party", party, 0, (TODAY - 900) * DAY))
    for number in range(draw(st.integers(1, 4))):
        _invoice(book, number)
    for tell in (_troubles, _red, _accounts, _sources):
        tell(book)
    requests = tuple(_request(book, number) for number in range(draw(st.integers(1, 2))))
    return World(draw(st.sampled_from(ZONES)), book.facts, requests)


def _pair(book: Ledger) -> Row:
    supplier = book.a("s0", "s0", "s0", "s0", "s0", "s1")
    return {"supplier": supplier, "buyer": book.a("b0", "b0", "b0", "b0", "b0", "b1")}


def _some(book: Ledger, most: int) -> range:
    return range(book.draw(st.integers(0, most)))


def _invoice(book: Ledger, number: int) -> None:
    """An invoice, and most of: its order, deliveries, claim and payments."""
    pair, day, gross = _pair(book), TODAY - book.a(*AGES), book.a(*AMOUNTS)
    named = book.a("own", "own", "none", "none", "another", "unknown")
    order = {"own": f"o{number}", "none": None, "another": "o0", "unknown": "o9"}[named]
    terms = {
        "issued_on": day,
        "due_on": book.a(day, None, day + 30, TODAY - 30, TODAY - 29),
        "gross_minor": gross,
        "purchase_order": order,
    }
    parties = {"seller": pair["supplier"], "buyer": pair["buyer"]}
    book.tell("invoice", f"i{number}", day, **parties, **terms)
    for part in _some(book, 2):
        line = {"invoice": f"i{number}", **_goods(book)}
        book.tell("invoice_line", f"i{number}/{part}", day, **line)
    if book.a(True, True, True, False):
        _order(book, number, pair, day, gross)
    for part in range(book.a(1, 1, 2, 0)):
        sent = day + book.a(*SHIFTS)
        freight = {
            "purchase_order": book.a(f"o{number}", None),
            "despatched_on": sent,
            "received_on": book.a(sent, sent, sent + 4, None),
            "value_minor": book.a(gross, gross, gross, gross // 2, gross - 2, None),
        }
        book.tell("delivery", f"d{number}-{part}", sent, **pair, **freight)
    _settled(book, number, pair, day, gross)


def _order(book: Ledger, number: int, pair: Row, day: int, gross: int) -> None:
    ordered = day + book.a(*SHIFTS)
    minor = book.a(gross, gross, gross * 99 // 100, gross // 2, 0, None)
    terms = {
        "ordered_on": ordered,
        "amount_minor": minor,
        "status": book.a(None, None, "open", "open", "cancelled"),
    }
    book.tell("purchase_order", f"o{number}", ordered, **pair, **terms)
    for part in _some(book, 2):
        line = {"purchase_order": f"o{number}", **_goods(book)}
        book.tell("purchase_order_line", f"o{number}/{part}", ordered, **line)


def _goods(book: Ledger) -> Row:
    quantity = book.a(1_000, 1_000, 1_020, None)
    unit = None if quantity is None else book.a("KGM", "KGM", "MTR")
    return {"goods_code": book.a("g0", "g0", "g1", None), "quantity_milli": quantity, "unit": unit}


def _settled(book: Ledger, number: int, pair: Row, day: int, gross: int) -> None:
    """A claim made of the invoice, and payments that name one of both, or neither."""
    claim = book.a(gross, gross * 95 // 100, None)
    if book.a(True, True, False):
        terms = {"issued_on": day, "due_on": day + book.a(0, 30, 60), "face_minor": claim}
        book.tell("receivable", f"r{number}", day, **pair, **terms)
        made = {"receivable": f"r{number}", "invoice": f"i{number}", "amount_minor": claim}
        for part in range(book.a(1, 1, 2)):
            book.tell("receivable_invoice", f"r{number}/{part}", day, **made)
    for part in _some(book, 2):
        paid, amount = day + book.a(0, 30, -1, -20, 90, 400), claim or gross
        terms = {
            "payer": book.a(pair["buyer"], pair["buyer"], "x0"),
            "payee": book.a(pair["supplier"], pair["supplier"], pair["supplier"], "x0"),
            "paid_on": paid,
            "amount_minor": book.a(amount, amount // 2, amount * 98 // 100, None),
            "receivable": book.a(None, f"r{number}", f"r{number}"),
            "channel": book.a(*CHANNELS),
            "payer_account_hash": book.a(*ACCOUNTS),
        }
        book.tell("payment", f"p{number}-{part}", paid, **terms)
        if book.a(True, False):
            share = {"invoice": f"i{number}", "amount_minor": book.a(amount, gross, 1)}
            ref = f"p{number}-{part}"
            book.tell("payment_allocation", f"{ref}/1", paid, payment=ref, **share)


def _red(book: Ledger) -> None:
    """Red notes of some invoices, their states, and invoices anew."""
    for number in _some(book, 2):
        day, gross = TODAY - book.a(*AGES), book.a(*AMOUNTS)
        minor = {"gross_minor": -gross, "red_of": book.a("i0", "i1", None)}
        parties = {"seller": "s0", "buyer": "b0"}
        book.tell("invoice", f"n{number}", day, **parties, issued_on=day, **minor)
        if book.a(False, True):
            again = {"issued_on": day + book.a(0, 30, 31, -1), "gross_minor": gross}
            book.tell("invoice", f"i{number}-anew", day, **parties, **again)
    for number in _some(book, 3):
        status = book.a("part_red", "void", "full_red", "valid", "valid", "valid")
        state = {"invoice": book.a("i0", "i1"), "status": status}
        book.tell("invoice_status", f"t{number}", TODAY - book.a(1, 2, 3, 4, *AGES), **state)


def _troubles(book: Ledger) -> None:
    kinds = ("credit_note", "return", "rebate", "set_off", "penalty", "retention", "cash_discount")
    for number in _some(book, 3):
        day = TODAY - book.a(*AGES)
        terms = {
            "invoice": book.a(None, "i0", "i0", "i1"),
            "dilution": book.a(*kinds),
            "noted_on": day,
            "amount_minor": book.a(*AMOUNTS, 1),
            "non_cash": book.a(None, True, False),
        }
        book.tell("dilution_event", f"e{number}", day, **_pair(book), **terms)


def _accounts(book: Ledger) -> None:
    """Accounts that are known of the buyers."""
    for number in _some(book, 2):
        own = {"party": book.a("b0", "b0", "b1"), "value_hash": book.a("h0", "h1")}
        kind = book.a("bank_account", "bank_account", "phone")
        start = TODAY - book.a(*AGES)
        period = {"valid_from": book.a(None, start), "valid_until": book.a(None, start + 30)}
        book.tell("party_attribute", f"a{number}", start, attribute=kind, **own, **period)
    for number in _some(book, 1):
        account = book.a(None, "h2")
        day = TODAY - book.a(*AGES)
        book.tell("party_profile", f"w{number}", day, party="b0", bank_account_hash=account)


def _sources(book: Ledger) -> None:
    for kind in ("delivery", "payment", "dilution_event", "invoice"):
        if book.a(True, True, False):
            day = TODAY - book.a(30, 2, 399, 401)
            result = book.a("FOUND", "FOUND", "FOUND", "NONE_FOUND", "REFUSED")
            told = {"checked_at": day * DAY, "result": result}
            book.tell("source_coverage", f"c-{kind}", day, party="s0", source=kind, **told)


def _request(book: Ledger, number: int) -> Request:
    """A request for a claim of its own, made of an invoice that is there or one told with it."""
    at = book.a(TODAY, TODAY, *DAYS) * DAY + 1
    pair = _pair(book)
    terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": book.a(1_000, None)}
    claim = fact("receivable", f"own{number}", 900 + number, at, **pair, **terms)
    book.facts["receivable"].append(claim)
    made = {"receivable": f"own{number}", "invoice": book.a("i0", "i0", "i1", f"new{number}")}
    live = fact("receivable_invoice", f"own{number}/1", 910 + number, at, **made)
    book.facts.setdefault("receivable_invoice", []).append(live)
    invoice = {"seller": pair["supplier"], "buyer": pair["buyer"], "issued_on": TODAY - 30}
    amount = {"gross_minor": book.a(*AMOUNTS), "purchase_order": book.a(None, "o0")}
    book.facts["invoice"].append(
        fact("invoice", f"new{number}", 920 + number, at, **invoice, **amount)
    )
    there = sorted(row["ref"] for row in book.facts["receivable"] if row["visible_at"] <= at)
    more = book.draw(st.lists(st.sampled_from(there), max_size=2))
    keys = tuple(dict.fromkeys((claim["ref"], *more)))
    return Request(f"q{number}", pair["supplier"], pair["buyer"], keys, from_micros(at))
