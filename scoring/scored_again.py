"""One request scored again as it would be after a change: the whole path, on facts in memory.

History stays as it is, for it is of days before. Live relations are run again (`live_again`), and
all that follows is the path itself: model, circumstances, rules, terms, decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sqlalchemy import Engine

from features.circumstances.request_seen import Circumstances
from features.pipeline import Matrix
from ledger.database import reading
from lending.advice import Outcome
from lending.changes import Change
from lending.pack import Pack
from lending.policy.outcomes import HARDNESS
from lending.screening import screened
from models.assessment import Assessment, assess
from models.bundle import Bundle
from scoring.changed_facts import Asked, Facts, deliveries, facts_of
from scoring.gather import Gathered
from scoring.live_again import LiveAgain
from scoring.party_models import PartyModels, PartyRisk
from scoring.path import Described, Scored, answered, concluded
from scoring.seen import asking_of, live_view


@dataclass(frozen=True)
class _Again:
    """A request after a change, as far as answers rest on it."""

    change: Change
    values: Sequence[float]
    seen: Circumstances
    assessment: Assessment
    risks: Mapping[str, PartyRisk]


class Rescoring:
    """Scores one described request again, after each of some changes.

    Parameters
    ----------
    gathered, described
        Of this request alone, as `scoring.serving.look_up` gives them.
    """

    def __init__(  # noqa: PLR0917 - the arguments of a score
        self,
        engine: Engine,
        gathered: Gathered,
        described: Described,
        bundle: Bundle,
        pack: Pack,
        parties: PartyModels,
    ) -> None:
        self._engine, self._gathered, self._described = engine, gathered, described
        self._bundle, self._pack, self._parties = bundle, pack, parties
        (self._request,) = described.requests
        self._live = live_view(gathered, [self._request])
        self._relations = LiveAgain(gathered, described)
        self._by_evidence: dict[Change, Circumstances] = {}
        names = described.features.names
        self._place = {name: at for at, name in enumerate(names)}
        self._before = dict(zip(names, described.features.values[0].tolist(), strict=True))

    def __call__(self, changes: Sequence[Change]) -> list[Outcome]:
        """What the whole path says after each change."""
        return [self._outcome(one) for one in self._again(changes)]

    def whole(self, changes: Sequence[Change]) -> list[Scored]:
        """The whole answer after each change, with reasons and terms."""
        return [self._scored(one) for one in self._again(changes)]

    def nothing_to_accept(self, refs: Sequence[str]) -> list[str]:
        """Of some receivables those of which no delivery is known: there is nothing to accept."""
        return [ref for ref in refs if not deliveries((ref,), self._asked)]

    def seen_after(self, change: Change) -> Circumstances:
        """The circumstances after a change."""
        return self._seen(change, facts_of(change, self._asked, self._gathered.ledger_seq))

    @cached_property
    def _asked(self) -> Asked:
        """The request as it is."""
        return Asked(self._request, self._seen(Change(), {}), self._live)

    def _row(self, columns: Mapping[str, Matrix]) -> Matrix:
        """The features of the request, with what live relations say now."""
        row = self._described.features.values.copy()
        for relation in self._relations.relations:
            for at, feature in enumerate(relation.features):
                if feature.name in self._place:
                    row[0, self._place[feature.name]] = columns[relation.name][0, at]
        return row

    def _again(self, changes: Sequence[Change]) -> Iterator[_Again]:
        """All that answers rest on after each change."""
        if not changes:
            return
        more = [facts_of(one, self._asked, self._gathered.ledger_seq) for one in changes]
        with reading(self._engine) as connection:
            rows = [
                self._row(self._relations.after(connection, change, facts))
                for change, facts in zip(changes, more, strict=True)
            ]
        features = replace(self._described.features, values=np.vstack(rows))
        every = zip(
            changes,
            features.values.tolist(),
            (self._seen(change, facts) for change, facts in zip(changes, more, strict=True)),
            assess(self._bundle, features.select(self._bundle.feature_names)),
            self._parties.risks(features),
            strict=True,
        )
        for one in every:
            yield _Again(*one)

    def _outcome(self, again: _Again) -> Outcome:
        assessment = again.assessment
        _, answer = answered(self._bundle, assessment, again.risks, again.seen, self._pack)
        interval, offer = assessment.interval, answer.offer
        return Outcome(
            decision=offer.decision.value,
            rank=HARDNESS[offer.decision],
            pd=assessment.probability,
            pd_high=None if interval is None else interval.learned_high,
            amount_minor=offer.advance_minor,
            rate=None if answer.terms is None else answer.terms.price.quoted_rate,
            peers_share=self._peers_share(assessment.values),
        )

    def _scored(self, again: _Again) -> Scored:
        request = replace(self._request, **again.change.of_request)
        names = self._described.features.names
        return concluded(
            request,
            request.cut(self._gathered.book, self._gathered.ledger_seq),
            dict(zip(names, again.values, strict=True)),
            self._described.at_hand[0],
            again.seen,
            again.assessment,
            again.risks,
            bundle=self._bundle,
            pack=self._pack,
        )

    def _peers_share(self, values: Mapping[str, float]) -> float | None:
        """Of the structure that is asked for now, where it is another than before."""
        structures = self._bundle.card.structures
        if structures is None:
            return None
        now, before = structures.of(values), structures.of(self._before)
        return None if now == before else structures.share(now)

    def _seen(self, change: Change, facts: Facts) -> Circumstances:
        """Circumstances; what is asked for stands in them as it is said."""
        evidence = change.evidence
        if evidence not in self._by_evidence:
            worth = next(iter(self._gathered.worth.values()), None)
            seen = self._live.and_also(facts).circumstances(
                asking_of(self._request, self._gathered.book, worth),
                self._described.measured[0],
                self._described.at_hand[0],
            )
            self._by_evidence[evidence] = screened(seen, self._pack.policy)
        return replace(self._by_evidence[evidence], **change.of_request)
