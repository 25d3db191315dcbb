"""A bundle as one file, to carry it to another machine: a zip, checked before it is unpacked.

Nothing is extracted: the files of the archive are read into memory, believed as those of a folder
are, and only then written.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ledger.faults import FileInTheWay
from models.bundle import KINDS, read
from models.manifest import LARGEST_BUNDLE, verified
from models.signing import Trusted, trusted_keys
from models.storage import BundleRefused, write_folder

MOST_FILES = 100
ENCRYPTED = 0x1


@dataclass(frozen=True)
class PackedFolder:
    """The one folder of a zip, as ``models.storage.Place``.

    Attributes
    ----------
    archive : ZipFile
    name : str
    files : mapping of str to ZipInfo
    """

    archive: ZipFile
    name: str
    files: Mapping[str, ZipInfo]

    def sizes(self) -> Mapping[str, int]:
        """Bytes of each file as the archive tells; reading doesn't rely on it."""
        return {name: info.file_size for name, info in self.files.items()}

    def read(self, file: str, largest: int) -> bytes:
        """Read a file, one byte more than allowed at most."""
        if file not in self.files:
            raise BundleRefused(f"{self.name} has no {file}", field=file)
        try:
            with self.archive.open(self.files[file]) as opened:
                content = opened.read(largest + 1)
        except Exception as error:  # zlib, zipfile and struct raise what they like
            raise _broken(file) from error
        if len(content) > largest:
            raise BundleRefused(f"{file} of {self.name} is larger than {largest} bytes", field=file)
        return content


def pack(where: Path | str, out: Path, trust: Path | Trusted | None = None) -> Path:
    """Pack a bundle into ``out/ID.zip`` and return that file; it is checked first, as by `load`.

    Raises
    ------
    BundleRefused, WrongKeyFile
        As ``models.bundle.load`` does.
    FileInTheWay
        Where the file is there already.
    """
    source = read(where, trust)
    target = out / f"{source.id}.zip"
    try:
        with target.open("xb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for name, content in {**source.content, **source.signed}.items():
                info = ZipInfo(f"{source.id}/{name}")  # of 1980: the same bundle, the same bytes
                info.external_attr = (stat.S_IFREG | 0o644) << 16
                info.compress_type = ZIP_DEFLATED
                archive.writestr(info, content)
    except FileExistsError as error:
        raise FileInTheWay(
            f"{target} exists", field="out", remedy="name another folder, or delete the file"
        ) from error
    except OSError as error:
        raise BundleRefused(
            f"{target} can't be written: {error.strerror}", field="out", remedy="name a folder"
        ) from error
    return target


def unpack(packed: Path, bundles: Path, trust: Path | Trusted | None = None) -> Path:
    """Put a packed bundle into a folder of bundles and return its own folder there.

    Parameters
    ----------
    trust : Path, optional
        As in ``models.bundle.load``; left out, the local key of ``bundles``.

    Raises
    ------
    BundleRefused
        Where the file is no packed bundle, or the bundle isn't believed; nothing is written then.
    WrongKeyFile
        Where ``trust`` holds no public key.
    """
    with _opened(packed) as place:
        source = verified(place, trusted_keys(bundles / place.name, trust), KINDS)
    write_folder(bundles / source.id, {**source.content, **source.signed})
    return bundles / source.id


@contextmanager
def _opened(packed: Path) -> Iterator[PackedFolder]:
    try:
        if packed.stat().st_size > LARGEST_BUNDLE:
            raise BundleRefused(f"{packed} is larger than a bundle may be", field=packed.name)
        archive = ZipFile(packed)
    except BundleRefused:
        raise
    except Exception as error:
        raise _broken(packed.name) from error
    with archive:
        name, files = _folder_of(archive)
        yield PackedFolder(archive, name, files)


def _folder_of(archive: ZipFile) -> tuple[str, Mapping[str, ZipInfo]]:
    """The name of the one folder of an archive, and its plain files."""
    entries = archive.infolist()
    folders = {entry.filename.partition("/")[0] for entry in entries}
    files = {entry.filename.partition("/")[2]: entry for entry in entries}
    if len(folders) != 1 or len(files) < len(entries) or len(files) > MOST_FILES:
        raise _broken("the archive")
    for name, entry in files.items():
        if not name or "/" in name or "\\" in name or not _is_plain(entry):
            raise _broken(entry.filename[:100])
    return folders.pop(), files


def _is_plain(entry: ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return (
        kind in (0, stat.S_IFREG)
        and not entry.flag_bits & ENCRYPTED
        and entry.compress_type in (ZIP_STORED, ZIP_DEFLATED)
    )


def _broken(what: str) -> BundleRefused:
    return BundleRefused(
        f"{what} is not as pack writes it",
        field=what,
        remedy="pack the bundle again where it was made",
    )
