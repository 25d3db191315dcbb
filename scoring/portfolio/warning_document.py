"""The list of early warnings as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from scoring.portfolio.committee_document import (
    Column,
    Document,
    Listing,
    Section,
    Writing,
    bars_of,
    numbers,
)
from scoring.portfolio.warning_signs import EarlyWarning, Sign
from scoring.portfolio.warning_words import WARNING_WORDS

SHARES = frozenset({"late_share", "late_share_before"})
EVIDENCE_SHOWN = 3


def warning_document(
    found: Sequence[EarlyWarning], day: date, currency: str, language: str
) -> Document:
    """The warnings of a day in ``en`` or ``zh``."""
    words, write = WARNING_WORDS[language], Writing(language, currency)
    parties = {one.party for one in found}
    figures = (
        (
            words["count"],
            write.number(len(found)),
            words["of_parties"].format(parties=write.number(len(parties))),
        ),
        *(
            (words[sign], write.number(sum(one.sign is sign for one in found)), "")
            for sign in Sign
            if any(one.sign is sign for one in found)
        ),
    )
    return Document(
        language,
        words["title"],
        words["subtitle"].format(day=write.day(day)),
        figures,
        (_by_sign(found, words, write), _listed(found, words, write)),
        words["made"],
    )


def _by_sign(found: Sequence[EarlyWarning], words: Mapping[str, str], write: Writing) -> Section:
    told = [(sign, [one.exposure_minor for one in found if one.sign is sign]) for sign in Sign]
    sums = [(sign, len(out), sum(out)) for sign, out in told if out]
    return Section(
        words["by_sign"],
        listing=Listing(
            numbers(words["sign"], words["count"], words["out"]),
            tuple((words[sign], write.number(n), write.money(out)) for sign, n, out in sums),
            bars_of([out for _, _, out in sums]),
        ),
    )


def _listed(found: Sequence[EarlyWarning], words: Mapping[str, str], write: Writing) -> Section:
    texts, amounts = ("party", "role", "sign", "since", "what"), ("out", "financings")
    columns = (
        *(Column(words[name], number=False, wraps=name == "what") for name in texts),
        *(Column(words[name]) for name in amounts),
        Column(words["evidence"], number=False, wraps=True),
    )
    rows = tuple(
        (
            one.party,
            words[one.role],
            words[one.sign],
            one.since.isoformat(),
            _says(one, words, write),
            write.money(one.exposure_minor),
            write.number(one.financings),
            _evidence(one, words),
        )
        for one in found
    )
    return Section(words["list"], "" if rows else words["none"], listing=Listing(columns, rows))


def _says(one: EarlyWarning, words: Mapping[str, str], write: Writing) -> str:
    figures = {
        name: write.share(value) if name in SHARES else write.number(value)
        for name, value in one.figures.items()
    }
    return words[f"says_{one.sign}"].format(**figures)


def _evidence(one: EarlyWarning, words: Mapping[str, str]) -> str:
    shown = ", ".join(one.evidence[:EVIDENCE_SHOWN])
    return f"{shown} {words['more']}" if len(one.evidence) > EVIDENCE_SHOWN else shown
