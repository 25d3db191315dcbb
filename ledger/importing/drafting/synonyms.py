"""What the words of headers and cells mean: ``synonyms.toml``, read once and made comparable."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

Language = Literal["en", "zh", "pt"]

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
NO_WORD = re.compile(r"[\W_]+")
LONGEST_HEADER = 80
"""Characters of a header that are compared."""


class Named(NamedTuple):
    """That a header names a role.

    Attributes
    ----------
    role : str
        Which role.
    match : float
        How well, from 0 to 1: 1 where the header is the name and nothing else.
    language : Language
        In which language.
    """

    role: str
    match: float
    language: Language


@dataclass(frozen=True)
class Synonyms:
    """The table.

    Attributes
    ----------
    roles : mapping
        Compared form of a name to the roles and languages that have it.
    words : mapping
        Of ``kind.field`` (or ``currency``): compared form of a word to its value.
    yes, no, missing : frozenset of str
        Words in lower case; words for "no value" as they are written.
    scaled, previous : tuple of str
        Parts of headers: amounts in thousands; figures of the month before.
    sales, purchases : tuple of str
        Parts of file names.
    fields : mapping
        Of a field: roles that may fill it, the best first.
    files : mapping
        Of a kind of fact: parts of file names that speak for it.
    defaults : mapping
        Of a language: time zone, currency and order of day and month.
    """

    roles: Mapping[str, tuple[tuple[str, Language], ...]]
    words: Mapping[str, Mapping[str, str]]
    yes: frozenset[str]
    no: frozenset[str]
    missing: frozenset[str]
    scaled: tuple[str, ...]
    previous: tuple[str, ...]
    sales: tuple[str, ...]
    purchases: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, ...]]
    defaults: Mapping[Language, Mapping[str, Any]]

    def named(self, header: str) -> dict[str, Named]:
        """The roles that a header names, the best match of each."""
        found: dict[str, Named] = {}
        whole = compared(header)
        for part in _parts(whole):
            match = 1.0 if part == whole else 0.5 + 0.45 * len(part) / len(whole)
            for role, language in self.roles.get(part, ()):
                if role not in found or found[role].match < match:
                    found[role] = Named(role, match, language)
        return found

    def value_of(self, table: str, word: str) -> str | None:
        """What a word of a cell stands for, or None."""
        return self.words.get(table, {}).get(_key(word))


def compared(text: str) -> str:
    """A text without case, accents and punctuation, with single blanks between its words."""
    parts = HUMP.sub(" ", text[:LONGEST_HEADER])
    plain = unicodedata.normalize("NFKD", parts).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return NO_WORD.sub(" ", bare).strip()


def holds_part(text: str, parts: tuple[str, ...]) -> bool:
    """Whether a text holds one of these: as whole words, Chinese anywhere."""
    whole = f" {compared(text)} "
    return any((part if CHINESE.search(part) else f" {part} ") in whole for part in parts)


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    """The table of the package."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    roles: dict[str, tuple[tuple[str, Language], ...]] = {}
    for role, languages in table["role"].items():
        for language, names in languages.items():
            for name in names:
                roles[compared(name)] = (*roles.get(compared(name), ()), (role, language))
    words = table["words"]
    return Synonyms(
        roles=roles,
        words=dict(_word_tables(words)),
        yes=frozenset(words["boolean"]["yes"]),
        no=frozenset(words["boolean"]["no"]),
        missing=frozenset(words["missing"]["words"]),
        scaled=tuple(map(compared, table["scaled"]["words"])),
        previous=tuple(map(compared, table["previous"]["words"])),
        sales=tuple(map(compared, table["direction"]["sales"])),
        purchases=tuple(map(compared, table["direction"]["purchases"])),
        fields={name: tuple(roles) for name, roles in table["field"].items()},
        files={kind: tuple(map(compared, names)) for kind, names in table["file"].items()},
        defaults=table["language"],
    )


def _word_tables(words: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Of each field with a table, and of currencies: compared word to value."""
    tables = {
        f"{kind}.{name}": values
        for kind, fields in words.items()
        if kind not in ("boolean", "missing", "currency")
        for name, values in fields.items()
    }
    for name, values in {**tables, "currency": words["currency"]}.items():
        said = {_key(word): value for value, listed in values.items() for word in listed}
        yield name, {**{_key(value): value for value in values}, **said}


def _key(word: str) -> str:
    """The compared form of a word; of signs such as ¥, themselves."""
    return compared(word) or word.strip().casefold()


def _parts(whole: str) -> Iterator[str]:
    """A header, and its parts: runs of its words, and runs of Chinese signs."""
    words = whole.split()
    for begin in range(len(words)):
        for end in range(begin + 1, len(words) + 1):
            yield " ".join(words[begin:end])
    for run in CHINESE_RUN.findall(whole):
        for begin in range(len(run)):
            for end in range(begin + 2, len(run) + 1):
                yield run[begin:end]
