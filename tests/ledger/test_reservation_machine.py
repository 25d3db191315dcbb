"""Any order of reserving, drawing, releasing and waiting, against a plain list, on both stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from ledger.asked_amounts import Asked, Ceiling, InvoiceAmount
from ledger.database import reading, writing
from ledger.faults import Fault
from ledger.held_amounts import held, held_against
from ledger.principals import Principal
from ledger.reservations import Hold, draw, release, reserve
from ledger.tenants import ensure_tenant
from tests.ledger.made_rows import NOW, a_ledger

FACES = {"1" * 64: 100, "2" * 64: 70, "3" * 64: 10}
BUYERS = ("a", "b")
SUPPLIERS = ("x", "y")
MINUTE = timedelta(minutes=1)


@dataclass
class Plain:
    """A reservation as a list keeps it."""

    id: str
    buyer: str
    supplier: str
    parts: dict[str, int]
    expires_at: datetime
    state: str = "held"

    @property
    def amount(self) -> int:
        return sum(self.parts.values())

    def as_hold(self) -> Hold:
        state: Any = self.state
        whose = (self.id, "s", self.buyer, self.supplier)
        return Hold(*whose, self.amount, self.expires_at, state)

    def counts(self, now: datetime) -> bool:
        return self.state == "drawn" or (self.state == "held" and self.expires_at > now)


class Reserving(RuleBasedStateMachine):
    """One book; nobody else writes to it."""

    made = Bundle("made")
    books = count()
    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.principal = Principal(f"book {next(self.books)}", "x")
        self.now = NOW
        self.latest = datetime.min.replace(tzinfo=UTC)
        self.all: list[Plain] = []
        with writing(self.engine) as connection:
            ensure_tenant(connection, self.principal.tenant, "UTC", "CNY")

    def at(self, behind: int) -> datetime:
        """The time of the book, for a caller whose clock is so many minutes behind."""
        return max(self.now - behind * MINUTE, self.latest)

    def on(self, invoice: str, at: datetime) -> int:
        return sum(one.parts.get(invoice, 0) for one in self.all if one.counts(at))

    def on_buyer(self, buyer: str, at: datetime) -> int:
        return sum(one.amount for one in self.all if one.buyer == buyer and one.counts(at))

    def on_supplier(self, supplier: str, at: datetime) -> int:
        return sum(one.amount for one in self.all if one.supplier == supplier and one.counts(at))

    def expected(self, asked: Asked, at: datetime) -> str:
        if any(
            self.on(one.canonical_hash, at) + one.amount_minor > one.face_minor
            for one in asked.invoices
        ):
            return "face-exceeded"
        used = {
            "buyer": self.on_buyer(asked.buyer, at),
            "group": sum(self.on_buyer(one, at) for one in BUYERS),
            "single_name": self.on_supplier(asked.supplier, at),
        }
        if any(used[one.of] + asked.amount_minor > one.limit_minor for one in asked.ceilings):
            return "limit-exceeded"
        return "held"

    def take(self, act: Any, what: Asked | str, behind: int) -> Hold | str:
        """The hold as it is after an act, or the code of the fault."""
        try:
            with writing(self.engine) as connection:
                hold: Hold = act(connection, self.principal, what, self.now - behind * MINUTE)
        except Fault as fault:
            return fault.code
        return hold

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(
        target=made,
        who=st.tuples(st.sampled_from(BUYERS), st.sampled_from(SUPPLIERS)),
        parts=st.dictionaries(
            st.sampled_from(sorted(FACES)), st.integers(1, 60), min_size=1, max_size=3
        ),
        lasts=st.integers(1, 60),
        limits=st.dictionaries(
            st.sampled_from(["buyer", "group", "single_name"]), st.integers(50, 150)
        ),
        behind=st.integers(0, 50),
    )
    def reserve(
        self,
        who: tuple[str, str],
        parts: dict[str, int],
        lasts: int,
        limits: dict[Any, int],
        behind: int,
    ) -> Any:
        invoices = tuple(InvoiceAmount(one, FACES[one], parts[one]) for one in parts)
        ceilings = tuple(Ceiling(of, limit, BUYERS) for of, limit in limits.items())
        asked = Asked("s", *who, invoices, lasts * MINUTE, ceilings)
        at = self.at(behind)
        expected = self.expected(asked, at)
        found = self.take(reserve, asked, behind)
        if isinstance(found, str):
            assert found == expected
            return multiple()
        plain = Plain(found.id, *who, parts, at + lasts * MINUTE)
        assert found == plain.as_hold()
        assert expected == "held"
        self.all.append(plain)
        self.latest = at
        return plain

    @rule(one=made, behind=st.integers(0, 50))
    def draw(self, one: Plain, behind: int) -> None:
        at = self.at(behind)
        found = self.take(draw, one.id, behind)
        if not one.counts(at):
            assert found == "reservation-over"
            return
        if one.state == "held":
            one.state, self.latest = "drawn", at
        assert found == one.as_hold()

    @rule(one=made, behind=st.integers(0, 50))
    def release(self, one: Plain, behind: int) -> None:
        if one.state != "released":
            one.state, self.latest = "released", self.at(behind)
        assert self.take(release, one.id, behind) == one.as_hold()

    @invariant()
    def what_is_held_is_what_the_list_says_and_never_beyond_the_face(self) -> None:
        at = self.now
        with reading(self.engine) as connection:
            for buyer in BUYERS:
                found = held(connection, self.principal.tenant, FACES, buyer, at)
                assert found.invoices == {one: self.on(one, at) for one in FACES}
                assert found.buyer_minor == self.on_buyer(buyer, at)
                assert all(found.invoices[one] <= FACES[one] for one in FACES)
            for supplier in SUPPLIERS:
                amount = held_against(
                    connection,
                    self.principal.tenant,
                    Ceiling("single_name", 0),
                    at,
                    buyer="",
                    supplier=supplier,
                )
                assert amount == self.on_supplier(supplier, at)


def test_no_order_of_steps_holds_more_than_the_face(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        machine = type("OnThisStore", (Reserving,), {"engine": engine})
        run_state_machine_as_test(machine, settings=settings(stateful_step_count=15))
