"""The tables of a model's report that tell what it did on the test, from the figures of a run."""

from __future__ import annotations

from typing import Any

from training.report.page_table import (
    Row,
    Table,
    Titles,
    Words,
    between,
    titled,
    with_error,
    with_interval,
)
from training.validation.by_grade import HIGH, LOW

MOST_INPUTS = 10


def key_figures(report: dict[str, Any], words: Words) -> list[tuple[str, str, str]]:
    """Name, figure and remark of what is to be seen first."""
    found, champion = report["validation"], report["test"]["champion"]
    ranked, grades = found["ranking"], found["grades"]
    stable = found["months"]["stable_gini"]
    figures = [
        (
            "auc",
            f"{ranked['auc']:.3f}",
            f"95 %: {ranked['auc_low']:.3f} – {ranked['auc_high']:.3f} (DeLong)",
        ),
        ("gini", f"{ranked['gini']:.3f}", ""),
        ("ks", f"{ranked['ks']:.3f}", ""),
        ("h_measure", f"{ranked['h_measure']:.3f}", ""),
        (
            "average_precision",
            f"{ranked['average_precision']:.3f}",
            words["by_chance"].format(p=f"{ranked['events'] / ranked['n']:.3f}"),
        ),
        ("slope", f"{champion['calibration_slope']:.2f}", ".9 – 1.1"),
        ("intercept", f"{champion['calibration_intercept']:+.2f}", "-.1 – .1"),
        ("brier", f"{champion['brier']:.4f}", ""),
        ("log_loss", f"{champion['log_loss']:.4f}", ""),
        ("level", f"{report['test']['level']:.2f}", ""),
        ("score_psi", f"{found['drift']['score']['psi']:.3f}", "< 0.1"),
        ("stable_gini", "–" if stable is None else f"{stable:.3f}", ""),
        ("cross_share", f"{report['test']['cross_share_median']:.3f}", "≤ 0.20"),
    ]
    if grades is not None:
        figures.append(("held", f"{grades['held_share']:.0%}", "≥ 90 %"))
        figures.append(("concentration", f"{grades['concentration']:.3f}", "< 0.2"))
    return [(words[name], figure, remark) for name, figure, remark in figures]


def _grades(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    grades = report["validation"]["grades"]
    rows = []
    for row in [] if grades is None else grades["rows"]:
        holds = LOW <= row["p_value"] <= HIGH
        cells = (
            row["grade"],
            between(row["low"], row["high"]),
            f"{row['n']:,}",
            f"{row['events']:,}",
            f"{row['expected']:.2%}",
            f"{row['observed']:.2%}",
            between(row["observed_low"], row["observed_high"]),
            f"{row['p_value']:.3f}",
            words["yes" if holds else "no"],
        )
        rows.append(Row(cells, bad=not holds))
    names = ("grade", "band", "rows", "events", "forecast", "observed", "90 %", "p_value", "holds")
    return titled(words, *names), rows


def _months(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    found = report["validation"]
    moved = found["drift"]["score"]["months"]
    rows = [
        Row(
            (
                one["month"],
                f"{one['n']:,}",
                f"{one['events']:,}",
                f"{one['expected']:.2%}",
                f"{one['observed']:.2%}",
                with_error(one["auc"], one["error"]),
                *_drifted(moved[one["month"]], words),
            ),
            bad=moved[one["month"]]["state"] == "alarm",
        )
        for one in found["months"]["rows"]
    ]
    names = ("month", "rows", "events", "forecast", "observed", "auc", "psi", "chance", "state")
    return titled(words, *names), rows


def _inputs(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    found = list(report["validation"]["drift"]["features"].items())[:MOST_INPUTS]
    rows = [Row((name, *_drifted(one, words)), bad=one["state"] == "alarm") for name, one in found]
    return titled(words, "input", "psi", "chance", "state"), rows


def _drifted(moved: dict[str, Any], words: Words) -> tuple[str, str, str]:
    return f"{moved['psi']:.3f}", f"{moved['by_chance']:.3f}", words[moved["state"]]


def _credits(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    rows = []
    for one in report["validation"]["credits"]:
        less = one["below_all"]
        names = " + ".join(words[credit] for credit in one["credits"])
        told = "" if less is None else with_interval(less, 3)
        rows.append(Row((names, f"{one['auc']:.3f}", told)))
    return titled(words, "seen", "auc", "below_all"), rows


def _segments_by(by: str) -> Table:
    def table(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
        rows = [
            Row(
                (
                    words.get(one["value"].replace(" ", "_"), one["value"]),
                    f"{one['n']:,}",
                    f"{one['events']:,}",
                    f"{one['expected']:.2%}",
                    f"{one['observed']:.2%}",
                    between(one["observed_low"], one["observed_high"]),
                    with_error(one["auc"], one["error"]),
                    f"{one['below_share']:.0%}",
                )
            )
            for one in report["validation"]["segments"].get(by, [])
        ]
        names = ("group", "rows", "events", "forecast", "observed", "95 %", "auc", "approved")
        return titled(words, *names), rows

    return table


def _controls(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    found, best = report["validation"], report["alone"][0]
    proofs, control = found["proofs"], found["shuffled"]
    wrong = ", ".join(proofs["wrong"]) or words["wrong_found"].format(**proofs)
    rows = [
        Row((words["alone"], f"{best['name']}: {best['auc']:.3f}", words["alone_asked"])),
        Row(
            (words["shuffled"], f"{control['auc']:.3f}", words["shuffled_asked"]),
            bad=not control["holds"],
        ),
        Row((words["trees"], words["trees_found"].format(**proofs), "0")),
        Row((words["wrong"], wrong, "0"), bad=bool(proofs["wrong"])),
        Row((words["apart"], f"{proofs['apart']:.1e}", words["apart_asked"])),
    ]
    return titled(words, "", "found", "asked"), rows


GROUPED_BY = ("tier", "size", "sector", "region", "ownership", "loan")

TABLES: dict[str, tuple[tuple[str, Table], ...]] = {
    "calibration": (("grades", _grades),),
    "stability": (("by_month", _months), ("inputs", _inputs)),
    "credits": (("", _credits),),
    "segments": tuple((f"by_{by}", _segments_by(by)) for by in GROUPED_BY),
    "controls": (("", _controls),),
}
"""Tables of parts of the page, with the words that are their headings."""
