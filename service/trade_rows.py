"""Rows of the story of the documentation page: trade of a year, told from one day backwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ledger.clocks import day_of, start_of_day
from ledger.seen_facts import instant_text
from ledger.tenants import Book

Row = dict[str, Any]
Facts = Iterator[tuple[str, Row]]

TERM_DAYS, APART_DAYS = 60, 40
"""Of each claim, and between two."""

NEWEST_DAYS = 6
"""Age of the claim that is offered; the last of the past was due 20 days ago."""

FACE_MINOR, MORE_MINOR = 39_412_300, 1_371_900
"""Of the oldest claim, and how much more each that follows has."""

TAX_SHARE = 0.13


@dataclass(frozen=True)
class Trade:
    """What a supplier sold to a buyer.

    Attributes
    ----------
    supplier, buyer : str
        Ends of their keys.
    delays : tuple of int
        Days after the due date on which each past claim was paid, the oldest first.
    face_minor : int
        Of the claim that is offered.
    series : int
        Of the numbers of its invoices, 1 to 9.
    invented : bool
        Nobody ordered what is offered, and nothing was delivered.
    """

    supplier: str
    buyer: str
    delays: tuple[int, ...]
    face_minor: int
    series: int
    invented: bool = False


class Told:
    """Who tells the rows: ``prefix-number`` begins every key, ages are whole days before today."""

    def __init__(self, prefix: str, number: int, opened: Book, now: datetime) -> None:
        self._prefix = f"{prefix}-{number}"
        self._told = number
        self._tz = opened.tz
        self._money = {"currency": opened.base_currency}
        self._today = day_of(now, opened.tz)

    def key(self, *ends: object) -> str:
        """A key of the story."""
        return "-".join(str(part) for part in (self._prefix, *ends))

    def party(self, end: str, name: str) -> Row:
        """A company that was there long before."""
        return self._row(
            800,
            end,
            name=name,
            person_linked=False,
            onboarded_on=self._day(1_500),
            established_on=self._day(5_000),
        )

    def standing(self, end: str) -> Facts:
        """What makes a core enterprise a good one."""
        party = self.key(end)
        more = {"size_class": "large", "ownership": "central_soe", "listed": True}
        yield "party_profile", self._row(300, end, "PROFILE", party=party, **more)
        rated = {"agency": "internal", "scale": "internal", "grade": "2", "pd_12m_ppm": 900}
        yield (
            "rating",
            self._row(300, end, "RATING", party=party, acted_on=self._day(300), **rated),
        )

    def history(self, trade: Trade) -> Facts:
        """Past claims with what was ordered, delivered and paid, and the one that is offered."""
        for number, delay in enumerate(trade.delays, start=1):
            age = NEWEST_DAYS + TERM_DAYS + 14 + (len(trade.delays) - number) * APART_DAYS
            face = FACE_MINOR + MORE_MINOR * (number - 1)
            yield from self._goods(trade, number, age, face)
            yield from self._claim(trade, number, age, face)
            yield "payment", self._payment(trade, number, age - TERM_DAYS - delay, face)
        if not trade.invented:
            yield from self._goods(trade, 0, NEWEST_DAYS, trade.face_minor)
        yield from self._claim(trade, 0, NEWEST_DAYS, trade.face_minor)

    def request(self, trade: Trade) -> Row:
        """A request for seven tenths of the claim that is offered."""
        return {
            "request_id": self.key(trade.supplier),
            "supplier": {"ref": self.key(trade.supplier)},
            "buyer": {"ref": self.key(trade.buyer)},
            "receivables": [{"ref": self._of(trade, "AR", 0)}],
            "amount_requested_minor": trade.face_minor * 7 // 10,
            **self._money,
            "product": "factoring",
        }

    def confirmation(self, trade: Trade) -> Row:
        """The buyer confirms the claim that is offered."""
        return self._row(
            2,
            trade.supplier,
            "CF",
            receivable=self._of(trade, "AR", 0),
            level=3,
            requested_on=self._day(4),
            confirmed_on=self._day(2),
            defence_waiver=True,
            account_locked=True,
        )

    def floating_charge(self, trade: Trade, lender: str) -> Row:
        """All that a supplier is owed is pledged to another lender, in general words."""
        said = "all receivables, present and future 现有及将有的全部应收账款"
        return self._registration(trade, lender, 200, business="pledge", description=said)

    def factored(self, trade: Trade, lender: str) -> Row:
        """The very invoice that is offered is registered for another lender."""
        return self._registration(
            trade,
            lender,
            3,
            business="factoring",
            buyer=self.key(trade.buyer),
            invoice_number=self._number(trade, 0),
            amount_minor=trade.face_minor,
            **self._money,
        )

    def _registration(self, trade: Trade, lender: str, age: int, **more: Any) -> Row:
        return self._row(
            age,
            trade.supplier,
            "REG",
            number=self._number(trade, 900),
            debtor=self.key(trade.supplier),
            secured_party=self.key(lender),
            registered_at=self._instant(age),
            **more,
        )

    def _goods(self, trade: Trade, number: int, age: int, face: int) -> Facts:
        """Ordered, sent, received and taken as good before the invoice."""
        order, sent = self._of(trade, "PO", number), self._of(trade, "DN", number)
        between = {"supplier": self.key(trade.supplier), "buyer": self.key(trade.buyer)}
        ordered = {"ordered_on": self._day(age + 12), "amount_minor": face}
        yield (
            "purchase_order",
            self._row(age + 12, trade.supplier, "PO", number, **between, **ordered, **self._money),
        )
        on_its_way = {"despatched_on": self._day(age + 3), "received_on": self._day(age + 2)}
        worth = {"purchase_order": order, "value_minor": face, **self._money}
        yield (
            "delivery",
            self._row(age + 3, trade.supplier, "DN", number, **between, **on_its_way, **worth),
        )
        if number == 0:
            taken = {"delivery": sent, "accepted_on": self._day(age + 1), "evidence_level": 3}
            yield "acceptance", self._row(age + 1, trade.supplier, "AC", number, **taken)

    def _claim(self, trade: Trade, number: int, age: int, face: int) -> Facts:
        seller, buyer = self.key(trade.supplier), self.key(trade.buyer)
        dated = {"issued_on": self._day(age), "due_on": self._day(age - TERM_DAYS), **self._money}
        tax = face - round(face / (1 + TAX_SHARE))
        billed = {"net_minor": face - tax, "tax_minor": tax, "gross_minor": face}
        named = {"kind": "e_vat_special", "number": self._number(trade, number)}
        if number or not trade.invented:
            named["purchase_order"] = self._of(trade, "PO", number)
        yield (
            "invoice",
            self._row(
                age,
                trade.supplier,
                "INV",
                number,
                **{"seller": seller, "buyer": buyer},
                **named,
                **dated,
                **billed,
            ),
        )
        owed = {"supplier": seller, "buyer": buyer, "face_minor": face}
        yield "receivable", self._row(age, trade.supplier, "AR", number, **owed, **dated)
        link = {
            "receivable": self._of(trade, "AR", number),
            "invoice": self._of(trade, "INV", number),
        }
        yield (
            "receivable_invoice",
            self._row(age, trade.supplier, "AR", number, **link, amount_minor=face),
        )

    def _payment(self, trade: Trade, number: int, age: int, face: int) -> Row:
        return self._row(
            age,
            trade.supplier,
            "PAY",
            number,
            payer=self.key(trade.buyer),
            payee=self.key(trade.supplier),
            paid_on=self._day(age),
            amount_minor=face,
            receivable=self._of(trade, "AR", number),
            channel="bank",
            **self._money,
        )

    def _of(self, trade: Trade, what: str, number: int) -> str:
        return self.key(trade.supplier, what, number)

    def _number(self, trade: Trade, number: int) -> str:
        return f"26{trade.series}{self._told:011}{number:06}"  # 数电票 have 20 digits

    def _row(self, age: int, *ends: object, **fields: Any) -> Row:
        return {"ref": self.key(*ends), "happened_at": self._instant(age), **fields}

    def _day(self, age: int) -> str:
        return (self._today - timedelta(days=age)).isoformat()

    def _instant(self, age: int) -> str:
        return instant_text(start_of_day(self._today - timedelta(days=age), self._tz))
