"""What a column holds, in words: for the comments of a draft and the table on the screen."""

from __future__ import annotations

from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.toml_text import printable

FEW = 6


def holds_words(look: ColumnLook) -> str:
    """What a column holds and what was seen of it; cells of text are never repeated."""
    said: list[str] = [look.holds]
    if look.days is not None and look.days.formats:
        said.append(f"as {' or '.join(look.days.formats)}")
    if look.days is not None and look.days.order_open:
        said.append("day or month first: can't be told")
    if look.blank:
        said.append(f"{_share(look)} blank")
    if look.missing:
        words = ", ".join(f"{printable(word)} {times}x" for word, times in look.missing.items())
        said.append(f"perhaps missing: {words}")
    if look.leading_zeros:
        said.append("leading zeros")
    if look.unique:
        said.append("unique")
    elif look.holds in ("text", "words", "integer"):
        said.append(f"{len(look.values):,} different")
    if look.decorated is not None:
        said.append(f"numbers with {look.decorated}")
    if look.worded_days:
        said.append("days with the month in letters")
    said += [f"{times} x {fault}" for fault, times in look.broken.items()]
    return ", ".join(said)


def _share(look: ColumnLook) -> str:
    share = look.blank_share
    return f"{share:.0%}" if share >= 0.01 else "under 1 %"
