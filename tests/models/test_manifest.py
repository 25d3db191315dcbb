"""What a manifest tells of a bundle: how it came about, its number, the files it consists of."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from pydantic import ValidationError

from features.catalogue import fingerprints
from ledger.audit.signing_keys import make_keys
from models import bundle as bundles
from models.bundle import CARD, KINDS, Bundle, load, save
from models.manifest import FileKind, Provenance
from models.meaning import catalogue_fingerprint
from models.signing import signing_key
from models.storage import MANIFEST, BundleRefused
from tests.worlds import SmallWorld, card

SEGMENTS = FileKind("segments.json", required=False, largest=1000, parse=json.loads)


@pytest.fixture
def boosters(small_world: SmallWorld) -> tuple[str, str]:
    additive, cross = (
        (small_world.bundle / name).read_text(encoding="utf-8")
        for name in ("additive.txt", "cross.txt")
    )
    return additive, cross


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "own" / "bundles"


def test_it_says_how_the_model_came_about(
    small_world: SmallWorld, folder: Path, boosters: tuple[str, str]
) -> None:
    told = {
        "trained_from": datetime(2025, 1, 1, tzinfo=UTC),
        "metrics": {"rehearsal_auc": 0.75, "rehearsed": 12},
        "versions": {"lightgbm": "4"},
    }

    saved = save(folder, card(**told), *boosters, version=7)

    manifest = json.loads((saved / MANIFEST).read_bytes())
    assert manifest["format"] == "tricredit bundle 1"
    assert (manifest["name"], manifest["version"]) == ("small", 7)
    assert manifest["trained_from"] == "2025-01-01T00:00:00Z"
    assert manifest["trained_through"] == "2026-06-16T16:00:00Z"
    assert manifest["metrics"] == told["metrics"]
    assert manifest["versions"] == told["versions"]
    assert manifest["data"] == "simulated, scenario full_view"
    assert manifest["catalogue"] == catalogue_fingerprint(fingerprints())
    for name, one in manifest["files"].items():
        content = (saved / name).read_bytes()
        assert one == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert set(manifest["files"]) == {kind.name for kind in KINDS if kind.required}
    assert (saved / MANIFEST).read_bytes() == rfc8785.dumps(manifest)
    assert load(saved).card == card(**told)


def test_nothing_is_told_twice(bundle: Bundle) -> None:
    own = json.loads(bundle.source.content[CARD])

    assert set(own) == {"event", "features", "cal_intercept", "cal_slope", "structures"}
    assert set(own) & set(Provenance.model_fields) == set()


def test_versions_are_numbered_by_the_folder(folder: Path, boosters: tuple[str, str]) -> None:
    """One more for another model, the same number for the same."""

    def number(slope: float, name: str = "small") -> int:
        return load(
            save(folder, card(cal_slope=slope, name=name), *boosters)
        ).source.manifest.version

    assert [number(0.9), number(0.8), number(0.8), number(0.7)] == [1, 2, 2, 3]
    assert number(0.9) == 4  # what came between makes it another version
    assert number(0.9, "other") == 1


def test_bundles_of_others_have_no_say_in_our_numbers(
    folder: Path, boosters: tuple[str, str], tmp_path: Path
) -> None:
    private, _ = make_keys(tmp_path / "theirs")
    save(folder, card(), *boosters, key=signing_key(folder, private), version=99)
    (folder / f"small-{'0' * 12}").mkdir()

    ours = save(folder, card(cal_slope=0.8), *boosters)

    assert load(ours).source.manifest.version == 1


def test_a_bundle_may_have_further_files(
    folder: Path, boosters: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(bundles, "KINDS", (*KINDS, SEGMENTS))
        plain = save(folder, card(), *boosters)
        more = save(folder, card(), *boosters, more={"segments.json": '{"steel": 0.1}'})

        assert load(more).more == {"segments.json": {"steel": 0.1}}
        assert load(plain).more == {}
        large = save(folder, card(), *boosters, more={"segments.json": '"' + "x" * 1000 + '"'})
        with pytest.raises(BundleRefused, match="larger"):
            load(large)
        wrong = save(folder, card(), *boosters, more={"segments.json": "{"})
        with pytest.raises(BundleRefused, match="can't be read"):
            load(wrong)

    assert load(plain).id == plain.name
    with pytest.raises(BundleRefused, match=r"no file of a bundle: segments\.json"):
        load(more)  # a version that doesn't know it
    with pytest.raises(BundleRefused, match=r"segments\.json"):
        save(folder, card(), *boosters, more={"segments.json": "{}"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a/b"},
        {"name": "../a"},
        {"name": "Small"},
        {"name": ""},
        {"name": "x" * 52},
        {"metrics": {"auc": float("nan")}},
        {"metrics": {"auc": float("inf")}},
    ],
)
def test_a_name_is_plain_and_figures_are_numbers(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        card(**wrong)


def test_the_longest_name_has_an_id_of_64(folder: Path, boosters: tuple[str, str]) -> None:
    saved = save(folder, card(name="x" * 51), *boosters)

    assert len(saved.name) == 64
    assert load(saved).id == saved.name
