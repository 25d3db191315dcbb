"""A report as a page for a risk committee: one file that asks nothing of the network."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from scoring.portfolio.committee_document import Document
from scoring.portfolio.inline_charts import chart_svg


def committee_page(document: Document) -> str:
    """The page, as HTML."""
    text = files("scoring.portfolio").joinpath("committee_page.html").read_text(encoding="utf-8")
    rules = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    charts = [
        None if section.chart is None else Markup(chart_svg(section.chart))  # noqa: S704 - ours
        for section in document.sections
    ]
    return rules.from_string(text).render(
        document=document, parts=list(zip(document.sections, charts, strict=True))
    )
