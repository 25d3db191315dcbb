"""Ways to tamper with a bundle, each drawn from a seed."""

from __future__ import annotations

import random
import shutil
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.audit.signing_keys import PRIVATE, load_private
from models.bundle import KINDS, load, save
from models.packing import pack
from models.signing import SIGNATURE, local_keys, signature
from models.storage import MANIFEST
from tests.models.made_validations import made_evidence, validate_as

FILES = (*(kind.name for kind in KINDS if kind.required), MANIFEST, SIGNATURE)


@dataclass(frozen=True)
class Pair:
    """Two good bundles of one model that differ in every file, and the keys that signed both.

    Both have passed their gates.
    """

    older: Path
    newer: Path
    keys: Path


def make_pair(good: Path, folder: Path) -> Pair:
    """An older and a newer version of a bundle, signed as it was."""
    card = load(good).card
    texts = [(good / name).read_text(encoding="utf-8") for name in ("additive.txt", "cross.txt")]
    keys = local_keys(good.parent)
    key = load_private(keys / PRIVATE)
    shifted = card.model_copy(update={"cal_intercept": card.cal_intercept + 0.5})
    pair = Pair(
        save(folder, shifted, *(text + "\n" for text in texts), key=key, version=1),
        save(folder, card, *texts, key=key, version=2),
        keys,
    )
    for bundle in (pair.older, pair.newer):
        validate_as(bundle, key, made_evidence())
    return pair


Tamper = Callable[[Path, Pair, random.Random], Path]
"""Tampers with a copy of the newer bundle of a pair, and returns what is to be loaded."""


def flip(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Change one byte of one file."""
    file = copy / chance.choice(FILES)
    content = bytearray(file.read_bytes())
    at = chance.randrange(len(content))
    content[at] = (content[at] + chance.randrange(1, 256)) % 256
    file.write_bytes(content)
    return copy


def truncate(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Cut a file off somewhere, or take it away."""
    file = copy / chance.choice(FILES)
    content = file.read_bytes()
    if chance.random() < 0.2:
        file.unlink()
    else:
        file.write_bytes(content[: chance.randrange(len(content))])
    return copy


def lengthen(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Add something to one end of a file."""
    file = copy / chance.choice(FILES)
    more = chance.choice([b"\n", b" ", b"\0", b"tree\n", b"{}", chance.randbytes(2**16)])
    content = file.read_bytes()
    file.write_bytes(content + more if chance.random() < 0.7 else more + content)
    return copy


def swap_bytes(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Exchange two different bytes of a file: its length and its letters stay."""
    file = copy / chance.choice(FILES)
    content = bytearray(file.read_bytes())
    first = chance.randrange(len(content))
    second = chance.choice([at for at, byte in enumerate(content) if byte != content[first]])
    content[first], content[second] = content[second], content[first]
    file.write_bytes(content)
    return copy


def swap_files(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Exchange two files."""
    first, second = (copy / name for name in chance.sample(FILES, 2))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    return copy


def wrong_key(copy: Path, pair: Pair, chance: random.Random) -> Path:
    """Sign with another key: under its own id or that of a trusted one, or not at all."""
    stranger = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    line = signature(stranger, (copy / MANIFEST).read_bytes())
    good = (pair.newer / SIGNATURE).read_bytes()
    drawn = [
        line,
        good[:39] + line[39:],
        good[:39] + b"0" * 128 + b"\n",
        good[:39] + chance.randbytes(64).hex().encode() + b"\n",
        good.replace(b"-1 ", b"-2 "),
        good.upper(),
        b"",
        line[:-1] + b" ",
        good + good,
    ]
    (copy / SIGNATURE).write_bytes(chance.choice(drawn))
    return copy


def older(copy: Path, pair: Pair, chance: random.Random) -> Path:
    """Put an older version, or files of it, under the name of a newer one; or rename."""
    how = chance.random()
    if how < 0.2:
        names = FILES
    elif how < 0.8:
        names = tuple(chance.sample(FILES, chance.randrange(1, len(FILES))))
    else:
        name = chance.choice(["champion", copy.name.upper(), copy.name[:-1] + "x", pair.older.name])
        return copy.rename(copy.with_name(name))
    for name in names:
        shutil.copy(pair.older / name, copy / name)
    return copy


def symlink(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Put a link in the place of a file: to its own content, to a device, to nothing."""
    name = chance.choice(FILES)
    elsewhere = copy.with_name(f"elsewhere-{name}")
    shutil.move(copy / name, elsewhere)
    targets = [elsewhere, Path("..") / elsewhere.name, Path("/dev/zero"), copy, Path("nowhere")]
    (copy / name).symlink_to(chance.choice(targets))
    return copy


def extra(copy: Path, _pair: Pair, chance: random.Random) -> Path:
    """Add what is no file of a bundle."""
    name = chance.choice(["model.pkl", ".hidden", "bundle.json~", "CROSS.TXT", "x" * 200, "..."])
    if chance.random() < 0.3:
        (copy / name).mkdir()
    else:
        (copy / name).write_bytes(b"\x80\x04N.")
    return copy


TAMPERINGS: Mapping[str, tuple[Tamper, int]] = {
    "flip": (flip, 250),
    "truncate": (truncate, 120),
    "lengthen": (lengthen, 80),
    "swap bytes": (swap_bytes, 80),
    "swap files": (swap_files, 60),
    "wrong key": (wrong_key, 100),
    "older": (older, 100),
    "symlink": (symlink, 60),
    "extra": (extra, 50),
}
"""How, and how many times; with `ARCHIVES` they are a thousand."""

ARCHIVES = 100


def tampered_archive(folder: Path, pair: Pair, chance: random.Random) -> Path:
    """A packed bundle that isn't as it was packed."""
    name = pair.newer.name
    files = {f"{name}/{file}": (pair.newer / file).read_bytes() for file in FILES}
    victim = chance.choice(sorted(files))
    packed = folder / f"{name}.zip"
    how = chance.randrange(8)
    if how == 0:  # climbs out
        up = chance.choice(["../", f"{name}/../../", "/tmp/", f"{name}/x/", f"{name}\\..\\"])  # noqa: S108
        files[f"{up}{victim.rpartition('/')[2]}"] = files.pop(victim)
    elif how == 1:
        files[f"{name}/model.pkl"] = b"\x80\x04N."
    elif how == 2:
        del files[victim]
    elif how == 3:
        flipped = bytearray(files[victim])
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        files[victim] = bytes(flipped)
    elif how == 4:
        files[victim] += b"\0" * 2**24  # a small archive of something large
    elif how == 5:
        pack(pair.newer, folder, pair.keys)
        content = packed.read_bytes()
        packed.write_bytes(content[: chance.randrange(len(content))])
        return packed
    with ZipFile(packed, "w") as archive:
        for path, content in files.items():
            info = ZipInfo(path)
            if how == 6 and path == victim:  # a link to somewhere
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, b"/etc/passwd" if info.external_attr else content)
            if how == 7 and path == victim:  # twice under one name, upper case being another
                archive.writestr(ZipInfo(path.upper()), content)
    return packed
