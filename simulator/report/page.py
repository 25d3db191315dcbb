"""The page: one HTML file that needs nothing else, and is the same for the same world."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from simulator.report.anchor import Finding, Unit
from simulator.report.anchors import GROUPS, measure
from simulator.report.diagrams import DIAGRAMS
from simulator.scenario import SIZES, read_scenario, scenario_names
from simulator.world import World

BAR = 150
"""Width of an anchor's bar, in the units of its drawing."""

OWN = "its own"
"""Name of a scenario or size that comes with nothing."""


def write_report(world: World, path: Path) -> None:
    """Write the page about a world.

    Parameters
    ----------
    path : Path
        An HTML file; one that is there is written anew.
    """
    path.write_text(report(world), encoding="utf-8")


def report(world: World) -> str:
    """The page about a world, as HTML."""
    findings = {finding.anchor.key: finding for finding in measure(world)}
    groups = [
        {
            "english": group.english,
            "chinese": group.chinese,
            "rows": [_row(findings[anchor.key]) for anchor in group.anchors],
        }
        for group in GROUPS
    ]
    name, size = _name(world)
    return _template().render(
        scenario=name,
        size=size,
        seed=world.seed,
        facts=_facts(world),
        groups=groups,
        inside=sum(finding.inside for finding in findings.values()),
        total=len(findings),
        plots=[{**vars(each), "svg": each.draw(world)} for each in DIAGRAMS],
    )


def shown(value: float, unit: Unit) -> str:
    """A value as people read it: percent, days or a number, with three digits or so."""
    if math.isnan(value):
        return "–"
    if unit is Unit.SHARE:
        percent = 100 * value
        return f"{percent:.{1 if percent >= 10 else 2}f} %"
    return f"{value:.1f} d" if unit is Unit.DAYS else f"{value:.3f}"


def _row(finding: Finding) -> dict[str, Any]:
    """What the template needs of an anchor; the bar goes from a band's width below to one above."""
    anchor, value = finding.anchor, finding.value
    width = anchor.high - anchor.low
    begin = max(anchor.low - width, 0.0)
    scale = BAR / (anchor.high + width - begin)
    place = min(max((value - begin) * scale, 4.0), BAR - 4.0)
    return {
        **vars(anchor),
        "inside": finding.inside,
        "value": shown(value, anchor.unit),
        "band": f"{_end(anchor.low, anchor.unit)} – {_end(anchor.high, anchor.unit)}",
        "low": f"{(anchor.low - begin) * scale:.1f}",
        "width": f"{width * scale:.1f}",
        "mark": None if math.isnan(value) else f"{place:.1f}",
    }


def _end(value: float, unit: Unit) -> str:
    """An end of a band, without digits that say nothing."""
    if unit is Unit.SHARE:
        return f"{100 * value:.3g} %"
    return f"{value:.3g} d" if unit is Unit.DAYS else f"{value:g}"


def _facts(world: World) -> list[tuple[str, str, str]]:
    name, size = _name(world)
    chain = world.chain
    counts = (
        ("core enterprises", "核心企业", len(chain.buyers)),
        ("suppliers", "供应商", len(chain.suppliers)),
        ("trading pairs", "交易对", len(chain.core.pairs)),
        ("invoices", "发票", int(world.story.happened.sum())),
        ("requests", "融资申请", len(world.requests)),
    )
    return [
        ("scenario", "情景", name),
        ("size", "规模", size),
        ("seed", "随机种子", str(world.seed)),
        ("last day", "截止日", world.last_day.isoformat()),
        *((english, chinese, f"{count:,}") for english, chinese, count in counts),
    ]


def _name(world: World) -> tuple[str, str]:
    """Names of a world's scenario and size, where they are the usual ones."""
    scenarios = {name: read_scenario(name) for name in scenario_names()}
    scenario = next((name for name, each in scenarios.items() if each == world.scenario), OWN)
    size = next((name for name, each in SIZES.items() if each == world.size), OWN)
    return scenario, size


def _template() -> Template:
    text = files("simulator.report").joinpath("page.html").read_text(encoding="utf-8")
    rules = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return rules.from_string(text)
