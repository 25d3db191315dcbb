"""A thousand seeded tamperings: each is refused before a parser sees a byte that nobody signed.

An edited text model can crash or hang LightGBM, so that it must not come so far.
"""

import random
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ledger.audit.signing_keys import PRIVATE, load_private
from models.assessment import parts
from models.bundle import Bundle, load
from models.manifest import Manifest, sealed
from models.packing import unpack
from models.signing import SIGNATURE
from models.storage import MANIFEST, BundleRefused, write_folder
from models.trees import Matrix
from tests.models.tampering import ARCHIVES, FILES, TAMPERINGS, Pair, make_pair, tampered_archive
from tests.worlds import SmallWorld


@pytest.fixture(scope="module")
def pair(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(small_world.bundle, tmp_path_factory.mktemp("pair") / "bundles")


def test_they_are_a_thousand() -> None:
    assert sum(times for _, times in TAMPERINGS.values()) + ARCHIVES == 1000


@pytest.mark.parametrize("how", TAMPERINGS)
def test_no_tampering_is_accepted_or_parsed(
    pair: Pair, tmp_path: Path, parsed: list[bytes], how: str
) -> None:
    """What was truly signed may be read: it says what the other files should be."""
    signed = [(bundle / MANIFEST).read_bytes() for bundle in (pair.older, pair.newer)]
    tamper, times = TAMPERINGS[how]
    for seed in range(times):
        folder = tmp_path / str(seed)
        copy = shutil.copytree(pair.newer, folder / pair.newer.name)
        altered = tamper(copy, pair, random.Random(f"{how} {seed}"))  # noqa: S311 - nothing secret

        with pytest.raises(BundleRefused) as refused:
            load(altered, pair.keys)

        assert refused.value.message
        assert [content for content in parsed if content not in signed] == [], (how, seed)
        if how == "wrong key":
            assert parsed == []
        parsed.clear()
        shutil.rmtree(folder)
    print(f"{how}: {times} of {times} refused before parsing")


def test_no_tampered_archive_is_unpacked(pair: Pair, tmp_path: Path, parsed: list[bytes]) -> None:
    signed = (pair.newer / MANIFEST).read_bytes()
    for seed in range(ARCHIVES):
        folder = tmp_path / str(seed)
        folder.mkdir()
        packed = tampered_archive(folder, pair, random.Random(seed))  # noqa: S311
        before = sorted(tmp_path.rglob("*"))

        with pytest.raises(BundleRefused):
            unpack(packed, folder / "bundles", pair.keys)

        assert sorted(tmp_path.rglob("*")) == before
        assert set(parsed) <= {signed}
        packed.unlink()


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_bundle_is_refused(
    pair: Pair, tmp_path: Path, parsed: list[bytes], name: str
) -> None:
    """Each is a good file of a good bundle; only not of this one."""
    copy = shutil.copytree(pair.newer, tmp_path / pair.newer.name)

    shutil.copy(pair.older / name, copy / name)

    with pytest.raises(BundleRefused):
        load(copy, pair.keys)
    assert len(parsed) == (name not in (MANIFEST, SIGNATURE))


def nonsense(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """What a manifest must not say, by what is wrong with it."""
    files = manifest.files
    one = files["cross.txt"]
    return {
        "names nothing": {"files": {}},
        "names less": {"files": {name: files[name] for name in files if name != "cross.txt"}},
        "names more": {"files": {**files, "model.pkl": one}},
        "climbs out": {"files": {**files, "../x": one}},
        "another digest": {"files": {**files, "cross.txt": files["additive.txt"]}},
        "no digest": {"files": {**files, "cross.txt": "0" * 64}},
        "a path for a name": {"name": "../../elsewhere"},
        "a long name": {"name": "x" * 52},
        "no version": {"version": 0},
        "another format": {"format": "tricredit bundle 2"},
    }


@pytest.mark.parametrize(
    "wrong",
    [
        "names nothing",
        "names less",
        "names more",
        "climbs out",
        "another digest",
        "no digest",
        "a path for a name",
        "a long name",
        "no version",
        "another format",
    ],
)
def test_a_signed_manifest_that_says_nonsense_is_refused(
    pair: Pair, tmp_path: Path, parsed: list[bytes], wrong: str
) -> None:
    """A trusted key that signs anything is no way past the checks that follow."""
    key = load_private(pair.keys / PRIVATE)
    source = load(pair.newer, pair.keys).source
    parsed.clear()
    said = source.manifest.model_copy(update=nonsense(source.manifest)[wrong])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic says that the value is none
        name, files = sealed(said, source.content, key)
    write_folder(tmp_path / name.rpartition("/")[2], files)

    with pytest.raises(BundleRefused) as refused:
        load(tmp_path / name.rpartition("/")[2], pair.keys)

    assert refused.value.remedy
    assert len(parsed) <= 1


def test_after_all_that_the_good_bundle_still_scores(
    small_world: SmallWorld, bundle: Bundle, rows: Matrix, parsed: list[bytes]
) -> None:
    """The process is alive, and the watch on the parsers above does see a load."""
    again = load(small_world.bundle)

    files = {name: (small_world.bundle / name).read_bytes() for name in FILES}
    assert {files[name] for name in FILES if name != SIGNATURE} <= set(parsed)
    assert parsed[0] == files[MANIFEST]
    assert np.array_equal(parts(again, rows), parts(bundle, rows))
