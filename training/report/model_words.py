"""The words of a model's report, by language; a file each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def words_of(language: str) -> dict[str, str]:
    """What stands on the page, by name; what is in braces is put in."""
    return _read(f"model_words.{language}.toml")


@cache
def card_words(language: str) -> dict[str, list[str]]:
    """What the card says of every model: ``use``, ``not_for``, ``limits`` and ``duties``."""
    return _read(f"card_words.{language}.toml")


@cache
def chinese_units() -> dict[str, str]:
    """Every unit of the catalogue in Chinese."""
    return _read("units.zh.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("training.report").joinpath(name).read_text(encoding="utf-8"))
