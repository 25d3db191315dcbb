"""The tables of a model's report that tell how it was made, what it met, what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from training.paired import MEASURES
from training.report.page_table import (
    NO_BREAK,
    Row,
    Table,
    Titles,
    Words,
    titled,
    with_interval,
)

LESS_IS_BETTER = ("log_loss", "brier")
DIGITS = {"auc": 4, "average_precision": 4, "log_loss": 4, "brier": 5}

BETTER, WORSE = f"{NO_BREAK}▲", f"{NO_BREAK}▼"
"""Behind a difference that the test can tell from none."""

GATE_OF_CHALLENGER = "AUC less "


def _gates(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    rows = [
        Row(
            (
                _gate(gate["name"], words),
                "–" if gate["found"] is None else f"{gate['found']:.4g}",
                _asked(gate["asked"], words),
                words["passed" if gate["passed"] else "failed"],
            ),
            bad=not gate["passed"],
        )
        for gate in report["gates"]
    ]
    return titled(words, "gate", "found", "asked", "verdict"), rows


def _gate(name: str, words: Words) -> str:
    """A gate in words: it has a name of its own, or that of the challenger it is about."""
    if name.startswith(GATE_OF_CHALLENGER):
        met = name.removeprefix(GATE_OF_CHALLENGER).removesuffix(", low end")
        return words["gate_less"].format(model=model_name(met, words))
    return words.get("gate_" + name.lower().replace(",", "").replace(" ", "_"), name)


def _asked(text: str, words: Words) -> str:
    told = text.replace(">=", "≥").replace("<=", "≤").replace(" to ", " – ")
    return words["chance"] if told == "chance" else told


def _made(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    return titled(words, "", ""), [Row(cells) for cells in _made_of(report, words)]


def _made_of(report: dict[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    learned, test, cal = report["learned"], report["test"], report["calibration"]
    yield (
        words["learned_from"],
        words["rows_told"].format(**learned, share=learned["events"] / learned["n"]),
    )
    yield (
        words["tested_on"],
        words["rows_told"].format(
            n=test["n"], events=test["events"], share=test["events"] / test["n"]
        ),
    )
    yield words["too_young"], f"{sum(report['immature'].values()):,}"
    yield words["inputs_taken"], f"{report['features']}"
    yield words["rounds"], words["rounds_told"].format(**report)
    yield words["calibrated"], f"{cal['intercept']:+.4f} {cal['slope']:+.4f} × {words['raw']}"
    if report["long_run_rate"] is not None:
        yield words["long_run_rate"], f"{report['long_run_rate']:.2%}"
    yield words["bags"], f"{report['bags']}" if report["bags"] else words["no_interval"]
    yield from _rejects(report, words)
    yield words["rows_digest"], report["data_sha256"]


def _rejects(report: dict[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """Which reject inference was used, with what it tells of itself; of older reports nothing."""
    for name, value in (report.get("rejects") or {}).items():
        told = words.get(f"rejects_{value}", f"{value:,.4g}" if _number(value) else f"{value}")
        yield f"{words['rejects']}: {words.get(f'rejects_{name}', name.replace('_', ' '))}", told


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def model_name(name: str, words: Words) -> str:
    """A model of the contest in words."""
    if name.endswith(" alone"):
        return words["model_alone"].format(input=name.removesuffix(" alone"))
    return words.get(f"model_{name}", name)


def _models(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    names = ("auc", "average_precision", "brier", "log_loss", "slope", "intercept")
    rows = [
        Row((model_name(name, words), *(f"{value:.4f}" for value in figures.values())))
        for name, figures in report["test"].items()
        if isinstance(figures, dict) and "auc" in figures
    ]
    return titled(words, "model", *names), rows


def _differences(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    rows = [
        Row(
            (
                model_name(name, words),
                *(_told(measure, by[measure]) for measure in MEASURES),
            )
        )
        for name, by in report["test"]["differences"].items()
    ]
    return titled(words, "less_than", *MEASURES), rows


def _told(measure: str, less: dict[str, float]) -> str:
    """A difference with its interval, and which way it goes where the test can tell."""
    told = with_interval(less, DIGITS[measure])
    if less["low"] <= 0.0 <= less["high"]:
        return told
    better = (less["difference"] < 0.0) == (measure in LESS_IS_BETTER)
    return told + (BETTER if better else WORSE)


def _costs(report: dict[str, Any], words: Words) -> tuple[Titles, list[Row]]:
    rows = [
        Row(
            (
                words[f"cost_{name}"],
                *(with_interval(by[measure], DIGITS[measure]) for measure in MEASURES),
            )
        )
        for name, by in report["test"]["costs"].items()
    ]
    return titled(words, "difference", *MEASURES), rows


RUN_TABLES: dict[str, tuple[tuple[str, Table], ...]] = {
    "gates": (("", _gates),),
    "made_of": (("", _made),),
    "contest": (("", _models), ("differences", _differences), ("costs", _costs)),
}
"""Tables of parts of the page, with the words that are their headings."""
