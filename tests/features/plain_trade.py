"""The invoices of a supplier as known on the day of a request, in slow plain Python."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from features.invoice_cells import MOST_MINOR
from tests.features.plain_requests import Plain, ratio
from tests.features.source_theme import plain_supplier_sources
from tests.features.worlds_of_facts import Row


@dataclass(frozen=True)
class Invoice:
    """An invoice as known on the day of a request."""

    ref: str
    seller: str
    buyer: str
    issued_on: int
    due_on: int | None
    gross: int
    tax: int
    red_of: str | None
    dead: bool

    @property
    def net(self) -> int:
        return self.gross - self.tax


@dataclass(frozen=True)
class Trade:
    """The invoices of the supplier of a request."""

    asked: Plain

    @cached_property
    def _all(self) -> list[Invoice]:
        latest: dict[str, Row] = {}
        for row in self.asked.facts("invoice_status"):
            before = latest.get(row["invoice"])
            when = (row["happened_at"], row["seq"])
            if before is None or when > (before["happened_at"], before["seq"]):
                latest[row["invoice"]] = row
        dead = {ref for ref, row in latest.items() if row["status"] in {"void", "abnormal"}}
        return [
            Invoice(
                row["ref"],
                row["seller"],
                row["buyer"],
                row["issued_on"],
                row["due_on"],
                row["gross_minor"],
                row["tax_minor"],
                row["red_of"],
                row["ref"] in dead,
            )
            for row in self.asked.facts("invoice")
        ]

    @cached_property
    def issued(self) -> list[Invoice]:
        """Sales, dead ones among them."""
        return [
            one
            for one in self._all
            if one.seller == self.asked.supplier and one.issued_on <= self.asked.day
        ]

    @cached_property
    def sales(self) -> list[Invoice]:
        return [one for one in self.issued if not one.dead]

    @cached_property
    def purchases(self) -> list[Invoice]:
        return [
            one
            for one in self._all
            if one.buyer == self.asked.supplier and not one.dead and one.issued_on <= self.asked.day
        ]

    @cached_property
    def unlimited(self) -> list[Invoice]:
        """Sales, also those dated after the day."""
        return [one for one in self._all if one.seller == self.asked.supplier and not one.dead]

    @cached_property
    def originals(self) -> dict[str, Invoice]:
        return {one.ref: one for one in self._all}

    def aged(self, invoices: Iterable[Invoice], first: int, last: int) -> list[Invoice]:
        """Those of some ages in days."""
        return [one for one in invoices if first <= self.asked.day - one.issued_on <= last]

    def year(self, invoices: Iterable[Invoice]) -> list[Invoice]:
        return self.aged(invoices, 0, 364)

    def before(self, invoices: Iterable[Invoice]) -> list[Invoice]:
        return self.aged(invoices, 365, 729)

    @cached_property
    def told(self) -> bool:
        return plain_supplier_sources(self.asked)["invoices_state"] in {1, 2}


def gross(invoices: Iterable[Invoice]) -> int:
    return sum(one.gross for one in invoices)


def blue(invoices: Iterable[Invoice]) -> list[Invoice]:
    return [one for one in invoices if one.gross > 0]


def bounded(total: int) -> int:
    return max(0, min(total, MOST_MINOR))


def hhi(by_partner: Iterable[int]) -> float | None:
    sums = [bounded(total) for total in by_partner]
    return ratio(sum(one * one for one in sums), sum(sums) ** 2)


def by(invoices: Iterable[Invoice], field: str) -> dict[str, list[Invoice]]:
    grouped: dict[str, list[Invoice]] = defaultdict(list)
    for one in invoices:
        grouped[getattr(one, field)].append(one)
    return grouped
