"""SQL of likeness: how near a known claim ``s`` is to the claim asked for, ``a``."""

from __future__ import annotations

AMOUNT_APART = """CASE WHEN a.ln_face IS NULL AND s.ln_face IS NULL THEN 0.0E0
    WHEN a.ln_face IS NULL OR s.ln_face IS NULL THEN 3.0E0
    ELSE ABS(a.ln_face - s.ln_face) END"""
"""Distance in ln(amount); a missing amount is like another missing one and far from any other."""

TERM_APART = "CAST(ABS(a.term_120 - s.term_120) AS DOUBLE)"
"""Distance in days of term, terms taken as at most 120 days."""


def measured(table: str, term: str) -> str:
    """SQL of a table's rows with what distances compare, once for each row and not for each pair.

    Parameters
    ----------
    table : str
        With ``face_minor``.
    term : str
        SQL of its rows' term in days.
    """
    return f"""
        SELECT *, LEAST({term}, 120) AS term_120,
            CASE WHEN face_minor IS NOT NULL
                THEN LN(CAST(GREATEST(face_minor, 1) AS DOUBLE)) END AS ln_face
        FROM {table}
    """  # noqa: S608 - the arguments are literals of the relations


def kernel(
    amount: float | None = None,
    term: float | None = None,
    age: float | None = None,
    *,
    since: int = 0,
) -> str:
    """SQL of a weight, 0-1, that falls with distance and age.

    Parameters
    ----------
    amount, term, age : float, optional
        Distance in ln(amount), in days of term and age in days at which it has fallen to 1/e; what
        is left out doesn't matter. Reads ``amount_apart``, ``term_apart`` and ``past_days``.
    since : int
        ``past_days`` at which the age is 0.
    """
    parts = [
        f"{column} / {scale}E0"
        for column, scale in (
            ("amount_apart", amount),
            ("term_apart", term),
            (f"CAST(past_days - {since} AS DOUBLE)", age),
        )
        if scale is not None
    ]
    # an exact decimal, so that a sum doesn't depend on the order of its rows
    return f"CAST(EXP(-({' + '.join(parts)})) AS DECIMAL(18, 12))"
