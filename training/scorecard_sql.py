"""A scorecard as one SELECT, for a database that knows no model: plain arithmetic and CASE."""

from __future__ import annotations

from collections.abc import Sequence

from training.scorecard import Scorecard, Variable


def scorecard_sql(scorecard: Scorecard, table: str, keys: Sequence[str] = ()) -> str:
    """Write a scorecard as SQL.

    Parameters
    ----------
    table : str
        Table with a column of doubles for each variable, by its name; NULL where missing.
    keys : sequence of str
        Columns that say which row it is; they come first.

    Returns
    -------
    str
        A SELECT of the keys and ``logit``, the log-odds; equal to `Scorecard.log_odds`.
    """
    adds = [f"    {_number(scorecard.intercept)}", *map(_case, scorecard.variables)]
    columns = [f"  {_quoted(key)}" for key in keys]
    logit = "\n  + ".join(part.strip() for part in adds)
    columns.append(f"  {logit} AS logit")
    return "SELECT\n" + ",\n".join(columns) + f"\nFROM {_quoted(table)};\n"


def _case(variable: Variable) -> str:
    name = _quoted(variable.name)
    bins = zip(variable.splits, variable.adds[:-1], strict=True)
    whens = [f"WHEN {name} < {_number(split)} THEN {_number(adds)}" for split, adds in bins]
    return "\n    ".join(
        (
            f"CASE WHEN {name} IS NULL THEN {_number(variable.missing)}",
            *whens,
            f"ELSE {_number(variable.adds[-1])} END",
        )
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _number(value: float) -> str:
    """A literal that every database takes for a double, and that is this double."""
    text = repr(value)
    return text if "e" in text else f"{text}e0"
