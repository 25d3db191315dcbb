"""Values, keys and comments of TOML as text; whatever a header holds, it stays inside of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control signs, and those that turn the direction of reading."""

SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
WIDTH = 98
LONGEST_COMMENT = 300


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if BARE.fullmatch(name) else text(name)


def text(said: str) -> str:
    """A string. A lone surrogate, which TOML can't hold, becomes a question mark."""
    escaped = said.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{UNPRINTABLE.sub(_escaped, escaped)}"'


def value(said: Any) -> str:
    """A value: text, number, day, list or inline table."""
    match said:
        case bool():
            return "true" if said else "false"
        case str():
            return text(said)
        case date():
            return said.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{key(k)} = {value(v)}" for k, v in said.items()) + " }"
        case Sequence():
            return "[" + ", ".join(map(value, said)) + "]"
        case _:
            return str(said)


def comment(said: str, mark: str = "#") -> Iterator[str]:
    """The lines of a comment, the first one marked; what can't be printed ends no line."""
    plain = UNPRINTABLE.sub(_escaped, said[:LONGEST_COMMENT])
    for line in wrap(plain, WIDTH - len(mark), break_on_hyphens=False) or [""]:
        yield f"{mark} {line}".rstrip()
        mark = "#".ljust(len(mark))


def printable(said: str) -> str:
    """A text for people, in which what can't be printed or turns the reading is escaped."""
    return UNPRINTABLE.sub(_escaped, said)


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if "\ud800" <= sign <= "\udfff":
        return "?"
    return SHORT.get(sign, f"\\u{ord(sign):04X}")
