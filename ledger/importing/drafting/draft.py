"""The whole way from a file to the draft of a mapping for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ledger.clocks import zone
from ledger.faults import FileInTheWay
from ledger.importing.drafting import decisions as ask_for
from ledger.importing.drafting.column_looks import ColumnLook, look_at
from ledger.importing.drafting.decisions import Ask, Decisions, nobody
from ledger.importing.drafting.draft_toml import draft_text
from ledger.importing.drafting.drafted_facts import DraftedRow, DraftedSource
from ledger.importing.drafting.field_fits import declared_as
from ledger.importing.drafting.field_matching import Matcher, Matches, best_named
from ledger.importing.drafting.file_writing import settle_writing
from ledger.importing.drafting.findings import Findings
from ledger.importing.drafting.first_rows import Sample, read_first_rows
from ledger.importing.drafting.kind_guess import Candidate, asked_kind, guess_kind, rank_kinds
from ledger.importing.drafting.party_drafting import draft_parties
from ledger.importing.drafting.row_drafting import RowDrafter
from ledger.importing.drafting.sureness import Guess
from ledger.importing.drafting.synonyms import CHINESE, Language, holds_part, synonyms
from ledger.importing.drafting.trial import Trial, try_draft
from ledger.importing.import_faults import Problem, UnwritableFile, WrongMapping
from ledger.importing.mapping import Mapping, parse_mapping
from ledger.importing.mapping_checks import check_mapping

ROWS = 1_000
"""Rows that are looked at unless somebody wants more."""

MOST_ROWS = 100_000


@dataclass(frozen=True)
class Draft:
    """A draft of a mapping.

    Attributes
    ----------
    findings : Findings
        What was found out about the file.
    text : str
        The mapping, as TOML.
    problems : tuple of Problem
        Why it can't be used as it stands; none where it can.
    trial : Trial or None
        What it would do with the rows looked at; None where it can't be used.
    """

    findings: Findings
    text: str
    problems: tuple[Problem, ...]
    trial: Trial | None


def draft_mapping(
    path: Path, now: datetime, *, kind: str | None = None, rows: int = ROWS, ask: Ask = nobody
) -> Draft:
    """Draft a mapping for a file, by its header and first rows.

    Parameters
    ----------
    path : Path
        A CSV (plain or gzipped), a Parquet file or a workbook.
    now : datetime
        Aware; its day counts for what the file gives no day.
    kind : str or None
        What kind of fact a row is; None guesses it.
    rows : int
        How many rows to look at, 1 to `MOST_ROWS`.
    ask : callable
        Who decides what the file can't tell.

    Raises
    ------
    MissingFile, UnreadableFile, WrongHeader
        Where there is no such file, it can't be read, or its header can't be used.
    UnknownKind
        Where there is no such kind.
    """
    decisions = Decisions(ask)
    sample = read_first_rows(path, rows, decisions)
    looks = tuple(
        look_at(name, sample.stored[name], sample.cells.get(name, ())) for name in sample.header
    )
    language = _language(looks)
    writing = settle_writing(looks, language, decisions)
    matcher = Matcher(looks, writing, own_buys=_own_buys(looks, path.name, decisions))
    guess, candidate = _kind(kind, matcher, path.name, decisions)
    source = _source(sample, candidate.matches, language, decisions, now)
    row = _row(sample, candidate.matches, matcher, source)
    if any(fact.lacking for fact in row.facts):  # whoever completes it will want the others too
        for look in looks:
            declared = declared_as(look, writing)
            if declared is not None:
                row.columns.setdefault(look.name, declared)
    found = Findings(
        sample, looks, writing, guess, candidate.matches, source, tuple(decisions.made), row
    )
    text = draft_text(found)
    problems, mapping = _checked(text)
    trial = None if mapping is None else try_draft(mapping, path, rows, now)
    return Draft(found, text, problems, trial)


def write_draft(draft: Draft, path: Path) -> None:
    """Write a draft to a new file; raise `FileInTheWay` or `UnwritableFile`."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(draft.text)
    except FileExistsError as error:
        raise in_the_way(path) from error
    except OSError as error:
        raise UnwritableFile(
            f"{path} can't be written: {error.strerror}", field="out", remedy="name another file"
        ) from error


def in_the_way(path: Path) -> FileInTheWay:
    """The fault of a file that is there already."""
    return FileInTheWay(
        f"{path} exists", field="out", remedy="name a new file, or move that one away"
    )


def _language(looks: Sequence[ColumnLook]) -> Language:
    """The language of most headers; Chinese too where cells are and headers are English."""
    votes: Counter[Language] = Counter()
    for look in looks:
        named = synonyms().named(look.name).values()
        best = max((one.match for one in named), default=0.0)
        votes.update({one.language for one in named if one.match == best > 0.5})
    language = votes.most_common(1)[0][0] if votes else "en"
    chinese = any(look.values and all(map(CHINESE.search, look.values)) for look in looks)
    return "zh" if chinese and language == "en" else language


def _own_buys(looks: Sequence[ColumnLook], file: str, decisions: Decisions) -> bool:
    """Whether the company whose file it is buys: asked where a column is of the other side only."""
    own, other = (best_named(looks, role) for role in ("own", "other"))
    if own is None or other is None:
        return False
    sales, purchases = (
        holds_part(file, parts) for parts in (synonyms().sales, synonyms().purchases)
    )
    why = "the name of the file says so" if sales != purchases else "nothing says so"
    text = f"Does {own.name!r} sell to {other.name!r}, or buy from it?"
    choices = ("buys", "sells") if purchases and not sales else ("sells", "buys")
    return decisions.settle(ask_for.one_of("direction", text, choices, why)) == "buys"


def _kind(
    asked: str | None, matcher: Matcher, file: str, decisions: Decisions
) -> tuple[Guess[str], Candidate]:
    """The kind that somebody asked for, else the best guess, or what a person says of it."""
    if asked is not None:
        return Guess(asked, "sure", "asked for"), asked_kind(asked, matcher, file)
    ranked = rank_kinds(matcher, file)
    guess = guess_kind(ranked)
    kinds = [candidate.matches.shape.kind for candidate in ranked]
    said = decisions.settle(ask_for.one_of("kind", "What does a row tell?", kinds, guess.why))
    if not decisions.is_open("kind"):
        guess = Guess(said, "sure", "said so")
    return guess, next(one for one in ranked if one.matches.shape.kind == said)


def _source(
    sample: Sample,
    matches: Matches,
    language: Language,
    decisions: Decisions,
    now: datetime,
) -> DraftedSource:
    defaults = synonyms().defaults[language]
    name = decisions.settle(ask_for.source_name(_name_of(sample.path)))
    why = f"{defaults['name']} words say no more"
    tz = decisions.settle(ask_for.time_zone(defaults["time_zone"], why))
    code, why = _currency(matches) or (defaults["currency"], why)
    currency = decisions.settle(ask_for.currency(code, why))
    historical = decisions.settle(ask_for.historical()) == "yes"
    today = now.astimezone(zone(tz)).date()
    return DraftedSource(name, tz, currency, historical, _opens(matches, today), today)


def _name_of(path: Path) -> str:
    return re.sub(r"\W+", "_", path.name.partition(".")[0])[:60].strip("_") or "source"


def _currency(matches: Matches) -> tuple[str, str] | None:
    """The commonest currency of a column of currencies."""
    match = matches.of.get("currency")
    if match is None:
        return None
    word = max(match.look.values, key=lambda word: match.look.values[word])
    code = match.fit.column.get("values", {word: word}).get(word, "")
    return (code, f"the commonest in {match.look.name!r}") if code else None


def _opens(matches: Matches, today: date) -> date:
    """The first day of the earliest year that was seen; today where no day of a fact was."""
    match = matches.of.get(matches.shape.happened) or matches.of.get("period_start")
    if match is None or match.look.days is None:
        return today
    return min(date(match.look.days.first.year, 1, 1), today)


def _row(sample: Sample, matches: Matches, matcher: Matcher, source: DraftedSource) -> DraftedRow:
    drafter = RowDrafter(sample, matcher, source)
    drafter.draft(matches)
    draft_parties(drafter.row, matches, matcher, sample, source.opens)
    return drafter.row


def _checked(text: str) -> tuple[tuple[Problem, ...], Mapping | None]:
    """Why a draft can't be used as it stands, or the mapping that it is."""
    try:
        mapping = parse_mapping(text.encode(), "the draft")
        check_mapping(mapping)
    except WrongMapping as wrong:
        return wrong.problems, None
    return (), mapping
