"""Features in words: what the names on a page mean, from their declarations."""

from __future__ import annotations

from collections.abc import Collection

from features.catalogue import BY_NAME, CREDIT_OF
from features.feature import Risk
from training.report.model_words import chinese_units
from training.report.page_table import Row, Titles, Words, titled

DIRECTIONS = {Risk.RISES: "rises", Risk.FALLS: "falls", Risk.FREE: "free"}


def in_words(name: str, language: str) -> str:
    """What a feature is, in few words, and its unit where these don't tell it."""
    feature = BY_NAME[name]
    told = feature.zh if language == "zh" else feature.en
    label = told.replace("{value}", "").strip().rstrip(":：").rstrip()
    unit = chinese_units()[feature.unit] if language == "zh" else feature.unit
    return label if unit in label or label.endswith((")", "）")) else f"{label} ({unit})"


def dictionary(names: Collection[str], language: str, words: Words) -> tuple[Titles, list[Row]]:
    """A table that tells features: name, meaning with unit, credit, direction of the risk."""
    rows = [
        Row((name, in_words(name, language), words[CREDIT_OF[name]], words[DIRECTIONS[one.risk]]))
        for name, one in BY_NAME.items()
        if name in names
    ]
    return titled(words, "input", "meaning", "credit", "direction"), rows
