"""What stands between the fields of a text: the sign that every line has equally often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.importing.drafting.sureness import Guess, Sure

DELIMITERS = ",;\t|^~:"
"""Signs that are tried, the usual ones first."""

QUOTES = "\"'"
NAMES = {"\t": "tab", " ": "blank"}
MOST_LINES = 400
"""Lines that are looked at."""

LINE_END = re.compile(r"\r\n|\n|\r")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


@dataclass(frozen=True)
class Separators:
    """How fields are told apart.

    Attributes
    ----------
    delimiter, quote : str
        As in ``Formats``.
    fields : int
        So many fields have most lines.
    """

    delimiter: str
    quote: str
    fields: int


@dataclass(frozen=True)
class _Tried:
    """What splitting by one delimiter gives."""

    delimiter: str
    fields: int
    share: float
    header_fits: bool
    clean: float

    @property
    def merit(self) -> tuple[float, float, int, int]:
        whole = self.share * (1.0 if self.header_fits else 0.5)
        return round(whole, 1), round(self.clean, 1), self.fields, -DELIMITERS.index(self.delimiter)


def find_separators(text: str) -> Guess[Separators]:
    """The delimiter and the quote of a text.

    Parameters
    ----------
    text : str
        Its first lines, none of them cut.
    """
    lines = [line for line in LINE_END.split(text)[:MOST_LINES] if line.strip()]
    quote = _quote(lines)
    plain = [line for line in (_without_quoted(line, quote) for line in lines) if line is not None]
    tried = [one for one in (_try(sign, plain) for sign in DELIMITERS) if one is not None]
    if not tried:
        why = "no sign stands equally often in its lines: one column"
        return Guess(Separators(",", quote, 1), "guess", why)
    best = max(tried, key=lambda one: one.merit)
    name = NAMES.get(best.delimiter, best.delimiter)
    why = f"{best.share:.0%} of the lines have {best.fields} fields between {name!r}"
    return Guess(Separators(best.delimiter, quote, best.fields), _sure(best, len(plain)), why)


def _sure(best: _Tried, lines: int) -> Sure:
    if best.share < 0.8 or lines < 2:
        return "guess"
    return "sure" if best.share >= 0.95 and best.header_fits else "likely"


def _quote(lines: Sequence[str]) -> str:
    """The other quote only where it opens and closes fields, and the usual one is nowhere."""
    if any('"' in line for line in lines):
        return '"'
    quoted = re.compile(rf"(^|[{re.escape(DELIMITERS)}])'[^']*'(?=[{re.escape(DELIMITERS)}]|$)")
    return "'" if sum(bool(quoted.search(line)) for line in lines) * 2 > len(lines) else '"'


def _without_quoted(line: str, quote: str) -> str | None:
    """The line without what stands in quotes; None where a quote stays open."""
    bare = re.sub(f"{quote}[^{quote}]*{quote}", "", line)
    return None if quote in bare else bare


def _try(delimiter: str, lines: Sequence[str]) -> _Tried | None:
    counts = [line.count(delimiter) for line in lines]
    usual = Counter(count for count in counts if count).most_common(1)
    if not usual:
        return None
    count, times = usual[0]
    cells = [
        cell.strip()
        for line, found in zip(lines, counts, strict=True)
        if found == count
        for cell in line.split(delimiter)
    ]
    clean = sum(not _holds_another(cell, delimiter) for cell in cells) / len(cells)
    return _Tried(delimiter, count + 1, times / len(lines), counts[0] == count, clean)


def _holds_another(cell: str, delimiter: str) -> bool:
    """Whether a cell holds a sign that may be the true delimiter; a decimal comma is none."""
    if NUMBER.fullmatch(cell):
        return False
    return any(sign in cell for sign in DELIMITERS[:4] if sign != delimiter)
