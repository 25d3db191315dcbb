"""What was found of a model over months as one page of HTML that asks nothing of the network."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from training.monitor.monitor_parts import PARTS, UNTOLD, Page, interval, number
from training.monitor.monitor_words import words_of


def monitor_page(found: dict[str, Any], language: str) -> str:
    """The page.

    Parameters
    ----------
    found : dict
        Of ``training.monitor.watched_months.watched``.
    language : str
        ``en`` or ``zh``.
    """
    text = files("training.monitor").joinpath("monitor_page.html").read_text(encoding="utf-8")
    rules = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page, words = Page(found, words_of(language)), words_of(language)
    reference, levels = found["reference"], [alert["level"] for alert in found["alerts"]]
    red_months = found["rules"]["retraining"]["red_months"]
    return rules.from_string(text).render(
        language=language,
        words=words,
        bundle=found["bundle"],
        event=found["event"][language],
        watched=words["watched"].format(
            first=found["months"][0],
            last=found["months"][1],
            requests=reference["requests"],
            begin=reference["months"][0],
            end=reference["months"][1],
        ),
        recorded=words["recorded"].format(
            requests=sum(month["requests"] for month in found["by_month"]),
            recorded=sum(month["recorded"] for month in found["by_month"]),
        ),
        counted=words["alarmed"].format(red=levels.count("red"), amber=levels.count("amber"))
        if levels
        else words["calm"],
        due=found["retraining"]["due"],
        retraining=words["due" if found["retraining"]["due"] else "not_due"].format(
            red_months=red_months
        ),
        alerts=[
            (alert, words[f"alert_{alert['code']}"].format(**alert), words[f"do_{alert['code']}"])
            for alert in sorted(found["alerts"], key=lambda one: one["month"], reverse=True)
        ],
        figures=_key_figures(page),
        sections=[section for part in PARTS for section in part(page)],
        made=words["made"].format(bundle=found["bundle"]),
    )


def _key_figures(page: Page) -> list[tuple[str, str, str]]:
    """Name, figure and remark of what is to be seen first: the last month."""
    last, words, reference = page.months[-1], page.words, page.found["reference"]
    score, expected, known = last["score"], last["expected"], last["so_far"]
    in_it = words["last_month"].format(month=last["month"])
    return [
        (words["requests"], f"{last['requests']:,}", in_it),
        (
            words["score_psi"],
            UNTOLD if score is None else f"{score['psi']:.3f}",
            ""
            if score is None
            else f"{words['bound']} {max(score['by_chance'], score['usual']):.3f}",
        ),
        (
            words["expected_rate"],
            UNTOLD if expected is None else f"{expected['rate']['value']:.2%}",
            words["of_reference"].format(value=f"{reference['rate']:.2%}"),
        ),
        (
            words["ratio"],
            number(known["ratio"]),
            words["of_last"].format(events=known["events"], ripe=known["ripe"]),
        ),
        (words["auc"], number(known["auc"], ".3f"), interval(known, "auc", words, ".3f")),
    ]
