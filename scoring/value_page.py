"""A value as plain numbers for the supplier: a page that needs nothing else, or JSON."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_percent
from jinja2 import Environment, StrictUndefined

from ledger.money import decimal_amount
from lending.commercial_value import Driver
from scoring.kept_values import KeptValue
from scoring.value_words import LOCALES, WORDS

LEVELS = ("p10", "p50", "p90")
FULL = 100.0
"""Length of the longest bar, in percent of its place."""


def told_value(kept: KeptValue) -> dict[str, Any]:
    """A value as JSON values, amounts in minor units."""
    found = kept.value
    return {
        "supplier": found.supplier,
        "valued_on": kept.valued_on.isoformat(),
        "method": kept.method,
        "currency": kept.currency,
        **{f"{level}_minor": getattr(found, f"{level}_minor") for level in (*LEVELS, "mean")},
        "after_costs_minor": {
            level: found.after_costs(getattr(found, f"{level}_minor")) for level in LEVELS
        },
        "margin_share": found.margin_share,
        "past_minor": found.past_minor,
        "expected_minor": found.expected_minor,
        "open_minor": found.open_minor,
        "growth_share": found.growth,
        "uncertainty": found.uncertainty,
        "index_share": kept.index_share,
        "takes_minor": {str(driver): minor for driver, minor in found.takes_minor.items()},
        "buyers": [vars(part) for part in found.buyers],
        "not": {language: words["not"] for language, words in WORDS.items()},
    }


def value_page(kept: KeptValue, language: str) -> str:
    """The page about a value, as HTML; it asks nothing of the network.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``.
    """
    text = files("scoring").joinpath("value_page.html").read_text(encoding="utf-8")
    rules = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return rules.from_string(text).render(**_told(kept, language))


def _told(kept: KeptValue, language: str) -> dict[str, Any]:
    """What the template shows: words, and numbers as people of the language write them."""
    words, found = WORDS[language], kept.value

    def money(minor: int) -> str:
        amount = decimal_amount(minor, kept.currency)
        return format_currency(
            amount, kept.currency, "¤#,##0", LOCALES[language], currency_digits=False
        )

    def share(value: float | None, sign: str = "") -> str:
        if value is None:
            return "–"
        return f"{sign if value > 0 else ''}{format_percent(value, locale=LOCALES[language])}"

    heights = {level: getattr(found, f"{level}_minor") for level in LEVELS}
    return {
        "language": language,
        "words": words,
        "supplier": found.supplier,
        "day": format_date(kept.valued_on, "long", LOCALES[language]),
        "levels": [
            {
                "says": words[level],
                "minor": money(minor),
                "left": money(found.after_costs(minor)),
                "bar": _bar(minor, heights["p90"]),
            }
            for level, minor in heights.items()
        ],
        "margin": (words["margin"], share(found.margin_share)),
        "numbers": [
            (words["past"], money(found.past_minor)),
            (words["expected"], money(found.expected_minor)),
            (words["growth"], share(found.growth, "+")),
            (words["open"], money(found.open_minor)),
            (words["uncertainty"], share(found.uncertainty)),
            (words["index"], share(kept.index_share)),
        ],
        "takes": [
            {
                "says": words[driver],
                "note": words["concentration_note"] if driver is Driver.CONCENTRATION else "",
                "minor": money(found.takes_minor[driver]),
                "bar": _bar(found.takes_minor[driver], max(found.takes_minor.values())),
            }
            for driver in Driver
        ],
        "buyers": [
            {
                "says": part.buyer,
                **{level: money(getattr(part, f"{level}_minor")) for level in LEVELS},
                "minor": money(part.mean_minor),
                "bar": _bar(part.mean_minor, found.mean_minor),
            }
            for part in found.buyers
        ],
        "others": money(_others(kept)),
        "others_bar": _bar(_others(kept), found.mean_minor),
        "made": words["made"].format(method=kept.method),
    }


def _others(kept: KeptValue) -> int:
    """What the buyers that aren't named bring on average."""
    named = sum(part.mean_minor for part in kept.value.buyers)
    return max(0, kept.value.mean_minor - named)


def _bar(some: int, whole: int) -> str:
    """Length of a bar in percent."""
    return f"{FULL * max(0, some) / whole:.1f}" if whole > 0 else "0.0"
