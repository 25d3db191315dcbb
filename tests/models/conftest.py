"""Fixtures of the models: the small world's bundle, rows to assess, a watch on every parser."""

import json
from collections.abc import Iterator
from typing import Any

import lightgbm as lgb
import pytest

from models.bundle import Bundle, load
from models.manifest import Manifest
from models.trees import Matrix
from tests.worlds import SmallWorld


@pytest.fixture(scope="session")
def bundle(small_world: SmallWorld) -> Bundle:
    """A bundle over every feature, learned from the small world."""
    return load(small_world.bundle)


@pytest.fixture(scope="session")
def rows(small_world: SmallWorld) -> Matrix:
    """Every receivable of the small world, in the order of the bundle's features."""
    return small_world.known.rows


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What any parser is asked to read: the manifest's, JSON's and LightGBM's."""
    seen: list[bytes] = []
    parse_manifest, parse_json, parse_trees = (
        Manifest.model_validate_json,
        json.loads,
        lgb.Booster.__init__,
    )

    def manifest(_: type[Manifest], content: bytes) -> Manifest:
        seen.append(content)
        return parse_manifest(content)

    def loads(content: bytes, **named: Any) -> Any:
        seen.append(content)
        return parse_json(content, **named)

    def trees(self: lgb.Booster, *arguments: Any, **named: Any) -> None:
        seen.append(str(named.get("model_str")).encode())
        parse_trees(self, *arguments, **named)

    with monkeypatch.context() as watching:
        watching.setattr(Manifest, "model_validate_json", classmethod(manifest))
        watching.setattr(json, "loads", loads)
        watching.setattr(lgb.Booster, "__init__", trees)
        yield seen
