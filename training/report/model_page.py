"""The report of a model as one page of HTML that asks nothing of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from matplotlib.axes import Axes

from training.report import model_plots as plots
from training.report.curves import Tested, effect, swarms
from training.report.model_tables import TABLES, Row, Titles, key_figures
from training.report.model_words import words_of
from training.report.plotting import INCHES, plotted
from training.report.told_reasons import reasons_told
from training.report.worked_examples import worked_examples

MOST_SWARMS, MOST_EFFECTS = 15, 12
SMALL = (3.2, 2.2)


@dataclass
class Section:
    """A part of the page: plots with their notes, then tables with their headings."""

    title: str
    note: str = ""
    plots: list[tuple[Markup, str]] = field(default_factory=list)
    tables: list[tuple[str, Titles, list[Row]]] = field(default_factory=list)
    small: bool = False
    large: bool = False


def model_page(report: dict[str, Any], tested: Tested, language: str) -> str:
    """The page.

    Parameters
    ----------
    report : dict
        Of one event, as `training.retrain.learn` makes it, with its ``test`` and ``validation``.
    tested : Tested
        The same bundle and the rows of the test.
    language : str
        ``en`` or ``zh``.
    """
    text = files("training.report").joinpath("model_page.html").read_text(encoding="utf-8")
    rules = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    words, test, learned = words_of(language), report["test"], report["learned"]
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
            until=report["train_until"],
            end=report["test_until"],
        ),
        figures=key_figures(report, words),
        sections=list(_sections(report, tested, language)),
        made=words["made"].format(recipe=report["recipe"], bundle=report["bundle"]),
    )


def _sections(report: dict[str, Any], tested: Tested, language: str) -> Iterator[Section]:
    """The parts of the page in their order."""
    words = words_of(language)
    page = _Page(report, tested, language, words)
    for title, part in PARTS.items():
        section = Section(words[title], words.get(f"{title}_note", "") if title in ABOUT else "")
        part(page, section)
        for heading, table in TABLES.get(title, ()):
            titles, rows = table(report, words)
            if rows:
                section.tables.append((words.get(heading, ""), titles, rows))
        yield section


@dataclass(frozen=True)
class _Page:
    """What every part of the page draws from."""

    report: dict[str, Any]
    tested: Tested
    language: str
    words: dict[str, str]

    def plot(
        self,
        name: str,
        draw: Callable[[Axes], None],
        inches: tuple[float, float] = INCHES,
    ) -> Markup:
        """A plot as it stands on the page."""
        return Markup(plotted(name, draw, self.words, inches))  # noqa: S704 - ours


def _ranking(page: _Page, section: Section) -> None:
    event, probability = page.tested.event, page.tested.probability
    for name, draw, note in (
        ("roc", plots.draw_roc, "ranking_note"),
        ("apart", plots.draw_distributions, "distribution_note"),
        ("gains", plots.draw_gains, "gains_note"),
    ):
        drawn = page.plot(name, partial(draw, event=event, probability=probability))
        section.plots.append((drawn, page.words[note]))


def _calibration(page: _Page, section: Section) -> None:
    section.note = page.words["grades_note"]
    event, probability = page.tested.event, page.tested.probability
    drawn = page.plot(
        "tenths", partial(plots.draw_calibration, event=event, probability=probability)
    )
    section.plots.append((drawn, page.words["calibration_note"]))


def _stability(page: _Page, section: Section) -> None:
    months = page.report["validation"]["months"]["rows"]
    drawn = page.plot("months", partial(plots.draw_months, months=months))
    section.plots.append((drawn, page.words["months_note"]))
    drawn = page.plot("drift", partial(plots.draw_month_drift, months=months))
    section.plots.append((drawn, page.words["drift_note"]))


def _drives(page: _Page, section: Section) -> None:
    section.large = True
    heaviest = swarms(page.tested, MOST_SWARMS)
    drawn = page.plot("swarm", partial(plots.draw_swarms, found=heaviest), (7.4, 5.2))
    section.plots.append((drawn, page.words["swarm_note"]))


def _effects(page: _Page, section: Section) -> None:
    section.small, section.note = True, page.words["effects_note"]
    for place, swarm in enumerate(swarms(page.tested, MOST_EFFECTS)):
        found = effect(page.tested, swarm.name)
        drawn = page.plot(
            f"effect{place}",
            partial(plots.draw_effect, found=found),
            SMALL,
        )
        section.plots.append((drawn, ""))


def _reasons(page: _Page, section: Section) -> None:
    section.note = page.words["reasons_note"]
    rows = [
        Row((f"{code} {words[page.language]}", f"{share:.0%}"))
        for code, words, share in reasons_told(page.tested)
    ]
    section.tables.append(("", (page.words["family"], page.words["share"]), rows))


def _examples(page: _Page, section: Section) -> None:
    section.note = page.words["examples_note"]
    for name, said in worked_examples(page.tested):
        told = f"{page.words[name]}: " + page.words["probability"].format(
            p=f"{said.probability:.2%}"
        )
        drawn = page.plot(f"parts_{name}", partial(plots.draw_parts, said=said))
        section.plots.append((drawn, told))
        drawn = page.plot(f"all_{name}", partial(plots.draw_example, said=said))
        section.plots.append((drawn, told))


ABOUT = ("credits", "segments", "contest")
"""Parts whose note stands under the title; those of the others stand under their plots."""


def _nothing(_page: _Page, _section: Section) -> None:
    """A part that has tables alone."""


PARTS: dict[str, Callable[[_Page, Section], None]] = {
    "ranking": _ranking,
    "calibration": _calibration,
    "stability": _stability,
    "drives": _drives,
    "effects": _effects,
    "credits": _nothing,
    "reasons": _reasons,
    "segments": _nothing,
    "contest": _nothing,
    "controls": _nothing,
    "examples": _examples,
}
"""The parts by the word that is their title; tables of a part are `TABLES`."""
