"""Bundles from a folder and from object storage: the same bundle, and nothing from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from models.bundle import load
from models.storage import STORES, BundleRefused, below, local_folder, open_folder
from tests.models.tampering import FILES
from tests.worlds import SmallWorld


@pytest.fixture
def bucket(small_world: SmallWorld) -> Iterator[str]:
    """The URL of object storage in memory that has the bundle."""
    store = fsspec.filesystem("memory")
    for name in FILES:
        content = (small_world.bundle / name).read_bytes()
        store.pipe_file(f"/bucket/bundles/{small_world.bundle.name}/{name}", content)
    yield "memory://bucket/bundles"
    store.rm("/bucket", recursive=True)


def test_a_bundle_in_object_storage_is_the_bundle(small_world: SmallWorld, bucket: str) -> None:
    found = load(below(bucket, small_world.bundle.name), small_world.keys)

    assert found.id == small_world.bundle.name
    assert found.source.content == load(small_world.bundle).source.content


def test_object_storage_is_checked_as_a_folder_is(small_world: SmallWorld, bucket: str) -> None:
    where = below(bucket, small_world.bundle.name)
    store = fsspec.filesystem("memory")

    store.pipe_file(f"{where}/more/model.pkl", b"")
    with pytest.raises(BundleRefused, match="more"):
        load(where, small_world.keys)
    store.rm(f"{where}/more", recursive=True)
    assert load(where, small_world.keys).id == small_world.bundle.name

    content = store.cat_file(f"{where}/cross.txt")
    store.pipe_file(f"{where}/cross.txt", content[::-1])
    with pytest.raises(BundleRefused, match=r"cross\.txt"):
        load(where, small_world.keys)


def test_what_lies_in_object_storage_has_no_local_key(bucket: str, small_world: SmallWorld) -> None:
    with pytest.raises(BundleRefused, match="no key is named") as refused:
        load(below(bucket, small_world.bundle.name))

    assert "TRICREDIT_TRUST" in refused.value.remedy


def test_a_local_url_is_the_folder(small_world: SmallWorld) -> None:
    assert load(f"file://{small_world.bundle}").id == small_world.bundle.name
    assert local_folder(f"file://{small_world.bundle}") == small_world.bundle
    assert local_folder("s3://bucket/x") is None


@pytest.mark.parametrize(
    "where",
    [
        "http://example.invalid/bundles/x",
        "ftp://example.invalid/x",
        "zip://x::file:///tmp/x.zip",
        "simplecache::memory://bucket/x",
        "reference://x",
        "github://x",
        "://x",
    ],
)
def test_no_other_storage_is_asked(where: str, small_world: SmallWorld) -> None:
    with pytest.raises(BundleRefused, match="aren't read from") as refused:
        open_folder(where)

    assert all(store in refused.value.remedy for store in STORES)


@pytest.mark.parametrize("where", ["memory://bucket/nowhere", "/no/where", "a\0b", "memory://"])
def test_what_is_not_there_is_refused(where: str, small_world: SmallWorld) -> None:
    with pytest.raises(BundleRefused) as refused:
        load(where, small_world.keys)
    assert refused.value.remedy


def test_a_file_is_read_no_further_than_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"0" * 1001)
    place = open_folder(tmp_path)

    assert place.read("large", 1001) == b"0" * 1001
    with pytest.raises(BundleRefused, match="larger than 1000 bytes"):
        place.read("large", 1000)
