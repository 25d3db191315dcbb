"""LightGBM's text model as it lies on disk, read by a second, plain reader of our own."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SavedTree:
    """The splits of one tree: name of the feature and threshold of each."""

    splits: tuple[tuple[str, float], ...]

    @property
    def features(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.splits)


def saved_trees(path: Path) -> list[SavedTree]:
    """Read the trees of a text model."""
    head, *trees = path.read_text(encoding="utf-8").split("\nTree=")
    names = _line(head, "feature_names").split(" ")
    return [SavedTree(tuple(_splits(tree, names))) for tree in trees]


def thresholds(paths: list[Path]) -> dict[str, list[float]]:
    """Every threshold at which some tree splits on each feature, in order."""
    found: dict[str, set[float]] = {}
    for path in paths:
        for tree in saved_trees(path):
            for name, threshold in tree.splits:
                found.setdefault(name, set()).add(threshold)
    return {name: sorted(values) for name, values in found.items()}


def _splits(tree: str, names: list[str]) -> list[tuple[str, float]]:
    if _line(tree, "num_leaves") == "1":
        return []
    features = _line(tree, "split_feature").split(" ")
    values = _line(tree, "threshold").split(" ")
    return [(names[int(at)], float(value)) for at, value in zip(features, values, strict=True)]


def _line(text: str, name: str) -> str:
    (value,) = (
        line.removeprefix(f"{name}=") for line in text.split("\n") if line.startswith(f"{name}=")
    )
    return value
