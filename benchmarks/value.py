"""Commercial value against what was collected, at twelve monthly days of several worlds.

Cash is compared with cash: discount 0, before costs, for the world's truth counts collections. The
figures of `lending.value_rules` were chosen on worlds 101 to 108; those judged here are others.

    python -m benchmarks.value [--json] [--seeds 4] [--first 1] [--size ci] [--paths 500]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

import numpy as np
from scipy.stats import spearmanr

from benchmarks.stage.valued_world import (
    AS_COLLECTED,
    ValuedWorld,
    bias,
    coverage,
    pinball,
    pooled,
    valued_world,
)
from simulator.names import TRADES
from simulator.scenario import size_of


def report(worlds: list[ValuedWorld]) -> dict[str, object]:
    """Figures over all worlds, by sector, by data tier and by world."""
    every = pooled(worlds)
    return {
        "values": len(every.truth),
        "coverage_of_80": coverage(every),
        "bias_of_p50": bias(every),
        "spearman": float(spearmanr(every.said[:, 1], every.truth).statistic),
        "spearman_seasonal_naive": float(spearmanr(every.repeated, every.truth).statistic),
        "absolute_error_share": _error(every.said[:, 1], every),
        "absolute_error_share_seasonal_naive": _error(every.repeated, every),
        "pinball": pinball(every.truth, every.said),
        "pinball_seasonal_naive": pinball(every.truth, every.naive),
        "pinball_seasonal_naive_one_number": pinball(every.truth, every.repeated),
        "pinball_last_12_months": pinball(every.truth, every.past),
        "sectors": {
            name: _part([world.take(world.sector == at) for world in worlds])
            for at, (name, _, _) in enumerate(TRADES)
        },
        "tiers": {
            f"T{tier}": _part([world.take(world.tier == tier) for world in worlds])
            for tier in range(4)
        },
        "worlds": {str(world.seed[0]): _part([world]) for world in worlds},
    }


def _error(said: np.ndarray, of: ValuedWorld) -> float:
    return float(np.abs(said - of.truth).sum() / of.truth.sum())


def _part(worlds: list[ValuedWorld]) -> dict[str, float]:
    """Figures of a part; the error of its bias is that of a mean over worlds."""
    every = pooled(worlds)
    apart = np.array([bias(world) for world in worlds])
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else float("nan")
    return {
        "coverage": coverage(every),
        "bias": bias(every),
        "bias_error": error,
        "pinball_over_naive": pinball(every.truth, every.said) / pinball(every.truth, every.naive),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--size", default="ci")
    parser.add_argument("--paths", type=int, default=500)
    given = parser.parse_args()
    rules = replace(AS_COLLECTED, paths=given.paths)
    seeds = range(given.first, given.first + given.seeds)
    found = report([valued_world(size_of(given.size), seed, rules) for seed in seeds])
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for name, figure in found.items():
        if isinstance(figure, dict):
            for part, figures in figure.items():
                told = "  ".join(f"{key} {value:+.3f}" for key, value in figures.items())
                print(f"{name:8} {part:8} {told}")
        else:
            print(f"{name:36} {figure:.4f}")


if __name__ == "__main__":
    main()
