"""The folder of a shadow model: signed as a bundle is, and refused before a parser sees it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.bundle import load as load_bundle
from models.shadow_model import KINDS, ShadowModel, load
from models.signing import SIGNATURE, public_of, signature
from models.storage import MANIFEST, BundleRefused
from tests.models.made_shadow import made_shadow
from tests.worlds import SmallWorld

FILES = (*(kind.name for kind in KINDS), MANIFEST, SIGNATURE)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def unlink(file: Path) -> None:
    file.unlink()


def link(file: Path) -> None:
    file.symlink_to(file.rename(file.parents[1] / "elsewhere"))


@dataclass(frozen=True)
class Made:
    """A model, its folder and the folder of the key that signed it."""

    model: ShadowModel
    folder: Path
    keys: Path

    def copy(self, target: Path) -> Path:
        """A copy of the folder, under its name."""
        return shutil.copytree(self.folder, target / self.folder.name)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("shadow")
    model = made_shadow(folder)
    return Made(model, folder / "bundles" / model.id, folder / "keys")


def test_the_manifest_says_how_it_came_about(made: Made) -> None:
    """And the card's file only what is its own."""
    manifest = json.loads((made.folder / MANIFEST).read_bytes())
    own = json.loads((made.folder / "shadow.json").read_bytes())

    assert (manifest["name"], manifest["version"]) == ("shadow-made", 1)
    assert manifest["trained_through"] == "2013-01-01T00:00:00Z"
    assert manifest["data"] == "made up"
    assert manifest["metrics"] == {"rehearsed": 12}
    assert set(manifest["files"]) == {"trees.txt", "shadow.json"}
    assert set(own) == {"event", "ratios", "cal_intercept", "cal_slope", "learned", "failed"}
    assert made.model.card.metrics == {"rehearsed": 12}


def test_what_is_made_again_is_the_same_and_what_differs_the_next_version(
    made: Made, tmp_path: Path
) -> None:
    first, again = made_shadow(tmp_path), made_shadow(tmp_path)
    other = made_shadow(tmp_path, intercept=1.0)

    assert first.id == again.id == made.model.id
    assert (first.source.manifest.version, other.source.manifest.version) == (1, 2)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("how", [flip, truncate, lengthen, unlink, link])
def test_an_altered_folder_is_refused_before_it_is_parsed(
    made: Made, tmp_path: Path, parsed: list[bytes], file: str, how: Callable[[Path], None]
) -> None:
    """The manifest, which was truly signed, may be read: it says what the others should be."""
    signed = (made.folder / MANIFEST).read_bytes()
    copy = made.copy(tmp_path)
    how(copy / file)

    with pytest.raises(BundleRefused):
        load(copy, made.keys)
    assert set(parsed) <= {signed}
    load(made.folder)
    assert len(parsed) >= 3  # the watch does see a load


def test_a_file_too_many_is_refused(made: Made, tmp_path: Path, parsed: list[bytes]) -> None:
    copy = made.copy(tmp_path)
    (copy / "note.txt").write_text("x", encoding="utf-8")

    with pytest.raises(BundleRefused, match=r"no file of a bundle: note\.txt"):
        load(copy, made.keys)
    assert parsed == []


def test_a_folder_that_nobody_signed_is_refused(
    made: Made, tmp_path: Path, parsed: list[bytes]
) -> None:
    copy = made.copy(tmp_path)
    (copy / SIGNATURE).unlink()

    with pytest.raises(BundleRefused, match="an unsigned bundle is not used"):
        load(copy, made.keys)
    assert parsed == []


def test_another_key_is_refused(made: Made, tmp_path: Path, parsed: list[bytes]) -> None:
    """Whether it says who it is, or gives itself out for the trusted one."""
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    copy = made.copy(tmp_path / "bundles")
    true = (copy / SIGNATURE).read_bytes()
    line = signature(stranger, (copy / MANIFEST).read_bytes())

    for false in (line, true[:39] + line[39:]):
        (copy / SIGNATURE).write_bytes(false)
        with pytest.raises(BundleRefused, match=r"not trusted|did not sign"):
            load(copy, made.keys)
    with pytest.raises(BundleRefused, match="no key is named"):
        load(copy)
    assert parsed == []
    (copy / SIGNATURE).write_bytes(line)
    assert load(copy, public_of(stranger)).id == made.model.id


def test_another_name_is_refused(made: Made, tmp_path: Path) -> None:
    copy = made.copy(tmp_path).rename(tmp_path / "shadow-made-000000000000")

    with pytest.raises(BundleRefused, match="is not the name"):
        load(copy, made.keys)


def test_neither_form_is_taken_for_the_other(made: Made, small_world: SmallWorld) -> None:
    """Though a trusted key signed both."""
    with pytest.raises(BundleRefused, match="no file of a bundle"):
        load_bundle(made.folder)
    with pytest.raises(BundleRefused, match="no file of a bundle"):
        load(small_world.bundle)
