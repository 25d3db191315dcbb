"""Ratings, public records, disclosures, paper, and what bureau, tax office and register tell."""

import random
from collections.abc import Callable

from hypothesis import strategies as st

from features.subject import buyer_credit, buyer_paper, supplier_record
from ledger.money import LARGEST_MINOR
from tests.features import plain_credit
from tests.features.asked_of_parties import PARTY_NAMES, asked_of_parties
from tests.features.small_ledgers import TODAY
from tests.features.theme import Theme
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

AMOUNTS = (0, 1, 500, 7_000, 20_000, 1_000_000, LARGEST_MINOR)
AGES = (0, 1, 20, 29, 30, 31, 60, 61, 90, 180, 181, 182, 183, 300, 364, 365, 366, 729, 730, 731)
PARTIES = ("s0", "s0", "b0", "b0", "b0")
ADVERSE = (
    *("bill_overdue", "bill_overdue", "enforcement", "enforcement", "lawsuit", "lawsuit"),
    *("sme_arrears_complaint", "key_person_change", "dishonest_debtor", "bankruptcy"),
    *("bond_default", "bill_persistent_overdue", "admin_penalty"),
)

Dealer = random.Random
Making = Callable[[Dealer, int], Row]


def _rating(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(PARTIES),
        "agency": dealer.choice(("internal", "shadow", "A", "A", "A", "B")),
        "scale": dealer.choice(("one", "one", "one", "two")),
        "acted_on": day,
        "valid_until": dealer.choice((None, None, None, day + 300, day + 365, day + 700)),
        "notch": dealer.choice((None, 1, 5, 7, 21)),
        "pd_12m_ppm": dealer.choice((None, 0, 1, 300, 20_000, 999_999, 1_000_000)),
    }


def _record(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(PARTIES),
        "adverse": dealer.choice(ADVERSE),
        "opened_on": day,
        "closed_on": dealer.choice((None, None, day, day + 30, TODAY - 1, TODAY, TODAY + 30)),
        "amount_minor": dealer.choice((None, *AMOUNTS)),
        "severity": dealer.choice((1, 2, 5)),
        "role": dealer.choice((None, "defendant", "defendant", "defendant", "plaintiff")),
        "cause": dealer.choice((None, None, "买卖合同纠纷", "劳动争议")),
    }


def _disclosure(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(("b0", "b1")),
        "period_start": day - 182,
        "period_end": day,
        "overdue_minor": dealer.choice((None, *AMOUNTS)),
        "suppliers": dealer.choice((None, 0, 40, 300, 2_000)),
    }


def _bill(dealer: Dealer, day: int) -> Row:
    return {
        "acceptor": dealer.choice(("b0", "b0", "b1")),
        "holder": "s0",
        "accepted_on": day,
        "due_on": day + dealer.choice((30, 60, 90, 180, 364)),
        "face_minor": dealer.choice(AMOUNTS),
        "status": dealer.choice((None, "open", "open", "paid", "overdue", "refused")),
    }


def _certificate(dealer: Dealer, day: int) -> Row:
    return {
        "opener": dealer.choice(("b0", "b0", "b1")),
        "holder": "s0",
        "opened_on": day,
        "due_on": day + dealer.choice((30, 60, 90, 180, 364)),
        "face_minor": dealer.choice(AMOUNTS),
        "split_from": dealer.choice((None, None, None, "another")),
        "status": dealer.choice((None, "open", "open", "paid", "overdue", "cancelled")),
    }


def _bureau(dealer: Dealer, day: int) -> Row:
    return {
        "party": "s0",
        "reported_on": day,
        "lenders": dealer.choice((None, 0, 3)),
        "outstanding_minor": dealer.choice((None, *AMOUNTS)),
        "limit_minor": dealer.choice((None, *AMOUNTS)),
        "utilisation_ppm": dealer.choice((None, None, 0, 700_000, 1_200_000)),
        "max_dpd_24m_days": dealer.choice((None, 0, 31)),
        "inquiries_3m": dealer.choice((None, 0, 8)),
    }


def _tax(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(("s0", "s0", "s1")),
        "tax": dealer.choice(("vat", "vat", "income")),
        "period_start": day - 30,
        "period_end": day,
        "tax_paid_minor": dealer.choice((None, *AMOUNTS)),
        "arrears_minor": dealer.choice((None, *AMOUNTS)),
    }


def _profile(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(PARTIES),
        "happened_at": day * DAY,
        "ownership": dealer.choice((None, "central_soe", "lgfv", "private", "foreign")),
        "tax_credit_grade": dealer.choice((None, "A", "B", "M", "C", "D")),
        "innovation_tier": dealer.choice((None, 0, 2, 4)),
        "innovation_until": dealer.choice((None, TODAY - 1, TODAY, TODAY + 1)),
    }


def _coverage(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(PARTIES),
        "source": dealer.choice(("adverse_record", "adverse_record", "rating")),
        "checked_at": day * DAY,
        "result": dealer.choice(("FOUND", "NONE_FOUND", "NONE_FOUND", "REFUSED", "STALE")),
    }


def _statement(dealer: Dealer, day: int) -> Row:
    return {
        "party": dealer.choice(("b0", "b0", "s0")),
        "period_type": "year",
        "period_start": day - 365,
        "period_end": day,
        "equity_minor": dealer.choice((None, -5, *AMOUNTS)),
    }


KINDS: dict[str, tuple[Making, int]] = {
    "rating": (_rating, 12),
    "adverse_record": (_record, 20),
    "payment_disclosure": (_disclosure, 3),
    "bill": (_bill, 5),
    "e_certificate": (_certificate, 5),
    "bureau_summary": (_bureau, 3),
    "tax_return": (_tax, 6),
    "party_profile": (_profile, 4),
    "source_coverage": (_coverage, 3),
    "statement": (_statement, 3),
}
"""How a row of each kind is made, and how many there are at most."""

CONCEPTS = ("revenue", "accounts_payable", "notes_payable", "sme_payables_overdue")


def _facts(kind: str, dealer: Dealer) -> list[Row]:
    making, most = KINDS[kind]
    rows = []
    for number in range(dealer.randint(0, most)):
        day = TODAY - dealer.choice(AGES)
        at = (day + dealer.choice((0, 0, 0, 1, 40))) * DAY + dealer.choice((0, 1, DAY - 1))
        row = {**fact(kind, f"{kind}{number}", 100 + number, at), **making(dealer, day)}
        rows.append(row)
        if dealer.random() < 0.15:
            changed = making(dealer, day + dealer.choice((0, 0, 10)))
            rows.append(corrected(row, at + 25 * DAY, **{**changed, **_parties_of(row)}))
    return rows


def _parties_of(row: Row) -> Row:
    """A correction says something else of the same party."""
    return {name: row[name] for name in ("party", "acceptor", "opener") if name in row}


def _lines(statements: list[Row], dealer: Dealer) -> list[Row]:
    return [
        fact(
            "statement_line",
            f"{row['ref']}-{concept}",
            1_000 + at,
            row["visible_at"],
            statement=row["ref"],
            concept=concept,
            amount_minor=dealer.choice(AMOUNTS),
        )
        for row in statements
        if row["revision"] == 0
        for at, concept in enumerate(CONCEPTS)
        if dealer.random() < 0.8
    ]


def _parties(dealer: Dealer) -> list[Row]:
    rows = []
    for number, party in enumerate(PARTY_NAMES):
        founded = dealer.choice((None, TODAY, TODAY + 1, TODAY - 4_000))
        row = fact("party", party, number, (TODAY - 900) * DAY, established_on=founded)
        rows.append(row)
        if dealer.random() < 0.2:
            rows.append(corrected(row, (TODAY - 30) * DAY, established_on=TODAY - 999))
    return rows


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few rows of each kind, of which some are known late and some corrected."""
    dealer = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - amounts, no secret
    facts = {kind: _facts(kind, dealer) for kind in KINDS}
    facts["statement_line"] = _lines(facts["statement"], dealer)
    return draw(asked_of_parties({**facts, "party": _parties(dealer)}))


THEME = Theme(
    name="credit",
    relations=(buyer_credit.RELATION, buyer_paper.RELATION, supplier_record.RELATION),
    worlds=worlds(),
    plain={
        "buyer_credit": plain_credit.buyer_credit,
        "buyer_paper": plain_credit.buyer_paper,
        "supplier_record": plain_credit.supplier_record,
    },
)
