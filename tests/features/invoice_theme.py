"""What VAT invoices, tax returns and bank flows show of a supplier."""

from hypothesis import strategies as st

from features.data import (
    pair_invoices,
    supplier_cross_checks,
    supplier_goods,
    supplier_invoice_habits,
    supplier_partners,
    supplier_repeated_invoices,
    supplier_rhythm,
)
from features.subject import supplier_sales
from ledger.clocks import from_micros
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features import plain_cross_checks, plain_invoices
from tests.features.small_ledgers import CLOCK, DAYS, TODAY, ZONES
from tests.features.theme import Theme
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

PARTY_NAMES = ("s0", "s1", "b0", "b1", "b2", "b3", "b4", "b5", "b6")
CUSTOMERS = ("b0", "b0", "b0", "b0", "b0", "b1", "b2", "b3", "b4", "b5", "b6", "s1")
AGES = (0, 1, 2, 61, 181, 182, 183, 363, 364, 365, 366, 700, 729, 730, 731, 762, 790, 1200, 2000)
AMOUNTS = (1, 99, 950_000, 1_000_000, 1_130_000, 9_999_999, 10_000_000, 123_456_789)
STATUSES = ("void", "abnormal", "valid", "full_red")
CODES = ("1010101", "1010102", "1080299000000000000", "3", None)
RARELY = (False, False, False, True)

amounts = st.sampled_from(AMOUNTS) | st.integers(1, 10**9) | st.just(LARGEST_MINOR)
days_ago = st.sampled_from((*AGES, *range(3, 800, 11)))
repeated = st.sampled_from([(ago, amount) for ago in (50, 50, 53, 54, 57) for amount in (99, 100)])


@st.composite
def _invoices(draw: st.DrawFn, number: int) -> tuple[list[Row], list[Row], list[Row]]:
    """An invoice with its corrections, its states and its lines."""
    ago, amount = draw(repeated if draw(st.sampled_from(RARELY)) else st.tuples(days_ago, amounts))
    issued = TODAY - ago
    gross = amount * (-1 if draw(st.sampled_from(RARELY)) else 1)
    tax = gross * draw(st.sampled_from((0, 3, 13))) // 113
    ends = ["s0", draw(st.sampled_from(CUSTOMERS))]
    if draw(st.sampled_from((False, False, False, True))):
        ends.reverse()
    at = issued * DAY + draw(st.sampled_from((0, 1, 40))) * DAY + draw(st.sampled_from(CLOCK))
    row = fact(
        "invoice",
        f"i{number:02}",
        10 * number + 1_000,
        at,
        seller=ends[0],
        buyer=ends[1],
        number=str(number),
        issued_on=issued,
        due_on=draw(st.sampled_from((None, issued, issued + 30, issued + 90))),
        net_minor=gross - tax,
        tax_minor=tax,
        gross_minor=gross,
        red_of=None if gross > 0 or number == 0 else f"i{draw(st.integers(0, number - 1)):02}",
    )
    rows = [row]
    if draw(st.sampled_from(RARELY)):
        changes: Row = draw(st.sampled_from(({"issued_on": issued - 20}, {"buyer": "b9"}, {})))
        rows.append(corrected(row, at + 30 * DAY, gross_minor=777, tax_minor=7, **changes))
    return rows, draw(_states(number, at)), draw(_lines(number, at))


@st.composite
def _states(draw: st.DrawFn, number: int, at: int) -> list[Row]:
    rows = []
    for place in range(draw(st.sampled_from((0, 0, 0, 0, 1, 2)))):
        happened = at + draw(st.sampled_from((0, 1, 10, 200))) * DAY
        seq = 3_000 + 10 * number + place
        row = fact(
            "invoice_status",
            f"t{number}-{place}",
            seq,
            happened + draw(st.sampled_from((0, 1, 30))) * DAY,
            invoice=f"i{number:02}",
            status=draw(st.sampled_from(STATUSES)),
        )
        row["happened_at"] = happened
        rows.append(row)
        if draw(st.sampled_from(RARELY)):
            changes: Row = draw(st.sampled_from(({"status": "valid"}, {"invoice": "i00"})))
            rows.append(corrected(row, row["visible_at"] + 20 * DAY, **changes))
    return rows


@st.composite
def _lines(draw: st.DrawFn, number: int, at: int) -> list[Row]:
    rows = []
    for place in range(draw(st.sampled_from((0, 1, 1)))):
        net = draw(amounts)
        row = fact(
            "invoice_line",
            f"l{number}-{place}",
            5_000 + 10 * number + place,
            at + draw(st.sampled_from((0, 0, 5))) * DAY,
            invoice=f"i{number:02}",
            position=place + 1,
            goods_code=draw(st.sampled_from(CODES)),
            net_minor=net if draw(st.booleans()) else -net,
            tax_minor=0,
            gross_minor=net,
        )
        rows.append(row)
        if draw(st.sampled_from(RARELY)):
            rows.append(corrected(row, row["visible_at"] + 9 * DAY, goods_code="1010103"))
    return rows


@st.composite
def _returns(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(0, 3))):
        end = TODAY - draw(st.sampled_from((0, 30, 60, 365)))
        row = fact(
            "tax_return",
            f"x{number}",
            7_000 + number,
            (end + draw(st.sampled_from((0, 0, 15)))) * DAY,
            party="s0",
            tax=draw(st.sampled_from(("vat", "vat", "vat", "income"))),
            period_start=end - draw(st.sampled_from((30, 90, 300))),
            period_end=end,
            taxable_sales_minor=draw(st.none() | st.just(0) | amounts),
        )
        rows.append(row)
        if draw(st.sampled_from(RARELY)):
            rows.append(corrected(row, row["visible_at"] + 20 * DAY, taxable_sales_minor=5_000))
    return rows


@st.composite
def _payments(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(0, 4))):
        paid = TODAY - draw(days_ago)
        row = fact(
            "payment",
            f"y{number}",
            8_000 + number,
            (paid + draw(st.sampled_from((1, 1, 30)))) * DAY,
            payer=draw(st.sampled_from(("b0", "b1", "b8"))),
            payee="s0",
            paid_on=paid,
            amount_minor=draw(amounts) if draw(st.integers(0, 7)) else None,
            channel=draw(st.sampled_from((None, "bank", "offset"))),
        )
        rows.append(row)
        if draw(st.sampled_from(RARELY)):
            rows.append(corrected(row, row["visible_at"] + 20 * DAY, amount_minor=1_000))
    return rows


@st.composite
def _coverage(draw: st.DrawFn) -> list[Row]:
    return [
        fact(
            "source_coverage",
            f"c{source}",
            9_000 + at,
            (TODAY - 130) * DAY,
            party="s0",
            source=source,
            checked_at=(TODAY - 130) * DAY,
            result=draw(st.sampled_from(("FOUND", "NONE_FOUND", "REFUSED"))),
        )
        for at, source in enumerate(("invoice", "payment"))
        if draw(st.booleans())
    ]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A supplier's invoices, their states and lines, its returns and what its bank saw."""
    start = (TODAY - 3_000) * DAY
    facts: dict[str, list[Row]] = {
        "party": [fact("party", party, at, start) for at, party in enumerate(PARTY_NAMES)],
        "invoice": [],
        "invoice_status": [],
        "invoice_line": [],
        "tax_return": draw(_returns()),
        "payment": draw(_payments()),
        "source_coverage": draw(_coverage()),
        "receivable": [],
    }
    for number in range(draw(st.sampled_from((0, 4, 8, 12)))):
        invoices, states, lines = draw(_invoices(number))
        facts["invoice"] += invoices
        facts["invoice_status"] += states
        facts["invoice_line"] += lines
    requests = []
    for number in range(draw(st.sampled_from((1, 2, 3)))):
        at = draw(st.sampled_from(DAYS)) * DAY + draw(st.sampled_from(CLOCK))
        supplier = draw(st.sampled_from(("s0", "s0", "s0", "s1")))
        terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
        parties = {"supplier": supplier, "buyer": draw(st.sampled_from(("b0", "b0", "b1")))}
        key = f"r{number}"
        facts["receivable"].append(fact("receivable", key, 900 + number, at, **parties, **terms))
        requests.append(Request(f"q{number}", supplier, parties["buyer"], (key,), from_micros(at)))
    return World(draw(st.sampled_from(ZONES)), facts, tuple(requests))


THEME = Theme(
    name="invoices",
    relations=(
        supplier_sales.RELATION,
        supplier_partners.RELATION,
        supplier_rhythm.RELATION,
        supplier_invoice_habits.RELATION,
        supplier_repeated_invoices.RELATION,
        pair_invoices.RELATION,
        supplier_goods.RELATION,
        supplier_cross_checks.RELATION,
    ),
    worlds=worlds(),
    plain={
        "supplier_sales": plain_invoices.supplier_sales,
        "supplier_partners": plain_invoices.supplier_partners,
        "supplier_rhythm": plain_invoices.supplier_rhythm,
        "supplier_invoice_habits": plain_invoices.supplier_invoice_habits,
        "supplier_repeated_invoices": plain_invoices.supplier_repeated_invoices,
        "pair_invoices": plain_invoices.pair_invoices,
        "supplier_goods": plain_cross_checks.supplier_goods,
        "supplier_cross_checks": plain_cross_checks.supplier_cross_checks,
    },
)
