"""What a run says of how a bundle came about, before it is tested: the first part of its report."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from models.event import Event
from training.champion import Champion
from training.contest import Contest
from training.events import KINDS
from training.fitting import Fitter
from training.origin import recipe_digest
from training.run import Run
from training.split import Split


def came_about(
    run: Run, event: Event, contest: Contest, fitter: Fitter, champion: Champion
) -> dict[str, Any]:
    """Recipe, periods, rows, dial and calibration, as JSON has them (docs/training.md)."""
    periods, rates = run.periods, run.recipe.long_run_rate
    split = Split.model_construct(
        train_until=periods.cut, calibrate=periods.calibrate, test=periods.tested
    )
    return {
        "recipe": run.recipe.name,
        "recipe_sha256": recipe_digest(run.recipe),
        "event": event.model_dump(mode="json"),
        "kind": run.recipe.kind,
        "train_until": periods.cut.isoformat(),
        "test_until": None if periods.test_until is None else periods.test_until.isoformat(),
        "split": split.model_dump(mode="json"),
        "examples": KINDS[event.kind].examples_are,
        "learned": {"n": len(contest.learn), "events": int(contest.learn_event.sum())},
        "immature": dict(contest.immature),
        "features": contest.known.rows.shape[1],
        "rounds": fitter.trees.rounds,
        "additive_rounds": champion.turned.additive_rounds,
        "dial": [asdict(setting) for setting in champion.turned.settings],
        "calibration": asdict(champion.calibration),
        "isotonic": None if champion.bend is None else asdict(champion.bend),
        "long_run_rate": rates.get(event.name),
        "bags": 0 if run.recipe.bags is None else run.recipe.bags.count,
    }
