"""What the parts of a service say when they are asked: places taken, rows remembered, who serves.

Beside the counters (``service.meters``) in the text form of Prometheus; docs/metrics.md lists both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from ledger.acting import EVERY, acting_for
from ledger.database import reading
from ledger.faults import Fault
from ledger.tenants import books
from service.composition import Composition
from service.turnstile import Turnstile

Family = GaugeMetricFamily | CounterMetricFamily


class State(Collector):
    """Asks the parts of a service each time somebody reads its metrics."""

    def __init__(self, composition: Composition, desks: Mapping[str, Turnstile]) -> None:
        self._parts = composition
        self._desks = desks

    def describe(self) -> Iterable[Family]:
        """Nothing ahead: to describe itself it would have to ask."""
        return ()

    def collect(self) -> Iterator[Family]:
        """Ask every part."""
        yield from self._turnstiles()
        yield from self._remembered()
        yield from self._shadows()
        yield from self._serving()
        yield from self._ledger()

    def _turnstiles(self) -> Iterator[Family]:
        slots = GaugeMetricFamily(
            "tricredit_turnstile_slots", "Pieces of work that run at once", labels=["desk"]
        )
        used = GaugeMetricFamily("tricredit_turnstile_in_use", "Slots taken", labels=["desk"])
        waiting = GaugeMetricFamily(
            "tricredit_turnstile_waiting", "Requests that wait for a slot", labels=["desk"]
        )
        away = CounterMetricFamily(
            "tricredit_turnstile_turned_away", "Requests turned away with 503", labels=["desk"]
        )
        for name, desk in self._desks.items():
            for family, value in (
                (slots, desk.slots),
                (used, desk.in_use),
                (waiting, desk.waiting),
                (away, desk.turned_away),
            ):
                family.add_metric([name], value)
        yield from (slots, used, waiting, away)

    def _remembered(self) -> Iterator[Family]:
        memory = self._parts.memory
        asked = CounterMetricFamily(
            "tricredit_snapshot_lookups",
            "Rows of history asked of this process's memory",
            labels=["found"],
        )
        asked.add_metric(["yes"], memory.hits)
        asked.add_metric(["no"], memory.misses)
        yield asked
        yield GaugeMetricFamily("tricredit_snapshot_rows", "Rows remembered", value=len(memory))
        yield CounterMetricFamily(
            "tricredit_snapshot_builds", "Rows of history worked out from facts", value=memory.built
        )
        pairs = CounterMetricFamily(
            "tricredit_pair_lookups", "Requests whose pair was at hand, or not", labels=["found"]
        )
        pairs.add_metric(["yes"], memory.pairs.hits)
        pairs.add_metric(["no"], memory.pairs.misses)
        yield pairs
        yield CounterMetricFamily(
            "tricredit_cold_elsewhere",
            "Pieces of cold work done in the process for them",
            value=self._parts.cold.elsewhere,
        )
        answers = self._parts.answers
        yield CounterMetricFamily(
            "tricredit_answers_given_again",
            "Scores that weren't worked out anew, for nothing behind them had changed",
            value=answers.given_again,
        )
        yield GaugeMetricFamily(
            "tricredit_answers_remembered", "Answers remembered", value=len(answers)
        )

    def _shadows(self) -> Iterator[Family]:
        shadows = self._parts.shadows
        yield GaugeMetricFamily(
            "tricredit_shadow_waiting",
            "Answers that wait to be scored along",
            value=shadows.waiting,
        )
        became = CounterMetricFamily(
            "tricredit_shadow_scores",
            "What became of answers to be scored along",
            labels=["alias", "outcome"],
        )
        for (what, alias), count in shadows.counts().items():
            became.add_metric([alias, what], count)
        yield became
        along = GaugeMetricFamily(
            "tricredit_shadow_info", "Bundles that score along", labels=["alias", "bundle"]
        )
        for alias, bundle in self._parts.along.bundles().items():
            along.add_metric([alias, bundle.id], 1)
        yield along

    def _serving(self) -> Iterator[Family]:
        info = GaugeMetricFamily(
            "tricredit_serving_info",
            "The bundle and the policy pack that decide",
            labels=["bundle", "event", "pack"],
        )
        with suppress(Fault):
            bundle = self._parts.bundle()
            info.add_metric([bundle.id, bundle.card.event.name, self._parts.latest_pack().id], 1)
        yield info

    def _ledger(self) -> Iterator[Family]:
        seq: int | None = None
        with suppress(Exception), acting_for(EVERY), reading(self._parts.ledger()) as connection:
            seq = sum(one.last_seq for one in books(connection))
        yield GaugeMetricFamily(
            "tricredit_ledger_up", "1 where the ledger answers", value=float(seq is not None)
        )
        if seq is not None:
            yield GaugeMetricFamily(
                "tricredit_ledger_last_seq", "Facts and records of the ledger", value=seq
            )
