"""The words of the monitor's page, by language; a file each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")


@cache
def words_of(language: str) -> dict[str, str]:
    """What stands on the page, by name; what is in braces is put in."""
    name = f"monitor_words.{language}.toml"
    return tomllib.loads(files("training.monitor").joinpath(name).read_text(encoding="utf-8"))
