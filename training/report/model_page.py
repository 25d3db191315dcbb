"""The report of a model as one page of HTML that asks nothing of the network."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from training.report.model_tables import key_figures
from training.report.model_words import words_of
from training.report.page_parts import Shown, sections

FEW_EVENTS = 30
"""A test with fewer says so before its figures."""


def model_page(shown: Shown, language: str) -> str:
    """The page.

    Parameters
    ----------
    shown : Shown
        The same for each language.
    language : str
        ``en`` or ``zh``.
    """
    text = files("training.report").joinpath("model_page.html").read_text(encoding="utf-8")
    rules = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    report, tested, words = shown.report, shown.tested, words_of(language)
    test, learned = report["test"], report["learned"]
    return rules.from_string(text).render(
        language=language,
        words=words,
        bundle=report["bundle"],
        event=report["event"][language],
        data=tested.bundle.card.data,
        learned=words["learned"].format(
            **learned, rows=report["examples"], until=report["train_until"]
        ),
        tested=words["tested"].format(
            n=test["n"],
            events=test["events"],
            rows=report["examples"],
            until=report["split"]["test"]["since"],
            end=report["test_until"],
        ),
        caution=words["few_events"].format(**test) if test["events"] < FEW_EVENTS else "",
        figures=key_figures(report, words),
        sections=list(sections(shown, language)),
        made=words["made"].format(recipe=report["recipe"], bundle=report["bundle"]),
    )
