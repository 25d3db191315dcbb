"""The path of a score: facts to features, features to a probability, a probability to an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.at_hand import AtHand, Lack
from features.catalogue import RELATIONS, relations_of
from features.circumstances.request_seen import Circumstances as Seen
from features.data import supplier_sources
from features.feature import Relation
from features.live import Circumstances, circumstances
from features.pipeline import FeatureTable, Matrix, Progress, columns_of, features_among, silent
from features.spine import Spine
from features.subject import buyer_sources
from ledger.clocks import Cut, day_of, to_day_number, to_micros
from ledger.tenants import Book
from lending.decision import Offer, decide
from lending.pack import Pack
from models.assessment import Assessment, assess
from models.bundle import Bundle
from models.facility import Facility, facility
from models.reasons import Reason, adverse, favourable
from scoring.as_rules_see import as_rules_see
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.party_models import NO_PARTIES, PartyModels, PartyRisk
from scoring.spines import spine_for

CLAIMS_DUE = "buyer_claims_due"
"""The feature that rules look at."""


@dataclass(frozen=True)
class Described:
    """Requests in numbers: what training learns from and what scoring assesses.

    Attributes
    ----------
    requests : tuple of Request
    spine : Spine
    features : FeatureTable
        One row per request.
    at_hand : tuple of AtHand
        What the sources have told of the parties of each request.
    """

    requests: tuple[Request, ...]
    spine: Spine
    features: FeatureTable
    at_hand: tuple[AtHand, ...]

    @classmethod
    def of(
        cls,
        requests: Sequence[Request],
        spine: Spine,
        relations: Sequence[Relation],
        columns: Mapping[str, Matrix],
    ) -> Described:
        """Put together what relations say; ``columns`` may have more than theirs."""
        return cls(
            tuple(requests),
            spine,
            features_among(columns, relations, len(requests)),
            tuple(_at_hand(columns)),
        )


@dataclass(frozen=True)
class Scored:
    """The answer to one request.

    Attributes
    ----------
    request : Request
    cut : Cut
        What was seen.
    features : mapping of str to float
        Every feature of the catalogue; NaN where missing.
    at_hand : AtHand
        What the sources have told of the parties.
    lacks : mapping of str to Lack
        Why each missing feature is missing.
    seen : Circumstances
    assessment : Assessment
    facility : Facility or None
        The financing's PDs and grade; None where the event isn't its default.
    parties : mapping of str to PartyRisk
        Under ``buyer`` and ``supplier``, where a model of theirs is at hand.
    offer : Offer
    adverse, favourable : tuple of Reason
        What raised and what lowered the risk most, against approved peers.
    """

    request: Request
    cut: Cut
    features: Mapping[str, float]
    at_hand: AtHand
    lacks: Mapping[str, Lack]
    seen: Circumstances
    assessment: Assessment
    facility: Facility | None
    parties: Mapping[str, PartyRisk]
    offer: Offer
    adverse: tuple[Reason, ...]
    favourable: tuple[Reason, ...]


def describe(
    gathered: Gathered,
    requests: Sequence[Request],
    *,
    relations: Sequence[Relation] = RELATIONS,
    threads: int = 1,
    progress: Progress = silent,
) -> Described:
    """Compute the features of requests.

    Raises
    ------
    UnknownParty, UnknownReceivable
        Where a request names one that the ledger doesn't have, or not yet at its live cut.
    """
    spine = spine_for(gathered, requests, threads=threads)
    columns = columns_of(
        gathered.facts,
        spine,
        gathered.book.tz.key,
        with_sources(relations),
        threads=threads,
        progress=progress,
    )
    return Described.of(requests, spine, relations, columns)


def relations_for(bundle: Bundle, parties: PartyModels = NO_PARTIES) -> tuple[Relation, ...]:
    """The relations that the features of bundles and the rules need, in the catalogue's order."""
    return relations_of({*bundle.feature_names, *parties.feature_names, CLAIMS_DUE})


def with_sources(relations: Sequence[Relation]) -> list[Relation]:
    """Relations, and those that tell what data is at hand."""
    return [*relations, *(one for one in SOURCES_OF if one not in relations)]


SOURCES_OF = (supplier_sources.RELATION, buyer_sources.RELATION)


def _at_hand(columns: Mapping[str, Matrix]) -> Iterator[AtHand]:
    """What is at hand for each request, from the measures of `SOURCES_OF`."""
    measures = [columns[one.name][:, len(one.features) :] for one in SOURCES_OF]
    return (
        AtHand.of(supplier, buyer)
        for supplier, buyer in zip(*(block.tolist() for block in measures), strict=True)
    )


def score(
    gathered: Gathered,
    described: Described,
    bundle: Bundle,
    pack: Pack,
    parties: PartyModels = NO_PARTIES,
) -> Iterator[Scored]:
    """Answer each described request, in order."""
    live, event = Live.of(gathered, described.requests), bundle.card.event
    rows = described.features.select(bundle.feature_names)
    each = zip(
        described.requests,
        assess(bundle, rows),
        parties.risks(described.features),
        strict=True,
    )
    for at, (request, assessment, risks) in enumerate(each):
        values = described.features.values[at].tolist()
        every = dict(zip(described.features.names, values, strict=True))
        cut = request.cut(gathered.book, gathered.ledger_seq)
        seen = live.circumstances(request, cut, every[CLAIMS_DUE])
        lacks = described.at_hand[at].lacks(every)
        lacking = {name: (one.source.value, one.of) for name, one in lacks.items() if one.source}
        yield Scored(
            request,
            cut,
            every,
            described.at_hand[at],
            lacks,
            seen,
            assessment,
            facility(event, assessment.logit, live.tenor_days(request, cut))
            if event.kind == "default"
            else None,
            risks,
            decide(assessment, event, live.as_rules_see(request, cut, seen), pack),
            adverse(assessment, bundle.peers, lacking),
            favourable(assessment, bundle.peers, lacking),
        )


@dataclass(frozen=True)
class Live:
    """The live facts of requests at hand.

    Attributes
    ----------
    book : Book
    claims, payments : mapping of receivable to rows of `ledger.reader`
        All revisions recorded up to the cut's ``ledger_seq``, visible or not; of a payment also
        those that name another receivable, for a correction may have moved it.
    """

    book: Book
    claims: Mapping[str, list[dict[str, Any]]]
    payments: Mapping[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, gathered: Gathered, requests: Sequence[Request]) -> Live:
        """Pick the facts that name the receivables of the requests."""
        wanted = {key for request in requests for key in request.receivables}
        payments = gathered.facts["payment"]
        naming = _among(payments, "receivable", wanted)["ref"].to_pylist()
        return cls(
            gathered.book,
            _by_receivable(_among(gathered.facts["receivable"], "ref", wanted), "ref"),
            _by_receivable(_among(payments, "ref", naming), "receivable"),
        )

    def _asked(self, request: Request, cut: Cut) -> tuple[list[dict[str, Any]], ...]:
        """The receivables of a request and the payments that name them, as visible."""
        through, keys = to_micros(cut.live_through), request.receivables
        claims = [row for key in keys for row in _latest(self.claims[key], through)]
        payments = [
            row
            for key in keys
            for row in _latest(self.payments.get(key, ()), through)
            if row["receivable"] == key
        ]
        return claims, payments

    def as_rules_see(self, request: Request, cut: Cut, seen: Circumstances) -> Seen:
        """What is known of a request, in the words of the rules."""
        claims, payments = self._asked(request, cut)
        return as_rules_see(request, self.book, claims, payments, seen.buyer_claims_known)

    def circumstances(self, request: Request, cut: Cut, claims_due: float) -> Circumstances:
        """Sum up the live facts of one request; ``claims_due`` is the feature of that name."""
        claims, payments = self._asked(request, cut)
        return circumstances(
            supplier=request.supplier,
            buyer=request.buyer,
            day=to_day_number(day_of(request.as_of, self.book.tz)),
            amount_requested_minor=request.amount_requested_minor,
            claims=claims,
            payments=payments,
            buyer_claims_known=0 if isnan(claims_due) else int(claims_due),
        )

    def tenor_days(self, request: Request, cut: Cut) -> int:
        """Days to maturity: as the request says, else until the last of its receivables is due."""
        if request.tenor_days is not None:
            return request.tenor_days
        last = max(int(row["due_on"]) for row in self._asked(request, cut)[0])
        return last - to_day_number(day_of(request.as_of, self.book.tz))


def _latest(rows: Sequence[dict[str, Any]], live_through: int) -> list[dict[str, Any]]:
    """The latest visible revision of each fact."""
    latest: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: int(row["revision"])):
        if row["visible_at"] <= live_through:
            latest[row["ref"]] = row
    return list(latest.values())


def _among(facts: pa.Table, column: str, wanted: Iterable[str]) -> pa.Table:
    """The facts whose column is among the keys."""
    keys = pa.array(sorted(set(wanted)), type=pa.string())
    return facts.filter(pc.is_in(facts[column], value_set=keys))


def _by_receivable(facts: pa.Table, column: str) -> dict[str, list[dict[str, Any]]]:
    """Every revision of each fact, under each receivable that one of them names."""
    revisions: dict[str, list[dict[str, Any]]] = {}
    for row in facts.to_pylist():
        revisions.setdefault(row["ref"], []).append(row)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for rows in revisions.values():
        for key in {row[column] for row in rows} - {None}:
            grouped.setdefault(key, []).extend(rows)
    return grouped
