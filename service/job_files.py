"""Files of jobs: the requests as they came, the answers so far, and the lock of who works on them.

The folder of a job is its id. Whoever holds the lock may write there; it ends with the process that
holds it, however that ends, so that another can go on at once. Nobody but the service may read it:
requests can name persons.
"""

from __future__ import annotations

import fcntl
import gzip
import logging
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from service.refusals import NoRoom
from service.settings import Settings

log = logging.getLogger("tricredit.service")

REQUESTS, ANSWERS, LOCK, INCOMING = "requests", "answers.gz", "lock", "incoming"
PRIVATE = 0o700
PART = 1 << 16
GZIP = 16 + zlib.MAX_WBITS


def jobs_folder(settings: Settings) -> Path:
    """The folder of jobs; ``tricredit-jobs`` beside the file of the ledger unless one is named."""
    if settings.jobs_folder is not None:
        return settings.jobs_folder
    try:
        parsed = make_url(settings.db)
    except ArgumentError:  # the ledger says so where it is opened
        return Path("tricredit-jobs")
    file = parsed.database if parsed.drivername.startswith("sqlite") else None
    return (Path(file).parent if file else Path()) / "tricredit-jobs"


def used_bytes(folder: Path) -> int:
    """Bytes of all files of all jobs, also while jobs are removed."""
    total = 0
    for inside, _, names in os.walk(folder):  # passes over a folder that is gone
        for name in names:
            with suppress(FileNotFoundError):
                total += os.lstat(Path(inside, name)).st_size
    return total


class JobFolder:
    """The files of one job."""

    def __init__(self, folder: Path, id: str) -> None:
        self.path = folder / id

    @property
    def requests(self) -> Path:
        """What was sent; gone once the job is over."""
        return self.path / REQUESTS

    @property
    def answers(self) -> Path:
        """The answers, compressed group by group."""
        return self.path / ANSWERS

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.path, ignore_errors=True)


class Claim:
    """The lock of a job's files."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def of(cls, folder: JobFolder) -> Self | None:
        """Take the lock; None where somebody has it, or there is no such folder."""
        try:
            descriptor = os.open(folder.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Let it go."""
        os.close(self._descriptor)


@contextmanager
def incoming(folder: Path, id: str) -> Iterator[JobFolder]:
    """A folder for a file that comes in; gone afterwards unless it was moved by `settle`.

    Raises
    ------
    NoRoom
        Where nothing can be written there.
    """
    coming = JobFolder(folder / INCOMING, id)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for made in (folder, folder / INCOMING, coming.path):
            made.mkdir(mode=PRIVATE, exist_ok=True)
    except OSError as error:
        log.error("the folder of jobs can't be written: %s", error)
        raise NoRoom(
            "the service can't write to its folder of jobs",
            remedy="send the file later; the operator finds the reason in the log",
        ) from error
    try:
        yield coming
    finally:
        coming.remove()


def settle(coming: JobFolder, folder: Path, id: str) -> JobFolder:
    """Move the folder of a file that has come in to where jobs are, so that it stays there."""
    settled = JobFolder(folder, id)
    with coming.requests.open("rb") as file:
        os.fsync(file.fileno())
    coming.path.rename(settled.path)
    _sync_names(folder)
    return settled


class AnswerFile:
    """Answers that are written, in groups; what wasn't finished is written over.

    Parameters
    ----------
    extent : int
        Bytes of it that count.
    """

    def __init__(self, path: Path, extent: int) -> None:
        new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "r+b")
        self.extent = extent
        self.back_to(extent)
        if new:
            _sync_names(path.parent)

    def append(self, answers: bytes) -> int:
        """Write a group durably; return how far the file goes then."""
        self._file.write(gzip.compress(answers, compresslevel=1))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def back_to(self, extent: int) -> None:
        """Forget what is beyond."""
        self._file.seek(extent)
        self._file.truncate()
        self.extent = extent

    def close(self) -> None:
        """Close it."""
        self._file.close()


def read_answers(file: BinaryIO, extent: int) -> Iterator[bytes]:
    """The answers in a file, up to some extent of it, in parts; the file is closed afterwards."""
    with file:
        group = zlib.decompressobj(GZIP)
        while extent > 0 and (part := file.read(min(PART, extent))):
            extent -= len(part)
            while part:
                yield group.decompress(part)
                part = group.unused_data  # the next group begins in it
                group = zlib.decompressobj(GZIP) if group.eof else group


def _sync_names(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
