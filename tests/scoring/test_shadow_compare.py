"""A shadow beside the champion, against other implementations of each figure, on both stores."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score
from sqlalchemy import Engine

from ledger.database import reading, writing
from ledger.principals import OWNER
from ledger.records import append_record
from ledger.shadow_scores import Shadowed, append_shadows
from scoring import recorded_span as span
from scoring import shadow_compare
from tests.ledger.made_rows import EARLIER, a_ledger, party, put

START = datetime(2026, 6, 1, tzinfo=UTC)
N = 60
EVENT = {"name": "default", "kind": "default"}
LACKING = {
    "a": {"source": "BANK", "of": "supplier", "why": "NOT_CHECKED"},
    "b": {"source": None, "of": "buyer", "why": "UNDEFINED"},
}


def told(number: int, logit: float, event: dict[str, str], **more: Any) -> dict[str, Any]:
    decision = "APPROVE" if logit < -2.0 else "REFER"
    return {
        "mode": "decision",
        "event": event,
        "probability": 1.0 / (1.0 + np.exp(-logit)),
        "logit": logit,
        "decision": decision,
        "advance_minor": 1000 + number if decision == "APPROVE" else None,
        "missing": LACKING if number % 4 == 0 else {},
        **more,
    }


class Made:
    """Decisions with what a shadow would have said, and how half of them ended."""

    def __init__(self, engine: Engine, event: dict[str, str] = EVENT) -> None:
        chance = np.random.default_rng(3)
        self.answered = chance.normal(-2.0, 1.0, N)
        self.would = self.answered + chance.normal(0.1, 0.7, N)
        self.ended = chance.random(N) < 1.0 / (1.0 + np.exp(-self.answered - 1.5))
        self.ids = []
        for at in range(N):
            self.ids.append(self._record(engine, at))
            self._shadow(engine, at, event)

    def _record(self, engine: Engine, at: int) -> str:
        texts = dict.fromkeys(("request", "features", "circumstances"), "{}")
        when = START + timedelta(hours=at)
        with writing(engine) as connection:
            return append_record(
                connection,
                OWNER,
                recorded_at=when,
                bundle="m-1",
                pack="p-1",
                as_of=when,
                history_before=EARLIER,
                cut_seq=0,
                reply=json.dumps(told(at, float(self.answered[at]), EVENT)),
                **texts,
            ).id

    def _shadow(self, engine: Engine, at: int, event: dict[str, str]) -> None:
        reply = json.dumps(told(at, float(self.would[at]), event))
        when = START + timedelta(hours=at)
        one = Shadowed(self.ids[at], "m-2", "shadow", "p-1", when, "0", "{}", reply)
        with writing(engine) as connection:
            append_shadows(connection, "default", [one])

    def end(self, engine: Engine, places: range) -> None:
        """What was drawn, and how it ended; one was technical, one is corrected later."""
        drawn = {
            "supplier": "s",
            "buyer": "b",
            "product": "factoring",
            "drawn_on": date(2026, 6, 1),
            "matures_on": date(2026, 9, 1),
            "amount_minor": 10,
            "currency": "BRL",
        }
        rows: dict[str, list[dict[str, Any]]] = {
            "party": [party("s"), party("b")],
            "financing": [party(self.ids[at], **drawn) for at in places],
            "outcome": [self._outcome(at, bool(self.ended[at])) for at in places],
        }
        rows["outcome"][0] = self._outcome(places[0], not self.ended[places[0]])
        rows["outcome"][-1]["technical"] = True
        put(engine, rows)
        put(engine, {"outcome": [self._outcome(places[0], bool(self.ended[places[0]]))]})

    def _outcome(self, at: int, defaulted: bool) -> dict[str, Any]:
        return party(
            f"o-{at}",
            financing=self.ids[at],
            settled_on=date(2026, 12, 1),
            defaulted=defaulted,
            cause="BUYER_CREDIT" if defaulted else None,
        )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with a_ledger(database_url) as opened:
        yield opened


def test_each_figure_is_what_another_implementation_says(engine: Engine) -> None:
    made = Made(engine)
    places = range(5, 55)
    made.end(engine, places)

    with reading(engine) as connection:
        (found,) = shadow_compare.compared(connection, "default", "m-2")
        assert shadow_compare.compared(connection, "default", "m-1") == []
        assert shadow_compare.compared(connection, "other", "m-2") == []

    assert (found["champion"], found["records"], found["same_event"]) == ("m-1", N, True)
    assert found["mean_logit_difference"] == pytest.approx(np.mean(made.would - made.answered))
    assert found["rank_correlation"] == pytest.approx(spearmanr(made.answered, made.would)[0])
    crossed = (made.answered < -2.0) != (made.would < -2.0)
    assert found["changed_share"] == pytest.approx(crossed.mean())
    table = {(one["answered"], one["would"]): one["records"] for one in found["decisions"]}
    assert table["APPROVE", "REFER"] == int(((made.answered < -2.0) & (made.would >= -2.0)).sum())
    assert sum(table.values()) == N
    assert found["advance_minor"]["answered"] == sum(
        1000 + at for at in range(N) if made.answered[at] < -2.0
    )
    ripe = found["ripe"]
    known = slice(places.start, places.stop - 1)  # the last one was technical
    event = made.ended[known]
    assert (ripe["records"], ripe["events"]) == (len(event), int(event.sum()))
    assert ripe["auc"]["answered"] == pytest.approx(roc_auc_score(event, made.answered[known]))
    assert ripe["auc"]["would"] == pytest.approx(roc_auc_score(event, made.would[known]))
    assert ripe["expected"]["would"] == pytest.approx(
        float((1.0 / (1.0 + np.exp(-made.would[known]))).sum())
    )


def test_few_outcomes_rank_nothing_and_other_events_are_not_compared(engine: Engine) -> None:
    made = Made(engine)
    made.end(engine, range(3))
    with reading(engine) as connection:
        (found,) = shadow_compare.compared(connection, "default", "m-2")
    assert (found["ripe"]["records"], found["ripe"]["auc"]) == (2, None)


def test_a_shadow_of_another_event_has_no_difference_of_probabilities(engine: Engine) -> None:
    Made(engine, {"name": "late5", "kind": "late"})
    with reading(engine) as connection:
        (found,) = shadow_compare.compared(connection, "default", "m-2")
    assert (found["same_event"], found["mean_logit_difference"], found["ripe"]) == (
        False,
        None,
        None,
    )
    assert found["rank_correlation"] is not None


def test_a_span_counts_what_lies_in_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made(engine)
    since, until = START + timedelta(hours=10), START + timedelta(hours=40)
    inside = made.answered[10:40]

    with reading(engine) as connection:
        found = span.recorded_span(connection, "default", since, until)
        monkeypatch.setattr(span, "MOST", 7)
        last = span.recorded_span(connection, "default", since, until)
        none = span.recorded_span(connection, "default", START - timedelta(days=9), START)

    assert (found["records"], found["looked_into"]) == (30, 30)
    approved = int((inside < -2.0).sum())
    assert found["decisions"] == {"APPROVE": approved, "REFER": 30 - approved}
    assert found["approved_share"] == pytest.approx(approved / 30)
    (of,) = found["bundles"]
    assert of["mean_probability"] == pytest.approx(float((1 / (1 + np.exp(-inside))).mean()))
    assert found["missing"] == {"BANK": pytest.approx(7 / 30)}  # 12, 16, ... 36
    (shadow,) = found["shadows"]
    assert (shadow["records"], shadow["champion"]) == (30, "m-1")
    assert (last["records"], last["looked_into"]) == (30, 7)
    assert last["bundles"][0]["mean_probability"] == pytest.approx(
        float((1 / (1 + np.exp(-made.answered[33:40]))).mean())
    )
    assert (none["records"], none["bundles"], none["shadows"]) == (0, [], [])
