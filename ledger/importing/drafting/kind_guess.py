"""What kind of fact a row of a file is: the kind whose fields its columns fill best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.importing.drafting.fact_shapes import GUESSED, Shape, shape_of
from ledger.importing.drafting.field_matching import Matcher, Matches
from ledger.importing.drafting.sureness import Guess, Sure
from ledger.importing.drafting.synonyms import holds_part, synonyms

NEEDED = 1.5
"""What a needed field counts for, where any other counts for one."""

FILE_NAME = 1.0
LACKING = 0.4
"""What is left of the merit for each needed field without a column."""

CLEAR_LEAD = 0.7
"""The next kind may have this share of the merit of a sure one."""


@dataclass(frozen=True)
class Candidate:
    """A kind that a row may be.

    Attributes
    ----------
    matches : Matches
        Its columns.
    merit : float
        How well they fill it.
    lacking : tuple of str
        Needed fields without a column.
    """

    matches: Matches
    merit: float
    lacking: tuple[str, ...]


def rank_kinds(matcher: Matcher, file: str) -> list[Candidate]:
    """The kinds that are guessed, the best first.

    Parameters
    ----------
    matcher : Matcher
        Of the file's columns.
    file : str
        Name of the file, which may say it too.
    """
    found = [judge(shape, matcher, file) for shape in GUESSED]
    return sorted(found, key=lambda candidate: -candidate.merit)


def judge(shape: Shape, matcher: Matcher, file: str) -> Candidate:
    """How well a file fills a kind."""
    matches = matcher.match(shape)
    merit = sum(
        (NEEDED if name in shape.needs else 1.0) * match.merit for name, match in matches.of.items()
    )
    merit += sum(_followers(shape, matcher, matches))
    if merit and holds_part(file, synonyms().files.get(shape.kind, ())):
        merit += FILE_NAME
    lacking = tuple(name for name in shape.needs if name not in matches.of)
    if shape.one_of and not any(name in matches.of for name in shape.one_of):
        lacking = (*lacking, " or ".join(shape.one_of))
    return Candidate(matches, merit * LACKING ** len(lacking), lacking)


def _followers(shape: Shape, matcher: Matcher, matches: Matches) -> Iterator[float]:
    """What further facts of the row add: fields that the leading one doesn't have."""
    taken = [match.look.name for match in matches.of.values()]
    for follower in shape.followers:
        for match in matcher.match(follower, taken).of.values():
            yield match.merit


def guess_kind(ranked: Sequence[Candidate]) -> Guess[str]:
    """The kind that was found; an empty one where no column says anything."""
    best, second = ranked[0], ranked[1]
    kind = best.matches.shape.kind
    if not best.matches.of:
        return Guess("", "guess", "no column has a name that is known")
    filled = f"{len(best.matches.of)} of its fields have a column"
    if best.lacking:
        return Guess(kind, "guess", f"{filled}, but {', '.join(best.lacking)} has none")
    sure: Sure = "sure" if second.merit < CLEAR_LEAD * best.merit else "likely"
    rival = "" if sure == "sure" else f"; {second.matches.shape.kind} would fit too"
    return Guess(kind, sure, f"{filled}{rival}")


def asked_kind(kind: str, matcher: Matcher, file: str) -> Candidate:
    """The kind that somebody asked for; raise `UnknownKind` where there is none of that name."""
    return judge(shape_of(kind), matcher, file)
