"""A bundle comes back as it was saved, and is refused where it means something else."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest

from features.catalogue import BY_NAME
from ledger.audit.signing_keys import PRIVATE, load_private
from models.assessment import assess, contributions, logits, parts
from models.bundle import KINDS, Bundle, load, save
from models.event import Event
from models.signing import SIGNATURE
from models.storage import MANIFEST, BundleRefused
from models.trees import Matrix
from tests.worlds import NAMES, TREES, SmallWorld, card
from training.fitting import ADDITIVE, Fitter, text

FILES = (*(kind.name for kind in KINDS if kind.required), MANIFEST, SIGNATURE)


def texts(small_world: SmallWorld) -> tuple[str, str]:
    additive, cross = (
        (small_world.bundle / name).read_text(encoding="utf-8")
        for name in ("additive.txt", "cross.txt")
    )
    return additive, cross


def test_what_is_saved_is_loaded(small_world: SmallWorld, rows: Matrix, tmp_path: Path) -> None:
    given = card(name="again", cal_intercept=-0.1, cal_slope=1.25, versions={"lightgbm": "4"})

    loaded = load(save(tmp_path / "not" / "there", given, *texts(small_world)))

    assert loaded.card == given
    assert loaded.feature_names == NAMES
    assert re.fullmatch(r"again-[0-9a-f]{12}", loaded.id)
    raw = sum(
        np.asarray(lgb.Booster(model_str=one).predict(rows, raw_score=True))
        for one in texts(small_world)
    )
    assert np.abs(logits(loaded, parts(loaded, rows)) - (1.25 * raw - 0.1)).max() <= 1e-9


def test_loading_a_saved_bundle_and_saving_it_again_gives_the_same_bundle(
    small_world: SmallWorld, bundle: Bundle, tmp_path: Path
) -> None:
    key = load_private(small_world.keys / PRIVATE)

    again = save(tmp_path, bundle.card, *texts(small_world), key=key)

    assert again.name == small_world.bundle.name
    for name in FILES:
        assert (again / name).read_bytes() == (small_world.bundle / name).read_bytes()


def test_boosters_written_out_again_by_lightgbm_score_the_same(
    small_world: SmallWorld, bundle: Bundle, rows: Matrix, tmp_path: Path
) -> None:
    again = load(
        save(
            tmp_path,
            bundle.card,
            text(bundle.additive.booster),
            text(bundle.cross.booster),
        )
    )

    assert parts(again, rows).tobytes() == parts(bundle, rows).tobytes()


def test_other_content_has_another_name(small_world: SmallWorld, tmp_path: Path) -> None:
    additive, cross = texts(small_world)
    folders = {
        save(tmp_path, card(), additive, cross),
        save(tmp_path, card(cal_slope=0.91), additive, cross),
        save(tmp_path, card(name="small2"), additive, cross),
        save(tmp_path, card(), additive, additive),
    }

    assert len({folder.name for folder in folders}) == 4


def test_a_link_and_the_folder_itself_are_the_bundle_they_lead_to(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "champion"
    link.symlink_to(small_world.bundle)
    monkeypatch.chdir(small_world.bundle)

    assert load(link).id == load(Path()).id == small_world.bundle.name


def test_without_cross_trees_the_cross_part_is_nothing(
    small_world: SmallWorld, rows: Matrix, tmp_path: Path
) -> None:
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)
    none = text(fitter.fit(rows, np.arange(len(rows)) % 3 == 0, ADDITIVE, 0))
    additive, _ = texts(small_world)

    loaded = load(save(tmp_path, card(cal_intercept=0.0, cal_slope=1.0), additive, none))

    assert len(loaded.cross) == 0
    split = parts(loaded, rows)
    assert (split[:, 3] == 0.0).all()
    raw = np.asarray(lgb.Booster(model_str=additive).predict(rows, raw_score=True))
    assert np.abs(logits(loaded, split) - raw).max() <= 1e-9
    total = loaded.base + contributions(loaded, rows[:200]).sum(axis=1)
    assert np.abs(total - logits(loaded, split[:200])).max() <= 1e-9


def test_trees_without_a_split_only_shift_the_base(tmp_path: Path) -> None:
    """Where nothing can be told apart, everybody is average."""
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)
    same = np.zeros((200, len(NAMES)))
    event = np.arange(200) < 50
    flat = text(fitter.fit(same, event, ADDITIVE, 3))
    none = text(fitter.fit(same, event, ADDITIVE, 0))

    loaded = load(save(tmp_path, card(cal_intercept=0.0, cal_slope=1.0), flat, none))
    (said,) = assess(loaded, same[:1])

    assert loaded.members == ((), (), ())
    assert asdict(said)["parts"] == {"subject": 0.0, "object": 0.0, "data": 0.0, "cross": 0.0}
    assert said.probability == pytest.approx(0.25, abs=1e-9)


def test_a_feature_that_now_means_something_else_is_named(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    changed = (NAMES[3], NAMES[40])
    features = tuple(
        feature.model_copy(update={"fingerprint": "0" * 16}) if feature.name in changed else feature
        for feature in card().features
    )
    folder = save(tmp_path, card(features=features), *texts(small_world))

    with pytest.raises(BundleRefused) as refused:
        load(folder)

    assert refused.value.field == "features"
    assert all(name in refused.value.message for name in changed)
    assert [name for name in BY_NAME if re.search(rf"\b{name}\b", refused.value.message)] == list(
        changed
    )
    assert "train it again" in refused.value.remedy


def test_a_feature_that_is_no_more_is_named(small_world: SmallWorld, tmp_path: Path) -> None:
    features = list(card().features)
    features[0] = features[0].model_copy(update={"name": "buyer_horoscope"})
    folder = save(tmp_path, card(features=tuple(features)), *texts(small_world))

    with pytest.raises(BundleRefused, match="buyer_horoscope"):
        load(folder)


@pytest.mark.parametrize("order", ["another order", "fewer"])
def test_a_card_of_other_columns_than_the_boosters_is_refused(
    small_world: SmallWorld, tmp_path: Path, order: str
) -> None:
    features = card().features[::-1] if order == "another order" else card().features[:-1]
    folder = save(tmp_path, card(features=features), *texts(small_world))

    with pytest.raises(BundleRefused, match="columns") as refused:
        load(folder)
    assert refused.value.field == "additive.txt"


def test_a_card_of_another_version_is_refused(small_world: SmallWorld, tmp_path: Path) -> None:
    class LaterCard(type(card())):  # type: ignore[misc]
        signature: str = "later"

    later = LaterCard(**card().model_dump())
    folder = save(tmp_path, later, *texts(small_world))

    with pytest.raises(BundleRefused) as refused:
        load(folder)
    assert refused.value.field == "bundle.json"
    assert refused.value.remedy


def test_a_bundle_holds_text_and_json_and_nothing_that_runs(small_world: SmallWorld) -> None:
    files = sorted(small_world.bundle.iterdir())

    assert [file.name for file in files] == sorted(FILES)
    for file in files:
        content = file.read_bytes().decode("utf-8")
        assert content.isprintable() or set(content) - {"\n"} <= set(map(chr, range(32, 0x10000)))
        assert file.stat().st_mode & 0o111 == 0
        if file.suffix == ".json":
            assert isinstance(json.loads(content), dict)
        elif file.suffix == ".txt":
            assert content.startswith("tree\n")


@pytest.mark.parametrize("name", ["nowhere", "x" * 300, "a/../b"])
def test_what_is_not_there_is_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleRefused) as refused:
        load(tmp_path / name)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "wrong", [{"kind": "never"}, {"days": 0}, {"days": 367}, {"name": "Late 5"}, {"more": 1}]
)
def test_an_event_is_named_and_bounded(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"name": "late5", "kind": "late", "days": 5, "en": "l", "zh": "晚"}
    assert Event.model_validate(good).days == 5

    with pytest.raises(ValueError, match=next(iter(wrong))):
        Event.model_validate({**good, **wrong})
