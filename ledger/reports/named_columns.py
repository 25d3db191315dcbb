"""The columns of a table of rows: the fields of the kind by name, each once, none unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ledger.reports.report_faults import WrongColumns, shown_name
from ledger.reports.row_shape import RowShape

MOST_NAMES = 10


def require_columns(names: Sequence[str], shape: RowShape) -> None:
    """Refuse columns that don't fit a kind, before any row is read.

    Raises
    ------
    WrongColumns
        Where a column is there twice, is no field of the kind, or a field that every row needs has
        no column. Names the columns.
    """
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise _wrong("there twice", twice, "keep one; which of them is meant can't be told")
    unknown = [name for name in names if name not in shape.types]
    if unknown:
        fields = ", ".join(shape.types)
        raise _wrong(
            f"no field of {shape.kind}",
            unknown,
            f"the columns are named by the fields: {fields}",
        )
    lacking = [name for name in shape.needed if name not in names]
    if lacking:
        raise _wrong("missing", lacking, f"every row of {shape.kind} has these fields")


def _wrong(what: str, names: Sequence[str], remedy: str) -> WrongColumns:
    first = shown_name(names[0])
    return WrongColumns(f"{_listed(names)}: {what}", field=first, remedy=remedy)


def _listed(names: Iterable[str]) -> str:
    shown = [shown_name(name) for name in names]
    more = f" and {len(shown) - MOST_NAMES} more" if len(shown) > MOST_NAMES else ""
    return f"column(s) {', '.join(shown[:MOST_NAMES])}{more}"
