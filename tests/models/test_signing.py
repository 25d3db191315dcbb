"""Whose signature is believed: the keys that are named, or the local one; never none."""

import shutil
from pathlib import Path

import pytest

from ledger.audit.signing_keys import PRIVATE, PUBLIC, key_id, load_public, make_keys
from ledger.faults import WrongKeyFile
from models.bundle import load, save
from models.signing import KEYS, SIGNATURE, SIGNATURE_BYTES, public_of, signing_key, trusted_keys
from models.storage import BundleRefused
from tests.worlds import SmallWorld, card


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    """A folder of bundles with room for its keys beside it."""
    return tmp_path / "here" / "bundles"


def saved(small_world: SmallWorld, bundles: Path, **more: object) -> Path:
    additive, cross = (
        (small_world.bundle / name).read_text(encoding="utf-8")
        for name in ("additive.txt", "cross.txt")
    )
    return save(bundles, card(), additive, cross, **more)  # type: ignore[arg-type]


def test_whoever_has_no_key_gets_one_beside_the_bundles(
    small_world: SmallWorld, bundles: Path
) -> None:
    first = saved(small_world, bundles)
    made = (bundles.parent / KEYS / PRIVATE).read_bytes()
    again = saved(small_world, bundles)

    assert load(first).source.key == key_id(load_public(bundles.parent / KEYS / PUBLIC))
    assert first == again
    assert (bundles.parent / KEYS / PRIVATE).read_bytes() == made
    assert (bundles.parent / KEYS / PRIVATE).stat().st_mode & 0o077 == 0
    assert (first / SIGNATURE).stat().st_size == SIGNATURE_BYTES


def test_the_local_key_is_believed_of_no_other_folder(
    small_world: SmallWorld, bundles: Path, tmp_path: Path
) -> None:
    bundle = saved(small_world, bundles)
    elsewhere = shutil.copytree(bundle, tmp_path / "there" / "bundles" / bundle.name)

    with pytest.raises(BundleRefused, match="no key is named"):
        load(elsewhere)
    make_keys(elsewhere.parent.parent / KEYS)
    with pytest.raises(BundleRefused, match="not trusted here"):
        load(elsewhere)

    assert load(elsewhere, bundles.parent / KEYS / PUBLIC).id == bundle.name


def test_who_is_trusted_is_named_by_file_or_folder(
    small_world: SmallWorld, bundles: Path, tmp_path: Path
) -> None:
    private, public = make_keys(tmp_path / "mine")
    _, other = make_keys(tmp_path / "other")
    bundle = saved(small_world, bundles, key=signing_key(bundles, private))
    both = tmp_path / "both"
    both.mkdir()
    for name, file in (("mine", public), ("other", other)):
        shutil.copy(file, both / f"{name}.pub.pem")

    assert load(bundle, public).id == load(bundle, both).id == bundle.name
    assert load(bundle, public_of(signing_key(bundles, private))).id == bundle.name
    with pytest.raises(BundleRefused, match="not trusted here"):
        load(bundle, other)
    with pytest.raises(BundleRefused):
        load(bundle)  # the local key signed nothing; there is none
    assert not (bundles.parent / KEYS).exists()


def test_a_key_that_is_none_is_told(bundles: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.pem").write_text("no key", encoding="utf-8")
    private, _ = make_keys(tmp_path / "mine")

    for wrong in (tmp_path / "empty", tmp_path / "text.pem", tmp_path / "nowhere", private):
        with pytest.raises(WrongKeyFile):
            trusted_keys(bundles / "x", wrong)
    with pytest.raises(WrongKeyFile):
        signing_key(bundles, tmp_path / "text.pem")


def test_a_public_key_without_its_private_one_is_not_replaced(bundles: Path) -> None:
    make_keys(bundles.parent / KEYS)
    (bundles.parent / KEYS / PRIVATE).unlink()

    with pytest.raises(WrongKeyFile, match="no private one"):
        signing_key(bundles)
