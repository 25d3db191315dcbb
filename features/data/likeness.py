"""How the buyer paid claims like the one asked for: its record weighted by likeness and age.

The weight of a known claim falls with its distance in ln(amount), in term and with its age, so that
a buyer that pays its large bills and lets the small ones lie is seen as what it is for each.
"""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.kernels import AMOUNT_APART, TERM_APART, kernel, measured
from features.rates import decayed, logit, shrunk
from features.sources import Source
from features.spine import weighted


def _weighted(name: str, settled: str, weight: str, late: str) -> str:
    return (
        f"SUM(CASE WHEN {settled} THEN {weight} END) AS w_{name}, "
        f"SUM(CASE WHEN {settled} THEN {weight} * {late} END) AS x_{name}"
    )


KERNELS = (
    ("near", "past_days >= 6", kernel(amount=0.3, term=3.0, age=180.0, since=6), "late5"),
    ("wide", "past_days >= 6", kernel(amount=0.6, term=6.0, age=180.0, since=6), "late5"),
    ("ageless", "past_days >= 6", kernel(amount=0.3, term=3.0, since=6), "late5"),
    ("amount", "past_days >= 6", kernel(amount=0.6, age=180.0, since=6), "late5"),
    ("recent", "past_days >= 6", kernel(amount=1.0, term=6.0, age=60.0, since=6), "late5"),
    ("late1", "past_days >= 2", kernel(amount=0.6, term=6.0, age=180.0, since=2), "late1"),
    ("term1", "past_days >= 2", kernel(term=3.0, since=2), "late1"),
    ("late30", "past_days >= 31", kernel(amount=0.6, term=6.0, age=180.0, since=31), "late30"),
)

HOPE = kernel(amount=0.3, term=3.0, age=250.0, since=2)
WIDE = kernel(amount=0.6, term=6.0, age=180.0, since=2)

EXPECTED5 = """CASE WHEN late5_now = 1 THEN 10 WHEN is_open = 1 THEN 2 + past_days ELSE 0 END"""
"""Tenths of a claim expected to be 5 days late: one that is open and 1-4 days late counts .4 to .7
of one, more with every day."""

SQL = f"""
    WITH seen AS ({seen("buyer_day", ("buyer",))}),
    claim AS ({measured("asked", "due_on - issued_on")}),
    known AS ({measured("seen", "term_days")}),
    compared AS (
        SELECT a.row_no, a.receivable, a.weight, s.past_days, s.delay_days,
            s.late1, s.late5, s.late30, s.is_open,
            CASE WHEN s.past_days >= 6 AND s.late5 = 1 THEN 1
                WHEN s.is_open = 0 AND s.late5 = 1 THEN 1 ELSE 0 END AS late5_now,
            {AMOUNT_APART} AS amount_apart, {TERM_APART} AS term_apart
        FROM claim AS a
        JOIN known AS s ON s.buyer = a.buyer AND s.day = a.day AND s.past_days >= 2
    ),
    summed AS (
        SELECT row_no AS of_row, receivable AS of_receivable,
            {", ".join(_weighted(*kernel) for kernel in KERNELS)},
            {_weighted("hope", "past_days >= 2", HOPE, f"({EXPECTED5})")},
            SUM(CASE WHEN past_days >= 6 THEN {decayed("1.0E0", "past_days - 6", 90)} END) AS w_all,
            SUM(CASE WHEN past_days >= 6 THEN {decayed("late5", "past_days - 6", 90)} END) AS x_all,
            SUM(CASE WHEN delay_days IS NOT NULL THEN {WIDE} END) AS w_delay,
            SUM(CASE WHEN delay_days IS NOT NULL THEN {WIDE} * delay_days END) AS x_delay
        FROM compared
        GROUP BY row_no, receivable
    ),
    prior AS (
        SELECT c.row_no, c.receivable, s.*, c.book_rate, c.cell_rate, r.rate1_365, r.rate30_365,
            {shrunk("s.x_all", "s.w_all", "c.book_rate", 2)} AS own_rate
        FROM claim_cell AS c
        JOIN request AS q ON q.row_no = c.row_no
        JOIN supplier_rate AS r ON r.supplier = q.supplier AND r.day = q.day
        LEFT JOIN summed AS s ON s.of_row = c.row_no AND s.of_receivable = c.receivable
    ),
    expected AS (
        SELECT *, 1.0E0 / (1.0E0 + EXP(-(
            {logit("cell_rate")} + {logit("own_rate")} - {logit("book_rate")}
        ))) AS like_rate
        FROM prior
    ),
    each AS (
        SELECT e.row_no, a.weight,
            {shrunk("x_near", "w_near", "like_rate", 0.5)} AS near,
            {shrunk("x_wide", "w_wide", "like_rate", 0.5)} AS wide,
            {shrunk("x_ageless", "w_ageless", "like_rate", 0.5)} AS ageless,
            {shrunk("x_amount", "w_amount", "like_rate", 0.5)} AS amount,
            {shrunk("x_recent", "w_recent", "like_rate", 0.5)} AS recent,
            {shrunk("x_hope / 10.0E0", "w_hope", "like_rate", 0.5)} AS hope,
            {shrunk("x_late1", "w_late1", "rate1_365", 0.5)} AS late1,
            {shrunk("x_term1", "w_term1", "rate1_365", 2)} AS term1,
            {shrunk("x_late30", "w_late30", "rate30_365", 1)} AS late30,
            CASE WHEN w_delay > 0.000001 THEN CAST(x_delay AS DOUBLE) / CAST(w_delay AS DOUBLE) END
                AS delay
        FROM expected AS e
        JOIN asked AS a ON a.row_no = e.row_no AND a.receivable = e.receivable
    )
    SELECT row_no,
        {weighted("near")} AS like_late5, {weighted("wide")} AS like_late5_wide,
        {weighted("ageless")} AS like_late5_ageless, {weighted("amount")} AS like_late5_amount,
        {weighted("recent")} AS like_late5_recent, {weighted("hope")} AS like_late5_expected,
        {weighted("late1")} AS like_late1, {weighted("term1")} AS like_late1_term,
        {weighted("late30")} AS like_late30,
        {weighted("delay")} AS like_delay
    FROM each
    GROUP BY row_no
"""  # noqa: S608 - composed of literals


def _like(name: str, definition: str, en: str, zh: str, risk: Risk = Risk.RISES) -> Feature:
    """A late rate; one of several over the same claims is FREE, as it is read against the others.

    Were all of them held to rise, the model couldn't tell a rate that fell from one that was never
    high (measured on 2020: average precision -0.009).
    """
    return Feature(
        name,
        f"share of the buyer's known claims {definition}; mean by face over the receivables asked "
        "for",
        risk,
        "share",
        "never missing: without claims it is what is expected of such a claim",
        "RD04",
        f"late share of the buyer's claims {en}: {{value}}",
        f"买方{zh}逾期占比：{{value}}",
    )


RELATION = Relation(
    name="likeness",
    credit=Credit.DATA,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.BANK,),
    features=(
        _like(
            "like_late5",
            "5 or more days late, weighted exp(-|ln amount apart|/0.3 - |term days apart|/3 - "
            "age/180), drawn with half a claim to what the cell and the buyer's own rate expect",
            "like this one",
            "同类账款",
        ),
        _like(
            "like_late5_wide",
            "the same with 0.6 and 6 days",
            "roughly like this one",
            "相近账款",
            Risk.FREE,
        ),
        _like(
            "like_late5_ageless",
            "as like_late5 without regard to age",
            "like this one at any time",
            "同类账款(不计时间)",
            Risk.FREE,
        ),
        _like(
            "like_late5_amount",
            "as like_late5_wide without regard to the term",
            "of such an amount",
            "相近金额账款",
        ),
        _like(
            "like_late5_recent",
            "weighted exp(-|ln amount apart| - |term days apart|/6 - age/60)",
            "like this one lately",
            "近期相近账款",
            Risk.FREE,
        ),
        _like(
            "like_late5_expected",
            "as like_late5, age over 250 days, with open claims 1-4 days late as .4 to .7 of one",
            "like this one, open ones included",
            "同类账款(含未付)",
        ),
        _like(
            "like_late1",
            "a day or more late, weighted as like_late5_wide, drawn with half a claim to the "
            "supplier's book",
            "roughly like this one, a day or more",
            "相近账款(1天以上)",
        ),
        _like(
            "like_late1_term",
            "a day or more late, weighted exp(-|term days apart|/3), drawn with two claims to the "
            "supplier's book",
            "of such a term",
            "相近期限账款",
        ),
        _like(
            "like_late30",
            "30 or more days late, weighted as like_late5_wide, drawn with a claim to the "
            "supplier's book",
            "roughly like this one, 30 days or more",
            "相近账款(30天以上)",
        ),
        Feature(
            "like_delay",
            "mean delay, -30 to 90 days, of the buyer's known claims weighted as like_late5_wide; "
            "mean by face over the receivables asked for",
            Risk.RISES,
            "days",
            "no claim on this buyer in the least like this one has fallen due",
            "RD04",
            "delay of the buyer's claims roughly like this one, in days: {value}",
            "买方相近账款平均延迟天数：{value}",
        ),
    ),
)
