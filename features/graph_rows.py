"""SQL of the measures of the graph that a point of history sees (``features.graph`` takes them)."""

from __future__ import annotations

FRESH_DAYS = 45
"""A measure is used for so long; the step may run every night, every week or every month."""


def latest(points: str, of_party: tuple[str, ...], of_pair: tuple[str, ...] = ()) -> str:
    """SQL of the latest known measures of each point that are not older than `FRESH_DAYS`.

    Parameters
    ----------
    points : str
        ``supplier_day``, or ``pair_day`` where measures of pairs are wanted too.
    of_party : tuple of str
        Measures of the supplier alone, of ``graph_measure``.
    of_pair : tuple of str
        Measures of supplier and buyer.

    Returns
    -------
    str
        Yields the keys of the points, ``day``, ``measure``, ``measured_on`` and ``value`` (a
        double); a row a point and measure.
    """
    keys = ("supplier", "buyer", "day") if points == "pair_day" else ("supplier", "day")
    own = ", ".join(f"k.{key}" for key in keys)
    wanted = f"m.other IS NULL AND m.measure IN ({_listed(of_party)})"
    if of_pair:
        wanted = f"({wanted} OR m.other = k.buyer AND m.measure IN ({_listed(of_pair)}))"
    return f"""
        SELECT {", ".join(keys)}, measure, measured_on,
            CAST(value_micro AS DOUBLE) / 1000000.0E0 AS value
        FROM (
            SELECT {own}, m.measure, m.measured_on, m.value_micro,
                ROW_NUMBER() OVER (
                    PARTITION BY {own}, m.measure ORDER BY m.measured_on DESC, m.seq DESC
                ) AS place
            FROM {points} AS k
            JOIN known_graph_measure AS m ON m.party = k.supplier
                AND m.from_day <= k.day AND k.day < m.until_day
            WHERE m.measured_on <= k.day AND k.day - m.measured_on <= {FRESH_DAYS} AND {wanted}
        ) AS ranked
        WHERE place = 1
    """  # noqa: S608 - the arguments are literals of the relations


def picked(measure: str, column: str = "value") -> str:
    """SQL of one measure's value (or ``measured_on``) of a point, over the rows of `latest`."""
    return f"MAX(CASE WHEN measure = '{measure}' THEN {column} END)"


def of_pair(measure: str, marker: str) -> str:
    """SQL of a measure of pairs that is kept only where it isn't 0, over the rows of `latest`.

    It is 0 where the supplier has a ``marker`` (a measure that each night yields which looks at its
    pairs) later than any of the pair, and missing where neither is known.
    """
    pair_on, own_on = picked(measure, "measured_on"), picked(marker, "measured_on")
    return (
        f"CASE WHEN {pair_on} >= COALESCE({own_on}, {pair_on}) THEN {picked(measure)} "
        f"WHEN {own_on} IS NOT NULL THEN 0.0E0 END"
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)
