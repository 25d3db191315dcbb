"""SQL of what a party's statements say of its last twelve months, and of the twelve before.

Twelve months are a yearly statement, or the halves or quarters of one company or group that add up
to a year (350 to 380 days). Of all that are known those that end last count; of those that end on
one day the group's before the company's, and the yearly statement before its parts. Levels are
those at the end, flows the sums of the parts. The twelve months before end 330 to 400 days earlier,
as near to 365 as can be, and are of the same company or group.

Monthly statements aren't read. Lines of one concept in one statement add up. A flow that one of the
parts doesn't tell isn't known.
"""

from __future__ import annotations

LEAST_DAYS, MOST_DAYS = 350, 380
"""Length of twelve months in statements: years of 52 or 53 weeks are among them."""

NEAREST_DAYS, FARTHEST_DAYS = 330, 400
"""How much earlier the twelve months before may end."""

FLOWS = (
    "revenue",
    "cost_of_goods_sold",
    "interest_expense",
    "ebit",
    "net_profit",
    "operating_cash_flow",
)
"""Concepts that are of a period; all others are of a day."""

TOTALS = ("total_assets", "total_liabilities", "equity")
"""Columns from the head: where one isn't told, what the other two leave."""

_PART_OF = f"""b.party = a.party AND b.day = a.day AND b.form = a.form
            AND b.period_type = a.period_type AND b.period_end <= a.period_end
            AND b.period_start >= a.period_end - {MOST_DAYS}
            AND (a.period_type <> 'year' OR b.period_end = a.period_end)"""

_LAST_ONLY = "chosen AS (SELECT *, 0 AS ago, 1 AS nearest FROM ranked WHERE place = 1)"

_LAST_AND_BEFORE = f"""chosen AS (
        SELECT r.party, r.day, r.form, r.period_type, r.period_end, r.parts,
            CASE WHEN r.place = 1 THEN 0 ELSE 1 END AS ago,
            ROW_NUMBER() OVER (
                PARTITION BY r.party, r.day, CASE WHEN r.place = 1 THEN 0 ELSE 1 END
                ORDER BY ABS(l.period_end - 365 - r.period_end), r.period_end DESC,
                    r.period_type DESC
            ) AS nearest
        FROM ranked AS l
        JOIN ranked AS r ON r.party = l.party AND r.day = l.day AND r.form = l.form
            AND (r.place = 1
                OR l.period_end - r.period_end BETWEEN {NEAREST_DAYS} AND {FARTHEST_DAYS})
        WHERE l.place = 1
    )"""  # noqa: S608 - composed of literals


def _picked(names: tuple[str, ...], before: tuple[str, ...]) -> str:
    """SQL of the columns of ``account``."""
    asked = [
        *((name, 0, name) for name in names),
        *((name, 1, f"{name}_before") for name in before),
    ]
    return ", ".join(
        f"MAX(CASE WHEN ago = {ago} THEN {name} END) AS {column}"
        if name in TOTALS
        else f"MAX(CASE WHEN ago = {ago} AND concept = '{name}' THEN amount END) AS {column}"
        for name, ago, column in asked
    )


def twelve_months(
    points: str, party: str, concepts: tuple[str, ...], before: tuple[str, ...] = ()
) -> str:
    """SQL of the CTE ``account``: one row per party and day, amounts in minor units.

    Parameters
    ----------
    points : str
        ``supplier_day`` or ``buyer_day``.
    party : str
        ``supplier`` or ``buyer``.
    concepts : tuple of str
        Lines to read; these and `TOTALS` are columns, missing where they aren't known.
    before : tuple of str
        Those of which there is also a column ``<name>_before``, of the twelve months before.
    """
    listed = ", ".join(f"'{concept}'" for concept in concepts)
    flows = ", ".join(f"'{concept}'" for concept in FLOWS)
    ends = ", ".join(f"MAX(CASE WHEN t.is_last = 1 THEN t.{name} END) AS {name}" for name in TOTALS)
    return f"""stated AS (
        SELECT k.{party} AS party, k.day, s.ref, s.period_start, s.period_end, s.period_type,
            CASE WHEN s.consolidated THEN 1 ELSE 0 END AS form,
            COALESCE(s.total_assets_minor, s.total_liabilities_minor + s.equity_minor)
                AS total_assets,
            COALESCE(s.total_liabilities_minor, s.total_assets_minor - s.equity_minor)
                AS total_liabilities,
            COALESCE(s.equity_minor, s.total_assets_minor - s.total_liabilities_minor) AS equity,
            ROW_NUMBER() OVER (
                PARTITION BY k.{party}, k.day, s.period_type,
                    CASE WHEN s.consolidated THEN 1 ELSE 0 END, s.period_end
                ORDER BY s.seq DESC, s.ref
            ) AS place
        FROM {points} AS k
        JOIN known_statement AS s
            ON s.party = k.{party} AND s.from_day <= k.day AND k.day < s.until_day
        WHERE s.period_type <> 'month'
    ),
    part AS (SELECT * FROM stated WHERE place = 1),
    added AS (
        SELECT a.party, a.day, a.form, a.period_type, a.period_end, COUNT(*) AS parts,
            SUM(b.period_end - b.period_start) AS days
        FROM part AS a
        JOIN part AS b ON {_PART_OF}
        GROUP BY a.party, a.day, a.form, a.period_type, a.period_end
    ),
    ranked AS (
        SELECT party, day, form, period_type, period_end, parts,
            ROW_NUMBER() OVER (
                PARTITION BY party, day ORDER BY period_end DESC, form DESC, period_type DESC
            ) AS place
        FROM added
        WHERE days BETWEEN {LEAST_DAYS} AND {MOST_DAYS}
    ),
    {_LAST_AND_BEFORE if before else _LAST_ONLY},
    taken AS (
        SELECT a.party, a.day, a.ago, a.parts, b.ref,
            CASE WHEN b.period_end = a.period_end THEN 1 ELSE 0 END AS is_last,
            b.total_assets, b.total_liabilities, b.equity
        FROM chosen AS a
        JOIN part AS b ON {_PART_OF}
        WHERE a.nearest = 1
    ),
    told AS (
        SELECT t.party, t.day, t.ago, l.concept, {ends},
            CASE WHEN l.concept NOT IN ({flows})
                THEN SUM(CASE WHEN t.is_last = 1 THEN l.amount_minor END)
                WHEN COUNT(DISTINCT t.ref) = MAX(t.parts) THEN SUM(l.amount_minor) END AS amount
        FROM taken AS t
        LEFT JOIN known_statement_line AS l
            ON l.statement = t.ref AND l.from_day <= t.day AND t.day < l.until_day
            AND l.concept IN ({listed})
        GROUP BY t.party, t.day, t.ago, l.concept
    ),
    account AS (
        SELECT party, day, {_picked((*TOTALS, *concepts), before)}
        FROM told
        GROUP BY party, day
    )"""  # noqa: S608 - composed of literals


def listed(*amounts: str) -> str:
    """SQL of the sum of the amounts that are told; missing where none is.

    A statement leaves out lines of nothing: what it doesn't list besides others is taken for 0.
    """
    terms = " + ".join(f"COALESCE({amount}, 0)" for amount in amounts)
    return f"CASE WHEN COALESCE({', '.join(amounts)}) IS NOT NULL THEN {terms} END"


def quotient(one: str, other: str) -> str:
    """SQL of a quotient of whole amounts; missing where the divisor isn't above 0."""
    return f"CASE WHEN ({other}) > 0 THEN CAST(({one}) AS DOUBLE) / CAST(({other}) AS DOUBLE) END"


def within(column: str, *, most: float, least: float | None = None) -> str:
    """SQL of a column between two bounds; missing where it is, which LEAST alone passes over."""
    below = "" if least is None else f"WHEN {column} < {least:.1f}E0 THEN {least:.1f}E0 "
    return f"CASE {below}WHEN {column} > {most:.1f}E0 THEN {most:.1f}E0 ELSE {column} END"


def over_mean(one: str, now: str, before: str) -> str:
    """SQL of an amount over the mean of two levels, or over the later where one isn't known."""
    return f"COALESCE({quotient(f'2 * ({one})', f'({now}) + ({before})')}, {quotient(one, now)})"
