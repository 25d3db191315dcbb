"""The parts of a model's report: which plots, tables and lists stand under each title."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes

from models.assessment import Assessment
from models.reasons import phrase
from training.report import model_plots as plots
from training.report.curves import Swarm, Tested, effect, swarms
from training.report.feature_words import dictionary, in_words
from training.report.model_tables import MOST_INPUTS, TABLES
from training.report.model_words import LANGUAGES, card_words, words_of
from training.report.page_table import Row, Titles, titled
from training.report.plotting import INCHES, plotted
from training.report.run_tables import RUN_TABLES
from training.report.told_reasons import reasons_told
from training.report.worked_examples import worked_examples

MOST_SWARMS, MOST_EFFECTS, MOST_MOVED = 15, 12, 12
SMALL = (3.2, 2.2)
WIDE = 7.4


@dataclass
class Section:
    """A part of the page: plots with their notes, tables with their headings, lists with theirs."""

    title: str
    note: str = ""
    plots: list[tuple[Markup, str]] = field(default_factory=list)
    tables: list[tuple[str, Titles, list[Row]]] = field(default_factory=list)
    lists: list[tuple[str, list[str]]] = field(default_factory=list)
    small: bool = False
    large: bool = False
    prose: bool = False


def sections(report: dict[str, Any], tested: Tested, language: str) -> Iterator[Section]:
    """The parts of the page in their order."""
    words = words_of(language)
    page = _Page(report, tested, language, words)
    for title, part in PARTS.items():
        section = Section(words[title], words.get(f"{title}_note", "") if title in ABOUT else "")
        part(page, section)
        for heading, table in (TABLES | RUN_TABLES).get(title, ()):
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

    @cached_property
    def heaviest(self) -> tuple[Swarm, ...]:
        """What the features add that add most."""
        return swarms(self.tested, MOST_SWARMS)

    @cached_property
    def examples(self) -> tuple[tuple[str, Assessment], ...]:
        """Worked examples by name."""
        return worked_examples(self.tested)

    @cached_property
    def moved(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Drift by month of the inputs of which some month lies farthest off, in that order."""
        found = {
            name: one["months"]
            for name, one in self.report["validation"]["drift"]["features"].items()
        }
        farthest = sorted(
            found, key=lambda name: -max(month["psi"] for month in found[name].values())
        )
        return {name: found[name] for name in farthest[:MOST_MOVED]}

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
    found = page.report["validation"]
    months = found["months"]["rows"]
    drawn = page.plot("months", partial(plots.draw_months, months=months))
    section.plots.append((drawn, page.words["months_note"]))
    moved = found["drift"]["score"]["months"]
    drawn = page.plot("drift", partial(plots.draw_month_drift, months=moved))
    section.plots.append((drawn, page.words["drift_note"]))


def _moved(page: _Page, section: Section) -> None:
    section.large = True
    tall = 0.55 + 0.21 * len(page.moved)
    drawn = page.plot("moved", partial(plots.draw_drift_map, moved=page.moved), (WIDE, tall))
    section.plots.append((drawn, page.words["moved_note"]))


def _drives(page: _Page, section: Section) -> None:
    section.large = True
    drawn = page.plot("swarm", partial(plots.draw_swarms, found=page.heaviest), (WIDE, 4.8))
    section.plots.append((drawn, page.words["swarm_note"]))


def _effects(page: _Page, section: Section) -> None:
    section.small, section.note = True, page.words["effects_note"]
    for place, swarm in enumerate(page.heaviest[:MOST_EFFECTS]):
        found = effect(page.tested, swarm.name)
        drawn = page.plot(
            f"effect{place}",
            partial(plots.draw_effect, found=found),
            SMALL,
        )
        section.plots.append((drawn, in_words(swarm.name, page.language)))


def _reasons(page: _Page, section: Section) -> None:
    section.note = page.words["reasons_note"]
    rows = [
        Row((f"{code} {words[page.language]}", f"{share:.0%}"))
        for code, words, share in reasons_told(page.tested)
    ]
    section.tables.append(("", (page.words["family"], page.words["share"]), rows))


def _examples(page: _Page, section: Section) -> None:
    section.note, section.prose = page.words["examples_note"], True
    at = LANGUAGES.index(page.language)
    for name, said in page.examples:
        told = f"{page.words[name]}: " + page.words["probability"].format(
            p=f"{said.probability:.2%}"
        )
        drawn = page.plot(f"parts_{name}", partial(plots.draw_parts, said=said))
        section.plots.append((drawn, told))
        drawn = page.plot(f"all_{name}", partial(plots.draw_example, said=said))
        section.plots.append((drawn, told))
        rows = [
            Row((phrase(one, said.values[one])[at], f"{said.contributions[one]:+.3f}"))
            for one in plots.heaviest(said)
        ]
        section.tables.append((told, titled(page.words, "input", "adds"), rows))


def _dictionary(page: _Page, section: Section) -> None:
    """What is named anywhere on the page."""
    section.prose = True
    named = {
        *(swarm.name for swarm in page.heaviest),
        *(name for _, said in page.examples for name in plots.heaviest(said)),
        *page.moved,
        *list(page.report["validation"]["drift"]["features"])[:MOST_INPUTS],
        page.report["alone"][0]["name"],
    }
    section.tables.append(("", *dictionary(named, page.language, page.words)))


def _card(page: _Page, section: Section) -> None:
    section.note = page.words["card_note"]
    for name, texts in card_words(page.language).items():
        section.lists.append((page.words[name], texts))


ABOUT = ("gates", "credits", "segments", "contest", "dictionary")
"""Parts whose note stands under the title; those of the others stand under their plots."""


def _nothing(_page: _Page, _section: Section) -> None:
    """A part that has tables alone."""


PARTS: dict[str, Callable[[_Page, Section], None]] = {
    "gates": _nothing,
    "made_of": _nothing,
    "ranking": _ranking,
    "calibration": _calibration,
    "stability": _stability,
    "moved": _moved,
    "drives": _drives,
    "effects": _effects,
    "credits": _nothing,
    "reasons": _reasons,
    "segments": _nothing,
    "contest": _nothing,
    "controls": _nothing,
    "examples": _examples,
    "dictionary": _dictionary,
    "card": _card,
}
"""The parts by the word that is their title; tables of a part are `TABLES` and `RUN_TABLES`."""
