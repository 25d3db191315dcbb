"""Parties that the rows of a file name become facts, so that what names them can be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.importing.cells import plain_text
from ledger.importing.drafting.drafted_facts import DraftedFact, DraftedRow
from ledger.importing.drafting.field_matching import Matcher, Matches
from ledger.importing.drafting.first_rows import Sample
from ledger.importing.field_types import refusal
from ledger.kinds import kind_of

OWN_LIST = (
    "leave this out where parties come from a list of their own: what is said here would be taken "
    "for a correction of it"
)
BY_NAME = "parties are told apart by their names: give a code or tax number if there is one"
NOT_LATER = "known from this day on: not later than the first row that names one, seen or not"
TWO_NAMES = "no names: a party has several in the rows looked at, and all rows of it were rejected"


@dataclass(frozen=True)
class _Named:
    """A party that rows name: by which column, and the column with its name, if there is one."""

    column: str
    name: str | None
    by_name: bool


def draft_parties(
    row: DraftedRow, matches: Matches, matcher: Matcher, sample: Sample, opens: date
) -> None:
    """Add the parties that the facts of a row name, before these."""
    named, constants = _named(row, matches, matcher)
    for ref in constants:
        fact = DraftedFact("party")
        fact.put("ref", {"constant": ref})
        fact.put("happened_at", {"constant": opens}, *([] if row.constants else [NOT_LATER]))
        row.constants.append(fact)
    names_agree = _names_agree(named, sample)
    chinese = bool(named) and all(_is_uscc(sample, party.column) for party in named)
    facts: list[DraftedFact] = []
    for party in named:
        fact = DraftedFact("party", asks=(OWN_LIST,))
        asks = (BY_NAME,) if party.by_name else ()
        fact.put("ref", {"column": party.column}, *asks)
        if chinese:
            fact.put("uscc", {"column": party.column})
            fact.put("country", {"constant": "CN"}, why="its 统一社会信用代码 says so")
        if party.name is not None and names_agree:
            row.columns.setdefault(party.name, {"type": "text"})
            fact.put("name", {"column": party.name})
        elif party.name is not None:
            fact.asks = (*fact.asks, TWO_NAMES)
        said = bool(row.constants or facts)
        fact.put("happened_at", {"constant": opens}, *([] if said else [NOT_LATER]))
        facts.append(fact)
    row.facts[:0] = facts


def _named(row: DraftedRow, matches: Matches, matcher: Matcher) -> tuple[list[_Named], list[str]]:
    """The columns that name parties, each once; and the parties that are the same in all rows."""
    columns: dict[str, _Named] = {}
    constants: dict[str, None] = {}
    for fact in row.facts:
        for name, kind in kind_of(fact.kind).names.items():
            rule = fact.rule(name) if kind == "party" else None
            if rule is None or fact.kind == "party_profile":
                continue
            if "constant" in rule:
                constants[rule["constant"]] = None
            elif "column" in rule:
                role = matches.of[name].role if name in matches.of else ""
                columns.setdefault(rule["column"], _party(rule["column"], role, matcher))
    return list(columns.values()), list(constants)


def _party(column: str, role: str, matcher: Matcher) -> _Named:
    if role.endswith("name"):
        return _Named(column, column, by_name=True)
    look = matcher.named("name" if role == "party" else f"{role}_name") if role else None
    usable = look is not None and look.name != column and look.holds in ("text", "words")
    return _Named(column, look.name if look is not None and usable else None, by_name=False)


def _names_agree(named: Sequence[_Named], sample: Sample) -> bool:
    """Whether every party has one name in the rows looked at, or none in all of them."""
    seen: dict[str, str] = {}
    for party in named:
        refs = sample.cells.get(party.column, ())
        names = sample.cells.get(party.name, ()) if party.name is not None else [None] * len(refs)
        for ref, name in zip(refs, names, strict=True):
            said = "" if name is None else plain_text(name).strip()
            if ref is not None and seen.setdefault(plain_text(ref).strip(), said) != said:
                return False
    return True


def _is_uscc(sample: Sample, column: str) -> bool:
    """Whether all that a column says are Chinese company numbers whose check sign holds."""
    said = {
        plain_text(cell).strip() for cell in sample.cells.get(column, ()) if cell is not None
    } - {""}
    row = kind_of("party").row
    return bool(said) and all(refusal(row, "uscc", code) is None for code in said)
