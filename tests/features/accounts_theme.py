"""Statements of any form, and the staff that parties report."""

import random

from hypothesis import strategies as st

from features.subject import buyer_accounts, supplier_accounts
from ledger.money import LARGEST_MINOR
from tests.features import plain_accounts
from tests.features.asked_of_parties import asked_of_parties
from tests.features.small_ledgers import TODAY
from tests.features.theme import Theme
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

CONCEPTS = tuple(dict.fromkeys((*buyer_accounts.CONCEPTS, *supplier_accounts.CONCEPTS, "goodwill")))
USUAL = (1, 600, 700, 800, 2_000, 5_000, 6_000, 7_000, 40_000, 90_000, 1_000_000)
AMOUNTS = (*USUAL, 0, -900, LARGEST_MINOR, -LARGEST_MINOR)
HEADS = (None, *AMOUNTS)
LENGTHS = {
    "year": (365, 365, 366, 371, 300),
    "half": (182, 184),
    "quarter": (91, 92),
    "month": (30,),
}
MOST = {"year": (1, 2, 3), "half": (1, 2, 4), "quarter": (3, 4, 8), "month": (1,)}
ENDS = (TODAY - 465, TODAY - 430, TODAY - 400, TODAY - 190, TODAY - 100, TODAY - 99, TODAY - 35)


def _series(number: int, dealer: random.Random) -> list[Row]:
    """Statements of one party and form, each after the other."""
    kind = dealer.choice(("year", "year", "year", "half", "quarter", "month"))
    end, lag = dealer.choice(ENDS), dealer.choice((0, 30, 90))
    party = dealer.choice(("s0", "b0", "b0"))
    group = dealer.choice((None, False, True))
    rows = []
    for at in range(dealer.choice(MOST[kind])):
        length = dealer.choice(LENGTHS[kind])
        totals = {
            name: dealer.choice(HEADS)
            for name in ("total_assets_minor", "total_liabilities_minor", "equity_minor")
        }
        period = {"period_type": kind, "period_start": end - length, "period_end": end}
        row = fact(
            "statement",
            f"f{number}-{at}",
            100 * number + at,
            (end + lag) * DAY + dealer.choice((0, DAY - 1)),
            party=party,
            consolidated=group,
            **period,
            **totals,
        )
        if dealer.random() < 0.95:
            rows.append(row)
        end -= length
    return rows


def _lines(statement: Row, dealer: random.Random) -> list[Row]:
    rows, likely = [], dealer.choice((0.6, 0.95, 1.0, 1.0))
    for at, concept in enumerate((*CONCEPTS, dealer.choice(CONCEPTS))):
        if dealer.random() > likely:
            continue
        row = fact(
            "statement_line",
            f"{statement['ref']}-{at}",
            1_000 * int(statement["seq"]) + at,
            statement["visible_at"] + dealer.choice((0, 0, 0, 0, 40)) * DAY,
            statement=statement["ref"],
            concept=concept,
            amount_minor=dealer.choice(AMOUNTS),
        )
        rows.append(row)
        if dealer.random() < 0.05:
            rows.append(corrected(row, row["visible_at"] + 30 * DAY, amount_minor=77))
    return rows


def _reports(dealer: random.Random) -> list[Row]:
    rows = []
    for at in range(dealer.randrange(8)):
        end = TODAY - dealer.choice((0, 20, 30, 60)) - dealer.choice((0, 320, 365, 366, 411))
        row = fact(
            "party_report",
            f"h{at}",
            at,
            (end + dealer.choice((15, 40))) * DAY,
            party=dealer.choice(("s0", "s0", "s1")),
            period_start=end - 30,
            period_end=end,
            employees=dealer.choice((None, 0, 1, 7, 2**31)),
        )
        rows.append(row)
        if dealer.random() < 0.2:
            rows.append(corrected(row, row["visible_at"] + 20 * DAY, employees=99))
    return rows


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few series of statements, of which some are corrected, and a few reports."""
    dealer = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - amounts, no secret
    series = [_series(number, dealer) for number in range(dealer.choice((0, 1, 2, 3, 4)))]
    statements = [row for rows in series for row in rows]
    lines = [line for row in statements for line in _lines(row, dealer)]
    for row in list(statements):
        if dealer.random() < 0.15:
            change = dealer.choice(
                ({"total_assets_minor": 9_999}, {"period_type": "month"}, {"consolidated": True})
            )
            statements.append(corrected(row, row["visible_at"] + 35 * DAY, **change))
    facts = {
        "statement": statements,
        "statement_line": lines,
        "party_report": _reports(dealer),
    }
    return draw(asked_of_parties(facts))


THEME = Theme(
    name="accounts",
    relations=(buyer_accounts.RELATION, supplier_accounts.RELATION),
    worlds=worlds(),
    plain={
        "buyer_accounts": plain_accounts.buyer_accounts,
        "supplier_accounts": plain_accounts.supplier_accounts,
    },
)
