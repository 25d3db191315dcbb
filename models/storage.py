"""Where bundles lie: a local folder, or one in object storage, read through fsspec.

Nothing here looks into a file. A file is read whole, once, and never more of it than is allowed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from fsspec.core import url_to_fs

from ledger.faults import Fault

STORES = ("file", "memory", "s3", "gs", "abfs", "oss")
"""Kinds of storage by the scheme of their URLs; all but the first two want a package of their own
(s3fs, gcsfs, adlfs, ossfs). fsspec knows more, some of which unpack or forward what they read."""

MANIFEST = "manifest.json"


class BundleRefused(Fault):
    """A bundle that is missing, incomplete or altered, or whose features have another meaning."""

    code = "bundle-refused"


class Place(Protocol):
    """A folder of files, wherever it is."""

    @property
    def name(self) -> str:
        """Its own name, without those above it."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """Bytes of each file by its name; raise `BundleRefused` where it holds anything else."""
        ...

    def read(self, file: str, largest: int) -> bytes:
        """Read a file; raise `BundleRefused` where it is missing or larger."""
        ...


@dataclass(frozen=True)
class StoredFolder:
    """A folder of a file system of fsspec: the one way to bundles that lie somewhere.

    Attributes
    ----------
    store : fsspec.AbstractFileSystem
    path : str
        The folder, as the file system names it.
    """

    store: Any
    path: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rstrip("/").rpartition("/")[2]

    def sizes(self) -> Mapping[str, int]:
        """Bytes of each file; a link is none, for it may lead anywhere."""
        try:
            self.store.invalidate_cache(self.path)
            found = self.store.ls(self.path, detail=True)
        except Exception as error:
            raise _unreadable(self.path, error) from error
        sizes: dict[str, int] = {}
        for entry in found:
            name = str(entry["name"]).rstrip("/").rpartition("/")[2]
            if entry["type"] != "file" or entry.get("islink"):
                raise BundleRefused(
                    f"{name} of {self.name} is not a plain file",
                    field=name,
                    remedy="keep a bundle's folder as it was made",
                )
            sizes[name] = int(entry["size"])
        return sizes

    def read(self, file: str, largest: int) -> bytes:
        """Read a file, one byte more than allowed at most."""
        try:
            with self.store.open(f"{self.path}/{file}", "rb") as opened:
                content = bytes(opened.read(largest + 1))
        except Exception as error:
            raise _unreadable(f"{self.path}/{file}", error) from error
        if len(content) > largest:
            raise BundleRefused(f"{file} of {self.name} is larger than {largest} bytes", field=file)
        return content


def open_folder(where: Path | str) -> StoredFolder:
    """Open a folder by its path, or by its URL (``s3://bucket/bundles/NAME``).

    Nothing is read yet. A link to a local folder is the folder it leads to.

    Raises
    ------
    BundleRefused
        Where the storage is none of `STORES`, or its package isn't installed.
    """
    scheme, separator, _ = str(where).partition("://")
    if separator and scheme not in STORES:
        raise BundleRefused(
            f"bundles aren't read from {scheme}://",
            field="bundle",
            remedy=f"name a folder, or a URL of {', '.join(STORES)}",
        )
    try:
        # a link, or ".", doesn't tell the name
        store, path = url_to_fs(str(where) if separator else os.path.realpath(where))
    except Exception as error:
        raise _unreadable(str(where), error) from error
    return StoredFolder(store, path)


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a local folder: a new one at once, so that it is never seen half written.

    Into a folder that is there each file comes at once, in their order. A process that is killed
    leaves no more than a draft, a folder beside it whose name begins with a dot.

    Raises
    ------
    BundleRefused
        Where the folder can't be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".", dir=target.parent) as beside:
            draft = Path(beside) / target.name
            draft.mkdir()
            for name, content in files.items():
                (draft / name).write_bytes(content)
            if not target.exists():
                draft.replace(target)
                return
            for name in files:
                (draft / name).replace(target / name)
    except OSError as error:
        raise BundleRefused(
            f"{target} can't be written: {error.strerror}", field="out", remedy="name a folder"
        ) from error


def write_file(path: Path, text: str) -> None:
    """Write a text at once: whoever stops it leaves the file as it was, and a draft beside it.

    Raises
    ------
    BundleRefused
        Where the file can't be written.
    """
    draft = path.with_name(f".{path.name}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise BundleRefused(
            f"{path} can't be written: {error.strerror}", field="out", remedy="name another file"
        ) from error


def below(where: Path | str, name: str) -> str:
    """The path or URL of something in a folder."""
    return f"{str(where).rstrip('/')}/{name}"


def local_folder(where: Path | str) -> Path | None:
    """The path of a local folder, None where it lies in object storage."""
    scheme, separator, rest = str(where).partition("://")
    if not separator:
        return Path(os.path.realpath(where))
    return Path(os.path.realpath(rest)) if scheme == "file" else None


def _unreadable(what: str, error: Exception) -> BundleRefused:
    """A driver of a storage raises what it likes: all of it means that nothing was read."""
    return BundleRefused(
        f"{what} can't be read: {str(error) or type(error).__name__}",
        field=what.rpartition("/")[2],
        remedy="name the folder of a bundle, as training prints it",
    )
