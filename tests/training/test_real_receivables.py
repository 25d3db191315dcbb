"""Real receivables: the floors of issue 2, on months that nothing was learned from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.clocks import from_micros, to_day_number
from ledger.database import migrate, open_database
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.principals import OWNER
from models.bundle import load
from scoring.asking import Mode, Request
from scoring.gather import Gathered, gather
from scoring.path import MEASURED_BY, describe, relations_for, score
from tests.scoring.asked import PACK, told
from training.book_read import read_book
from training.recipe import read_recipe
from training.retrain import retrain
from training.split import Periods

ROOT = Path(__file__).parents[2]
CUT, UNTIL = date(2021, 1, 1), date(2021, 4, 1)


@dataclass(frozen=True)
class Learned:
    """A ledger with the real receivables, and the run that learned from it."""

    engine: Engine
    gathered: Gathered
    report: dict[str, Any]

    @property
    def test(self) -> dict[str, Any]:
        """Figures of the test period."""
        test: dict[str, Any] = self.report["test"]
        return test


@pytest.fixture(scope="module")
def learned(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learned]:
    """Import once, and train for payments 5 or more days late."""
    folder = tmp_path_factory.mktemp("real")
    engine = open_database(f"sqlite:///{folder / 'ledger.db'}")
    migrate(engine)
    mapping = read_mapping(ROOT / "mappings" / "receivables_br.toml")
    now = datetime(2026, 11, 24, tzinfo=UTC)
    import_folder(mapping, real_data / "receivables_br", engine, OWNER, now)
    recipe = read_recipe(ROOT / "recipes" / "receivables_br.toml")
    late5 = recipe.model_copy(update={"events": recipe.events[:1]})
    gathered = read_book(engine)
    yield Learned(
        engine, gathered, retrain(gathered, late5, folder / "bundles", Periods(CUT, UNTIL))
    )
    engine.dispose()


def test_the_test_period_is_large_enough_to_tell(learned: Learned) -> None:
    assert learned.report["event"]["days"] == 5
    assert learned.test["n"] > 5_000
    assert learned.test["events"] > 300


def test_it_ranks_and_tells_as_well_as_the_issue_asks(learned: Learned) -> None:
    champion = learned.test["champion"]

    assert champion["auc"] >= 0.95
    assert champion["average_precision"] >= 0.65
    assert champion["log_loss"] <= 0.120


def test_it_is_calibrated(learned: Learned) -> None:
    assert 0.85 <= learned.test["champion"]["calibration_slope"] <= 1.15


def test_being_additive_and_monotone_costs_no_certain_precision(learned: Learned) -> None:
    """By the paired bootstrap: the interval of the difference reaches 0."""
    assert learned.test["costs"]["all_constraints"]["average_precision"]["high"] >= 0.0


def test_the_cross_block_says_little(learned: Learned) -> None:
    assert learned.test["cross_share_median"] <= 0.20


def test_it_beats_the_scorecard_and_the_one_variable(learned: Learned) -> None:
    for challenger in ("logistic", "one_variable"):
        assert learned.test["champion"]["log_loss"] < learned.test[challenger]["log_loss"]


@pytest.mark.long
def test_held_out_receivables_are_served_as_in_the_batch(learned: Learned) -> None:
    """To the last bit, and base and parts add up."""
    claims = learned.gathered.facts["receivable"].to_pylist()
    held_out = [claim for claim in claims if claim["issued_on"] >= to_day_number(CUT)]
    asked = [
        Request(
            claim["ref"],
            claim["supplier"],
            claim["buyer"],
            (claim["ref"],),
            from_micros(claim["visible_at"]),
            mode=Mode.BACKTEST,
        )
        for claim in held_out[:: len(held_out) // 40]
    ]
    bundle = load(Path(learned.report["folder"]))
    relations = relations_for(bundle)
    described = describe(learned.gathered, asked, relations=relations, also=MEASURED_BY, threads=2)
    batch = list(score(learned.gathered, described, bundle, PACK))

    for place in range(0, len(asked), 20):
        one = asked[place]
        gathered = gather(learned.engine, learned.gathered.book, learned.gathered.ledger_seq, [one])
        (alone,) = score(
            gathered,
            describe(gathered, [one], relations=relations, also=MEASURED_BY),
            bundle,
            PACK,
        )
        assert told(alone) == told(batch[place])
        said = alone.assessment
        assert said.base + sum(said.parts.values()) == pytest.approx(said.logit, abs=1e-9)
    assert len({answer.assessment.probability for answer in batch}) > 30
