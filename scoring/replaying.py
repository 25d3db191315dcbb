"""A recorded score made again, with its reply withheld, and compared with it to the byte.

From its *inputs*: features, circumstances and sources as the record has them; no fact is read. From
the *facts*: the ledger as it was up to the recorded ``seq``, so that what came later doesn't count,
whatever clock it claims. Both need the bundle and the policy pack that decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Engine

from features.pipeline import FeatureTable
from ledger.books import ScoreRecord
from ledger.clocks import Cut
from ledger.faults import Fault
from ledger.tenants import Book
from lending.pack import Pack
from models.assessment import assess
from models.bundle import Bundle
from scoring.code_version import code_version
from scoring.party_models import PartyModels
from scoring.path import Scored, concluded
from scoring.recorded import Provenance, request_of
from scoring.reply import as_text, reply
from scoring.seen_json import seen_from_json
from scoring.serving import serve

MOST_DIFFERENCES = 100
"""So many differences are told, and no more."""

FROM_FACTS_ONLY = ("advice", "amounts", "applicant")
"""Fields that rest on facts where advice was asked for: changes are tried on them."""


class NotReplayable(Fault):
    """A record from before records said all that a replay needs."""

    code = "not-replayable"


class ReplayFrom(StrEnum):
    """What a score is made again from."""

    INPUTS = "inputs"
    FACTS = "facts"


@dataclass(frozen=True)
class Parts:
    """By what a score was decided.

    Attributes
    ----------
    bundle : Bundle
    parties : PartyModels
    pack : Pack
        Each the one that the record names.
    """

    bundle: Bundle
    parties: PartyModels
    pack: Pack


@dataclass(frozen=True)
class Difference:
    """A field that comes out otherwise.

    Attributes
    ----------
    at : str
        JSON pointer of the field in the reply.
    recorded, replayed : JSON value
        None also where one of the two hasn't the field.
    """

    at: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True)
class Replay:
    """What came of it.

    Attributes
    ----------
    score : str
        Id of the record.
    source : ReplayFrom
    same : bool
        Every byte of the reply, but for the fields left out, is as recorded.
    code_recorded, code_now : str
        `code_version` of then and of now: between two of them a difference is no fault.
    left_out : tuple of str
        Fields of the reply that weren't made again.
    differences : tuple of Difference
        The first `MOST_DIFFERENCES`, in the order of the recorded reply.
    """

    score: str
    source: ReplayFrom
    same: bool
    code_recorded: str
    code_now: str
    left_out: tuple[str, ...]
    differences: tuple[Difference, ...]


def provenance_of(record: ScoreRecord) -> Provenance:
    """What a record says of how it was made; raise `NotReplayable` where it doesn't."""
    if record.provenance is None:
        raise NotReplayable(
            f"score {record.id} was recorded before records said what a replay needs",
            field="score_id",
            remedy="its request, features, circumstances and reply can still be read",
        )
    return Provenance.read(record.provenance)


def from_inputs(record: ScoreRecord, parts: Parts) -> Scored:
    """What follows from features, circumstances and sources as recorded, without advice.

    Raises
    ------
    NotReplayable
    """
    seen = seen_from_json(record.circumstances)
    values = {
        name: np.nan if value is None else float(value)
        for name, value in json.loads(record.features).items()
    }
    features = FeatureTable(tuple(values), np.array([list(values.values())], dtype=float))
    (assessment,) = assess(parts.bundle, features.select(parts.bundle.feature_names))
    (risks,) = parts.parties.risks(features)
    return concluded(
        request_of(record, seen),
        Cut(record.history_before, record.as_of, record.cut_seq),
        values,
        provenance_of(record).at_hand,
        seen,
        assessment,
        risks,
        bundle=parts.bundle,
        pack=parts.pack,
    )


def replay(
    engine: Engine, book: Book, record: ScoreRecord, parts: Parts, source: ReplayFrom
) -> Replay:
    """Make a recorded score again and compare.

    Parameters
    ----------
    engine : Engine
        Of the ledger; read only, and not at all from inputs.
    book : Book
        The tenant's book as it is now.
    record : ScoreRecord
        What is compared is its reply; nothing is made from it.

    Raises
    ------
    NotReplayable
    """
    made = provenance_of(record)
    if source is ReplayFrom.FACTS:
        scored = _from_facts(engine, book, record, made, parts)
    else:
        scored = from_inputs(record, parts)
    again = reply(scored, parts.bundle, parts.pack, score_id=record.id, currency=book.base_currency)
    left_out = FROM_FACTS_ONLY if made.advice and source is ReplayFrom.INPUTS else ()
    recorded = json.loads(record.reply)
    for name in left_out:
        del recorded[name], again[name]
    same = as_text(again) == (record.reply if not left_out else as_text(recorded))
    found = [] if same else list(differences(recorded, json.loads(as_text(again))))
    return Replay(
        record.id,
        source,
        same,
        made.code,
        code_version(),
        left_out,
        tuple(found[:MOST_DIFFERENCES]),
    )


def _from_facts(
    engine: Engine, book: Book, record: ScoreRecord, made: Provenance, parts: Parts
) -> Scored:
    """The whole path over the ledger as it was; nothing is kept."""
    request = request_of(record, seen_from_json(record.circumstances))
    return serve(
        engine,
        replace(book, last_seq=record.cut_seq),
        request,
        parts.bundle,
        parts.pack,
        parties=parts.parties,
        write=lambda _work: None,
        advice=made.advice,
    ).scored


def differences(recorded: object, replayed: object, at: str = "") -> Iterator[Difference]:
    """Yield every leaf of two JSON values that isn't the same, by its pointer below ``at``."""
    if isinstance(recorded, Mapping) and isinstance(replayed, Mapping):
        for name in dict.fromkeys((*recorded, *replayed)):
            below = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from differences(recorded.get(name), replayed.get(name), below)
    elif isinstance(recorded, list) and isinstance(replayed, list):
        longest = max(len(recorded), len(replayed))
        for place in range(longest):
            then, now = (one[place] if place < len(one) else None for one in (recorded, replayed))
            yield from differences(then, now, f"{at}/{place}")
    elif recorded != replayed or type(recorded) is not type(replayed):
        yield Difference(at, recorded, replayed)
