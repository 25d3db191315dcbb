"""A hostile file, and what the importer must make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HEADER = b"id,name,amount,day\n"
GOOD = b"1,Anna,1.50,2024-03-01\n"
LAST = b"9,Zoe,2.50,2024-03-09\n"
"""A row that is right, before and after what isn't."""

SOURCE = """
[source]
name = "hostile"
time_zone = "Asia/Shanghai"
currency = "CNY"
historical = true
"""

COLUMNS = """
[file.columns]
id = "text"
name = "text"
amount = "decimal"
day = "date"
"""

FACTS = """
[[file.fact]]
kind = "party"
[file.fact.fields]
ref = { column = "id" }
name = { column = "name" }
onboarded_on = { day = "day" }
happened_at = { constant = 2020-01-01 }

[[file.fact]]
kind = "party_report"
[file.fact.fields]
ref = { column = "id" }
party = { column = "id" }
period_start = { constant = 2020-01-01 }
period_end = { constant = 2020-02-01 }
turnover_minor = { money = "amount" }
currency = { constant = "CNY" }
happened_at = { constant = 2020-02-01 }
"""
"""Two facts of each row: where one can't be, the other must not be there either."""


@dataclass(frozen=True)
class Case:
    """A hostile file.

    Attributes
    ----------
    name : str
        What is hostile about it.
    make : callable
        Writes it to a path.
    file : str
        Its name.
    refused : str
        Code of the fault that refuses it as a whole; empty where it is read row by row.
    loaded : int
        Rows that load.
    rejected : mapping
        Lines that don't, each with the fault.
    format : str
        Lines of ``[file.format]``.
    heavy : bool
        It takes a second or more to make or to look at.
    """

    name: str
    make: Callable[[Path], object]
    file: str = "f.csv"
    refused: str = ""
    loaded: int = 0
    rejected: Mapping[int, str] = field(default_factory=dict)
    format: str = ""
    heavy: bool = False

    @property
    def mapping(self) -> str:
        """The mapping by which it is imported."""
        formats = f"[file.format]\n{self.format}\n" if self.format else ""
        return f'{SOURCE}\n[[file]]\nname = "{self.file}"\n{formats}{COLUMNS}{FACTS}'


def text(name: str, data: bytes, **expected: object) -> Case:
    """A file of these bytes."""

    def make(path: Path) -> None:
        path.write_bytes(data)

    return Case(name, make, **expected)  # type: ignore[arg-type]


def rows(name: str, *hostile: bytes, rejected: Mapping[int, str], **more: object) -> Case:
    """A text with a good row, these lines, and a good row; all loads but what is rejected."""
    data = HEADER + GOOD + b"\n".join(hostile) + b"\n" + LAST
    loaded = 2 + len(hostile) - len(rejected)
    return text(name, data, **{"loaded": loaded, "rejected": rejected, **more})
