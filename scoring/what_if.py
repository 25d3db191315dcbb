"""What the answer would be if a request were another: each change scored by the whole path.

Structure and evidence are changed in memory (`scoring.scored_again`). A receivable that is left
out makes another request, which is looked up anew; another policy pack decides on what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from ledger.faults import Fault
from ledger.tenants import Book
from lending.changes import Change
from lending.pack import Pack
from scoring.asking import Request
from scoring.history import Write
from scoring.memory import Memory
from scoring.path import MEASURED_BY, Scored, relations_for
from scoring.replaying import Parts
from scoring.scored_again import Rescoring
from scoring.serving import look_up


class NothingToAccept(Fault):
    """A receivable of which no delivery is known: there is nothing that could be accepted."""

    code = "nothing-to-accept"


UNCHANGED = Change()


@dataclass(frozen=True)
class Trial:
    """What is tried on a request.

    Attributes
    ----------
    change : Change
        Of structure and evidence.
    without : tuple of str
        Receivables that are left out.
    pack : Pack or None
        The policy to decide by; None for that of the request.
    """

    change: Change = UNCHANGED
    without: tuple[str, ...] = ()
    pack: Pack | None = None


@dataclass(frozen=True)
class Tried:
    """What came of it: the answer, and the pack that it follows from."""

    scored: Scored
    pack: Pack


@dataclass(frozen=True)
class Asked:
    """The request that things are tried on, and by what it is scored.

    Attributes
    ----------
    book : Book
        As read: nothing recorded after its ``last_seq`` is used.
    parts : Parts
    """

    book: Book
    request: Request
    parts: Parts


def try_out(
    engine: Engine,
    asked: Asked,
    trials: Sequence[Trial],
    *,
    write: Write | None = None,
    memory: Memory | None = None,
) -> list[Tried]:
    """Score a request after each of some changes, in their order; nothing of it is recorded.

    Parameters
    ----------
    trials : sequence of Trial
        The first is usually none at all: the request as it is.
    write, memory
        As of `scoring.history.history`.

    Raises
    ------
    NothingToAccept
        Its field points into ``trials``, the first of which stands for the request itself.
    UnknownParty, UnknownReceivable
    """
    # of the same receivables the facts are read once, whatever is changed
    groups: dict[tuple[str, ...], list[int]] = {}
    for at, trial in enumerate(trials):
        groups.setdefault(trial.without, []).append(at)
    found: dict[int, Tried] = {}
    for without, places in groups.items():
        rescoring = _looked_up(engine, asked, without, write, memory)
        found |= _of_group(rescoring, asked.parts.pack, trials, places)
    return [found[at] for at in range(len(trials))]


def _looked_up(
    engine: Engine,
    asked: Asked,
    without: tuple[str, ...],
    write: Write | None,
    memory: Memory | None,
) -> Callable[[Pack], Rescoring]:
    """The request without some receivables, ready to be scored by any pack."""
    left = tuple(ref for ref in asked.request.receivables if ref not in without)
    request, parts = replace(asked.request, receivables=left), asked.parts
    relations = relations_for(parts.bundle, parts.parties)
    gathered, described = look_up(
        engine, asked.book, [request], relations, MEASURED_BY, write=write, memory=memory
    )
    return lambda pack: Rescoring(engine, gathered, described, parts.bundle, pack, parts.parties)


def _of_group(
    rescoring: Callable[[Pack], Rescoring],
    usual: Pack,
    trials: Sequence[Trial],
    places: Sequence[int],
) -> Iterator[tuple[int, Tried]]:
    packs: dict[str, tuple[Pack, list[int]]] = {}
    for at in places:
        pack = trials[at].pack or usual
        packs.setdefault(pack.id, (pack, []))[1].append(at)
    for pack, some in packs.values():
        again = rescoring(pack)
        for at in some:
            _require_deliveries(again, trials[at].change, at)
        answers = again.whole([trials[at].change for at in some])
        for at, scored in zip(some, answers, strict=True):
            yield at, Tried(scored, pack)


def _require_deliveries(again: Rescoring, change: Change, at: int) -> None:
    for ref in again.nothing_to_accept(change.accepted):
        raise NothingToAccept(
            f"no delivery of {ref!r} is known",
            field=f"/changes/{at - 1}/accepted/{change.accepted.index(ref)}",
            remedy="load the delivery first, or leave this receivable out of accepted",
        )
