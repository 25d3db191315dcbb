"""Books of a financing and what became of it, written by hand."""

from typing import Any

from ledger.kinds import KINDS
from scoring.gather import Gathered
from tests.features.worlds_of_facts import DAY, Row, World, fact, table

TODAY = 20_000
MATURES = TODAY + 60


def claim(ref: str, visible_at: int = (TODAY - 10) * DAY) -> Row:
    return fact(
        "receivable",
        ref,
        1,
        visible_at,
        supplier="s",
        buyer="b",
        issued_on=TODAY - 10,
        due_on=MATURES,
        face_minor=1_000,
    )


def asked(ref: str, happened: int = TODAY * DAY, **more: Any) -> Row:
    row = fact("financing_request", ref, 2, happened + DAY, supplier="s", buyer="b")
    terms = {"product": "factoring", "tenor_days": 60, "amount_minor": 900, "decision": "approved"}
    return {**row, "happened_at": happened, **terms, **more}


def link(request: str, receivable: str, visible_at: int = TODAY * DAY + DAY) -> Row:
    names = {"financing_request": request, "receivable": receivable}
    return fact("requested_receivable", f"{request}/{receivable}", 3, visible_at, **names)


def lent(ref: str, request: str | None, at: int = (TODAY + 2) * DAY, **more: Any) -> Row:
    row = fact("financing", ref, 4, at, financing_request=request, supplier="s", buyer="b")
    return {**row, "drawn_on": TODAY + 2, "matures_on": MATURES, "amount_minor": 800, **more}


def ended(financing: str, day: int, *, defaulted: bool, **more: Any) -> Row:
    """An outcome that history uses from a day on."""
    row = fact("outcome", f"{financing} ends", 5, (day - 1) * DAY, financing=financing)
    return {**row, "settled_on": day - 2, "defaulted": defaulted, **more}


def of(*rows: tuple[str, Row]) -> Gathered:
    """A book of these facts, by kind, with both parties."""
    facts: dict[str, list[Row]] = {kind.name: [] for kind in KINDS}
    facts["party"] = [fact("party", ref, 0, 0) for ref in ("s", "b")]
    for kind, row in rows:
        facts[kind].append(row)
    world = World("UTC", facts, ())
    tables = {kind: table(kind, some) for kind, some in facts.items()}
    return Gathered(world.book, 1_000_000, tables)


def usual(*more: tuple[str, Row]) -> Gathered:
    """A financing ``f`` of a request ``q`` for a claim ``r``, and more."""
    return of(
        ("receivable", claim("r")),
        ("financing_request", asked("q")),
        ("requested_receivable", link("q", "r")),
        ("financing", lent("f", "q")),
        *more,
    )
