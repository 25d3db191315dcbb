"""A packed bundle comes out as it went in."""

import shutil
from pathlib import Path

import pytest

from ledger.faults import FileInTheWay
from models.bundle import load
from models.packing import pack, unpack
from models.storage import BundleRefused
from tests.models.tampering import FILES
from tests.worlds import SmallWorld


def test_what_is_packed_is_unpacked_elsewhere(small_world: SmallWorld, tmp_path: Path) -> None:
    packed = pack(small_world.bundle, tmp_path)

    there = unpack(packed, tmp_path / "there" / "bundles", small_world.keys)

    assert packed.name == f"{small_world.bundle.name}.zip"
    assert sorted(file.name for file in there.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (there / name).read_bytes() == (small_world.bundle / name).read_bytes()
    assert load(there, small_world.keys).id == small_world.bundle.name
    assert unpack(packed, there.parent, small_world.keys) == there  # again is no harm


def test_the_same_bundle_is_packed_to_the_same_bytes(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    one, two = (pack(small_world.bundle, tmp_path / name) for name in "ab")

    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size < sum(file.stat().st_size for file in small_world.bundle.iterdir())


def test_nothing_is_packed_unchecked_or_over_another_file(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    copy = shutil.copytree(small_world.bundle, tmp_path / small_world.bundle.name)
    (copy / "cross.txt").write_bytes(b"tree\n")

    with pytest.raises(BundleRefused):
        pack(copy, tmp_path, small_world.keys)
    assert not list(tmp_path.glob("*.zip"))

    pack(small_world.bundle, tmp_path)
    with pytest.raises(FileInTheWay):
        pack(small_world.bundle, tmp_path)
    with pytest.raises(BundleRefused):
        pack(small_world.bundle, tmp_path / "nowhere")


def test_it_is_believed_by_the_keys_of_the_folder_it_goes_to(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    packed = pack(small_world.bundle, tmp_path)
    with pytest.raises(BundleRefused, match="no key is named"):
        unpack(packed, tmp_path / "there" / "bundles")

    shutil.copytree(small_world.keys, tmp_path / "there" / "keys")

    assert unpack(packed, tmp_path / "there" / "bundles").is_dir()


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"no archive"])
def test_what_is_no_archive_is_refused(
    small_world: SmallWorld, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(BundleRefused):
        unpack(tmp_path / "x.zip", tmp_path / "bundles", small_world.keys)
    with pytest.raises(BundleRefused):
        unpack(tmp_path / "none.zip", tmp_path / "bundles", small_world.keys)
    assert not (tmp_path / "bundles").exists()
