"""The path of a score: facts to features, features to a probability, a probability to an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from features.at_hand import AtHand, Lack
from features.catalogue import RELATIONS, relations_of
from features.circumstances.request_seen import Circumstances
from features.data import (
    buyer_delays,
    conduct,
    pair_settlement,
    supplier_graph,
    supplier_sources,
)
from features.feature import Relation
from features.live import MEASURED
from features.object import pair_usual
from features.pipeline import FeatureTable, Matrix, Progress, columns_of, features_among, silent
from features.spine import Spine
from features.subject import buyer_credit, buyer_paper, buyer_sources, supplier_record
from ledger.clocks import Cut, day_of
from lending.advice import Advice
from lending.decision import Offer
from lending.offer_terms import OfferTerms
from lending.offering import Offered, offered
from lending.pack import Pack
from lending.screening import screened
from models.assessment import Assessment, assess
from models.bundle import Bundle
from models.facility import Facility, facility
from models.reasons import Reason, adverse, favourable
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.party_models import NO_PARTIES, PartyModels, PartyRisk
from scoring.seen import asking_of, live_view
from scoring.spines import spine_for

MEASURED_BY: tuple[Relation, ...] = (
    buyer_credit.RELATION,
    buyer_paper.RELATION,
    supplier_record.RELATION,
    pair_usual.RELATION,
    conduct.RELATION,
    supplier_graph.RELATION,
    buyer_delays.RELATION,
    pair_settlement.RELATION,
)
"""Relations of history that circumstances repeat `features.live.MEASURED` of."""


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
    measured : tuple of mapping of str to float
        Of each request the values of `features.live.MEASURED`, as far as they were worked out.
    columns : mapping of relation to float64 array of shape (requests, columns)
        All that relations say; empty where nobody asks for it, as of a million requests.
    """

    requests: tuple[Request, ...]
    spine: Spine
    features: FeatureTable
    at_hand: tuple[AtHand, ...]
    measured: tuple[Mapping[str, float], ...]
    columns: Mapping[str, Matrix] = field(default_factory=dict)

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
            _measured(columns, len(requests)),
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
    terms : OfferTerms or None
        Of what is offered, else of what is asked for; None where there are none.
    adverse, favourable : tuple of Reason
        What raised and what lowered the risk most, against approved peers.
    advice : Advice or None
        What would help; None where nobody asked.
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
    terms: OfferTerms | None
    adverse: tuple[Reason, ...]
    favourable: tuple[Reason, ...]
    advice: Advice | None = None


def describe(
    gathered: Gathered,
    requests: Sequence[Request],
    *,
    relations: Sequence[Relation] = RELATIONS,
    also: Sequence[Relation] = (),
    threads: int = 1,
    progress: Progress = silent,
) -> Described:
    """Compute the features of requests.

    Parameters
    ----------
    also : sequence of Relation
        To be worked out as well, and their features not told: `MEASURED_BY` before a `score`.

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
        with_sources(relations, also),
        threads=threads,
        progress=progress,
    )
    return Described.of(requests, spine, relations, columns)


def relations_for(bundle: Bundle, parties: PartyModels = NO_PARTIES) -> tuple[Relation, ...]:
    """The relations that the features of bundles need, in the catalogue's order."""
    return relations_of({*bundle.feature_names, *parties.feature_names})


def with_sources(relations: Sequence[Relation], also: Sequence[Relation] = ()) -> list[Relation]:
    """Relations, others, and those that tell what data is at hand; each once."""
    return list({one.name: one for one in (*relations, *also, *SOURCES_OF)}.values())


SOURCES_OF = (supplier_sources.RELATION, buyer_sources.RELATION)


def _at_hand(columns: Mapping[str, Matrix]) -> Iterator[AtHand]:
    """What is at hand for each request, from the measures of `SOURCES_OF`."""
    measures = [columns[one.name][:, len(one.features) :] for one in SOURCES_OF]
    return (
        AtHand.of(supplier, buyer)
        for supplier, buyer in zip(*(block.tolist() for block in measures), strict=True)
    )


def _measured(columns: Mapping[str, Matrix], rows: int) -> tuple[Mapping[str, float], ...]:
    """What `MEASURED_BY` say of each request."""
    values = {
        name: columns[one.name][:, place].tolist()
        for one in MEASURED_BY
        if one.name in columns
        for place, name in enumerate(one.columns)
        if name in MEASURED
    }
    return tuple({name: some[at] for name, some in values.items()} for at in range(rows))


def score(
    gathered: Gathered,
    described: Described,
    bundle: Bundle,
    pack: Pack,
    parties: PartyModels = NO_PARTIES,
) -> Iterator[Scored]:
    """Answer each described request, in order; `MEASURED_BY` must have been worked out."""
    live = live_view(gathered, described.requests)
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
        worth = gathered.worth.get((request.supplier, day_of(request.as_of, gathered.book.tz)))
        asking = asking_of(request, gathered.book, worth)
        seen = screened(
            live.circumstances(asking, described.measured[at], described.at_hand[at]), pack.policy
        )
        yield concluded(
            request,
            cut,
            every,
            described.at_hand[at],
            seen,
            assessment,
            risks,
            bundle=bundle,
            pack=pack,
        )


def concluded(  # noqa: PLR0917 - all that an answer rests on
    request: Request,
    cut: Cut,
    features: Mapping[str, float],
    at_hand: AtHand,
    seen: Circumstances,
    assessment: Assessment,
    risks: Mapping[str, PartyRisk],
    *,
    bundle: Bundle,
    pack: Pack,
) -> Scored:
    """The answer to a request from what is kept of it: no fact is looked at any more."""
    lacks = at_hand.lacks(features)
    lacking = {name: (one.source.value, one.of) for name, one in lacks.items() if one.source}
    risk, answer = answered(bundle, assessment, risks, seen, pack)
    return Scored(
        request,
        cut,
        features,
        at_hand,
        lacks,
        seen,
        assessment,
        risk,
        risks,
        answer.offer,
        answer.terms,
        adverse(assessment, bundle.peers, lacking),
        favourable(assessment, bundle.peers, lacking),
    )


def answered(
    bundle: Bundle,
    assessment: Assessment,
    risks: Mapping[str, PartyRisk],
    seen: Circumstances,
    pack: Pack,
) -> tuple[Facility | None, Offered]:
    """The financing's risk, and what is offered: from what is known of a request to its answer."""
    event = bundle.card.event
    ripe = event.kind == "default"
    risk = facility(event, assessment.logit, _tenor_days(seen)) if ripe else None
    parties = {role: one.pd_12m for role, one in risks.items()}
    return risk, offered(assessment, event, risk, seen, pack, parties_pd_12m=parties)


def _tenor_days(seen: Circumstances) -> int:
    """Days to maturity: as the request says, else until the last of its receivables is due."""
    if seen.tenor_days is not None:
        return seen.tenor_days
    return max((claim.due_on - seen.day).days for claim in seen.claims if claim.due_on is not None)
