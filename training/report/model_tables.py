"""The tables of a model's report, from the figures of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.validation.by_grade import HIGH, LOW

Titles = tuple[str, ...]
Words = dict[str, str]
MOST_INPUTS = 10


@dataclass(frozen=True)
class Row:
    """Cells of a row as text; ``bad`` marks what isn't as asked."""

    cells: tuple[str, ...]
    bad: bool = False


Table = Callable[[dict[str, Any], Words], tuple[Titles, list[Row]]]


def key_figures(report: dict[str, Any], words: Words) -> list[tuple[str, str, str]]:
    """Name, figure and remark of what is to be seen first."""
    found, champion = report["validation"], report["test"]["champion"]
    ranked, grades = found["ranking"], found["grades"]
    stable = found["months"]["stable_gini"]
    figures = [
        (
            "auc",
            f"{ranked['auc']:.3f}",
            f"95 %: {ranked['auc_low']:.3f} – {ranked['auc_high']:.3f}",
        ),
        ("gini", f"{ranked['gini']:.3f}", ""),
        ("ks", f"{ranked['ks']:.3f}", ""),
        ("h_measure", f"{ranked['h_measure']:.3f}", ""),
        ("average_precision", f"{ranked['average_precision']:.3f}", ""),
        ("slope", f"{champion['calibration_slope']:.2f}", ".9 – 1.1"),
        ("brier", f"{champion['brier']:.4f}", ""),
        ("log_loss", f"{champion['log_loss']:.4f}", ""),
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
    titles = ("grade", "band", "rows", "events", "forecast", "observed", "95 %", "p_value", "holds")
    rows = []
    for row in [] if grades is None else grades["rows"]:
        holds = LOW <= row["p_value"] <= HIGH
        cells = (
            row["grade"],
            f"{row['low']:.2%} – {row['high']:.2%}",
            f"{row['n']:,}",
            f"{row['events']:,}",
            f"{row['expected']:.2%}",
            f"{row['observed']:.2%}",
            f"{row['observed_low']:.2%} – {row['observed_high']:.2%}",
            f"{row['p_value']:.3f}",
            words["yes" if holds else "no"],
        )
        rows.append(Row(cells, bad=not holds))
    return tuple("90 %" if one == "95 %" else words[one] for one in titles), rows


def _inputs(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    found = list(report["validation"]["drift"]["features"].items())[:MOST_INPUTS]
    rows = [
        Row(
            (name, f"{one['psi']:.3f}", f"{one['by_chance']:.3f}", words[one["state"]]),
            bad=one["state"] == "alarm",
        )
        for name, one in found
    ]
    return (words["input"], words["psi"], words["chance"], words["state"]), rows


def _credits(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    rows = []
    for one in report["validation"]["credits"]:
        less = one["below_all"]
        names = " + ".join(words[credit] for credit in one["credits"])
        told = "" if less is None else _interval(less, 3)
        rows.append(Row((names, f"{one['auc']:.3f}", told)))
    return (words["seen"], words["auc"], words["below_all"]), rows


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
                    f"{one['observed_low']:.2%} – {one['observed_high']:.2%}",
                    "–" if one["auc"] is None else f"{one['auc']:.3f} ± {1.96 * one['error']:.3f}",
                    f"{one['below_share']:.0%}",
                )
            )
            for one in report["validation"]["segments"].get(by, [])
        ]
        titles = ("group", "rows", "events", "forecast", "observed", "95 %", "auc", "approved")
        return tuple("95 %" if one == "95 %" else words[one] for one in titles), rows

    return table


def _models(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    names = ("auc", "average_precision", "brier", "log_loss", "slope", "intercept")
    rows = [
        Row((name, *(f"{value:.4f}" for value in figures.values())))
        for name, figures in report["test"].items()
        if isinstance(figures, dict) and "auc" in figures
    ]
    return (words["model"], *(words[name] for name in names)), rows


def _costs(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    measures = ("auc", "average_precision", "log_loss")
    rows = [
        Row((name, *(_interval(by[measure], 4) for measure in measures)))
        for name, by in report["test"]["costs"].items()
    ]
    return (words["difference"], *(words[measure] for measure in measures)), rows


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
    return ("", words["found"], words["asked"]), rows


def _interval(found: dict[str, float], digits: int) -> str:
    less, low, high = (f"{found[one]:+.{digits}f}" for one in ("difference", "low", "high"))
    return f"{less} [{low}, {high}]"


GROUPED_BY = ("tier", "size", "sector", "region", "ownership", "loan")

TABLES: dict[str, tuple[tuple[str, Table], ...]] = {
    "calibration": (("grades", _grades),),
    "stability": (("inputs", _inputs),),
    "credits": (("", _credits),),
    "segments": tuple((f"by_{by}", _segments_by(by)) for by in GROUPED_BY),
    "contest": (("", _models), ("", _costs)),
    "controls": (("", _controls),),
}
"""Tables of each part of the page, with the words that are their headings."""
