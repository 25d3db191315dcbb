"""A guard against columns that can't be what they should: infinite, or silent in every row.

A column is silent where it is missing, or the same, in all rows learned from. A booster skips it
without a word. Where a source was never loaded that is as it should be, and the run only tells it;
but a column that the recipe counts on and that says nothing is refused: a load that failed must not
look like a feature that doesn't matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from ledger.faults import Fault
from models.trees import Matrix


class PoisonedColumn(Fault):
    """A column that is infinite somewhere, or silent though the recipe counts on it."""

    code = "poisoned-column"


def silent_columns(names: tuple[str, ...], rows: Matrix) -> dict[str, str]:
    """The columns that say nothing, each with what it is in all rows.

    Parameters
    ----------
    rows : float64 array of shape (n, features)
        The rows learned from; at least one. NaN where missing.

    Raises
    ------
    PoisonedColumn
        Where a column is infinite somewhere.
    """
    infinite = np.isinf(rows).sum(axis=0)
    for name, times in zip(names, infinite.tolist(), strict=True):
        if times:
            raise PoisonedColumn(
                f"{name} is infinite in {times} of {len(rows)} rows",
                field=name,
                remedy=f"mend the definition of {name}: a feature is finite or missing; until then "
                "name it in leave_out of the recipe",
            )
    # a missing value equals nothing, itself neither: where some are missing that tells something
    found = {}
    for name, column in zip(names, rows.T, strict=True):
        if np.isnan(column).all():
            found[name] = "missing"
        elif (column == column[0]).all():
            found[name] = f"{column[0]:g}"
    return found


def require_told(found: Mapping[str, str], counts_on: Collection[str], n: int) -> None:
    """Refuse silent columns among those that a recipe counts on.

    Parameters
    ----------
    found : mapping of str to str
        As of `silent_columns`.
    n : int
        How many rows there are.

    Raises
    ------
    PoisonedColumn
    """
    silent = {name: what for name, what in found.items() if name in counts_on}
    if silent:
        told = ", ".join(f"{name} is {what}" for name, what in silent.items())
        raise PoisonedColumn(
            f"in all {n} rows learned from {told}",
            field=next(iter(silent)),
            remedy="load the facts that tell it, or name it in leave_out of the recipe; a column "
            "that may say nothing is none to count on",
        )
