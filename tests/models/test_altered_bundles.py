"""Two hundred ways to alter a bundle: each is refused before LightGBM parses a byte.

An edited text model can crash or hang LightGBM (reliability.md, row 13), so that it must not come
so far.
"""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest

from models.assessment import parts
from models.bundle import FILES, MANIFEST, Bundle, BundleRefused, load, save
from models.trees import Matrix
from tests.worlds import SmallWorld, card

EVERY = (*FILES, MANIFEST)
SEEDS = range(150)


def flip(folder: Path, chance: random.Random) -> Path:
    """Change one byte of one file."""
    file = folder / chance.choice(EVERY)
    content = bytearray(file.read_bytes())
    at = chance.randrange(len(content))
    content[at] = (content[at] + chance.randrange(1, 256)) % 256
    file.write_bytes(content)
    return folder


def cut(folder: Path, chance: random.Random) -> Path:
    """Cut a file off somewhere."""
    file = folder / chance.choice(EVERY)
    content = file.read_bytes()
    file.write_bytes(content[: chance.randrange(len(content))])
    return folder


def lengthen(folder: Path, chance: random.Random) -> Path:
    """Add something to the end of a file."""
    with (folder / chance.choice(EVERY)).open("ab") as file:
        file.write(chance.choice([b"\n", b" ", b"\0", b"tree\n"]))
    return folder


def swap_bytes(folder: Path, chance: random.Random) -> Path:
    """Exchange two different bytes of a file: its length and its letters stay."""
    file = folder / chance.choice(EVERY)
    content = bytearray(file.read_bytes())
    first = chance.randrange(len(content))
    second = chance.choice([at for at, byte in enumerate(content) if byte != content[first]])
    content[first], content[second] = content[second], content[first]
    file.write_bytes(content)
    return folder


AT_RANDOM = (flip, flip, cut, lengthen, swap_bytes)


def swap_boosters(folder: Path) -> Path:
    additive, cross = folder / "additive.txt", folder / "cross.txt"
    content = additive.read_bytes()
    additive.write_bytes(cross.read_bytes())
    cross.write_bytes(content)
    return folder


def rename(to: Callable[[str], str]) -> Callable[[Path], Path]:
    return lambda folder: folder.rename(folder.with_name(to(folder.name)))


def remove(name: str) -> Callable[[Path], Path]:
    def removed(folder: Path) -> Path:
        (folder / name).unlink()
        return folder

    return removed


def link(name: str) -> Callable[[Path], Path]:
    """Put a link in the place of a file, to the very same content elsewhere."""

    def linked(folder: Path) -> Path:
        elsewhere = folder.with_name(f"elsewhere-{name}")
        shutil.move(folder / name, elsewhere)
        (folder / name).symlink_to(elsewhere)
        return folder

    return linked


def add(name: str) -> Callable[[Path], Path]:
    def added(folder: Path) -> Path:
        if name.endswith("/"):
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(b"\x80\x04N.")
        return folder

    return added


def manifest(change: Callable[[dict[str, str]], object]) -> Callable[[Path], Path]:
    """Write another manifest."""

    def changed(folder: Path) -> Path:
        named: dict[str, str] = json.loads((folder / MANIFEST).read_bytes())
        written = change(named)
        text = written if isinstance(written, str) else json.dumps(written)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        return folder

    return changed


def replace_by_folder(folder: Path) -> Path:
    (folder / "cross.txt").unlink()
    (folder / "cross.txt").mkdir()
    return folder


BY_HAND: dict[str, Callable[[Path], Path]] = {
    "boosters swapped": swap_boosters,
    "a folder for a file": replace_by_folder,
    "renamed": rename(lambda _: "champion"),
    "renamed to another digest": rename(lambda name: name[:-1] + ("0" if name[-1] != "0" else "1")),
    "renamed to another recipe": rename(lambda name: name.replace("small", "large")),
    "renamed to upper case": rename(str.upper),
    "digest alone": rename(lambda name: name.rpartition("-")[2]),
    **{f"without {name}": remove(name) for name in EVERY},
    **{f"{name} is a link": link(name) for name in EVERY},
    **{f"and {name}": add(name) for name in ("model.pkl", ".hidden", "bundle.json~", "more/")},
    "manifest is a list": manifest(list),
    "manifest is a number": manifest(lambda _: "1"),
    "manifest is empty": manifest(lambda _: ""),
    "manifest is deep": manifest(lambda _: "[" * 100_000),
    "manifest has NaN": manifest(lambda named: {**named, "cross.txt": float("nan")}),
    "manifest names nothing": manifest(lambda _: {}),
    "manifest names less": manifest(
        lambda named: {name: named[name] for name in ("additive.txt", "cross.txt")}
    ),
    "manifest names more": manifest(lambda named: {**named, "model.pkl": "0" * 64}),
    "manifest climbs out": manifest(
        lambda named: {
            "../bundle.json" if name == "bundle.json" else name: named[name] for name in named
        }
    ),
    "manifest in upper case": manifest(
        lambda named: {name: digest.upper() for name, digest in named.items()}
    ),
    "manifest written otherwise": manifest(lambda named: named),
    "manifest swapped": manifest(lambda named: {**named, "additive.txt": named["cross.txt"]}),
}


@pytest.fixture
def copy(small_world: SmallWorld, tmp_path: Path) -> Path:
    """A copy of the bundle to alter, under its own name."""
    return shutil.copytree(small_world.bundle, tmp_path / small_world.bundle.name)


@pytest.fixture
def unparsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What LightGBM is asked to parse: must stay empty."""
    asked: list[str] = []
    real = lgb.Booster.__init__

    def watched(self: lgb.Booster, *arguments: object, **named: object) -> None:
        asked.append(str(named)[:40])
        real(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(lgb.Booster, "__init__", watched)
    yield asked
    monkeypatch.undo()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_random_change_is_accepted(copy: Path, unparsed: list[str], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret

    altered = AT_RANDOM[seed % len(AT_RANDOM)](copy, chance)

    with pytest.raises(BundleRefused):
        load(altered)
    assert unparsed == []


@pytest.mark.parametrize("how", BY_HAND)
def test_no_change_by_hand_is_accepted(copy: Path, unparsed: list[str], how: str) -> None:
    altered = BY_HAND[how](copy)

    with pytest.raises(BundleRefused) as refused:
        load(altered)
    assert unparsed == []
    assert refused.value.message


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_bundle_is_refused(
    small_world: SmallWorld, copy: Path, tmp_path: Path, unparsed: list[str], name: str
) -> None:
    """Each is a good file of a good bundle; only not of this one."""
    own = {file: (small_world.bundle / file).read_text(encoding="utf-8") for file in FILES}
    other = save(tmp_path / "other", card(cal_slope=1.5), own["cross.txt"], own["additive.txt"])

    shutil.copy(other / name, copy / name)
    with pytest.raises(BundleRefused, match=r"not the file its manifest names"):
        load(copy)

    shutil.copy(other / MANIFEST, copy / MANIFEST)
    with pytest.raises(BundleRefused):
        load(copy)
    assert unparsed == []


def test_changed_files_with_a_manifest_to_match_are_not_this_bundle_any_more(
    small_world: SmallWorld, copy: Path, tmp_path: Path, unparsed: list[str]
) -> None:
    additive = (copy / "additive.txt").read_text(encoding="utf-8").replace("leaf_value=", "x=", 1)
    other = save(tmp_path / "other", card(), additive, additive)
    for name in EVERY:
        shutil.copy(other / name, copy / name)

    with pytest.raises(BundleRefused, match="is not the name of this content"):
        load(copy)
    assert unparsed == []


def test_after_all_that_the_good_bundle_still_scores(
    small_world: SmallWorld, bundle: Bundle, rows: Matrix, unparsed: list[str]
) -> None:
    """The process is alive, and the watch on LightGBM above does see a load."""
    again = load(small_world.bundle)

    assert len(unparsed) == 2
    assert np.array_equal(parts(again, rows), parts(bundle, rows))
