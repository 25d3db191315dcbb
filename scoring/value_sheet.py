"""A value as people read it in a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ledger.money import decimal_amount
from lending.commercial_value import Driver
from scoring.kept_values import KeptValue
from scoring.value_page import LEVELS
from scoring.value_words import WORDS


def value_sheet(kept: KeptValue, language: str) -> RenderableType:
    """Lay out a value: what is collected, what takes of it, and who pays.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``.
    """
    words, found = WORDS[language], kept.value

    def money(minor: int) -> str:
        return f"{decimal_amount(minor, kept.currency):,.0f}"

    levels = Table("", words["collected"], words["after"], box=None, padding=(0, 2))
    for level in LEVELS:
        minor = getattr(found, f"{level}_minor")
        levels.add_row(words[level], money(minor), money(found.after_costs(minor)))
    takes = Table(words["takes"], "", box=None, padding=(0, 2))
    for driver in Driver:
        takes.add_row(words[driver], money(found.takes_minor[driver]))
    buyers = Table(words["buyer"], words["mean"], "P10", "P50", "P90", box=None, padding=(0, 2))
    for part in found.buyers:
        parts = (part.mean_minor, *(getattr(part, f"{level}_minor") for level in LEVELS))
        buyers.add_row(part.buyer, *map(money, parts))
    head = f"{found.supplier}  {kept.valued_on.isoformat()}  {kept.currency}"
    return Group(Text(head, "bold"), levels, takes, buyers, Text(words["not"], "dim"))
