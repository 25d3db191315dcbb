"""A body of facts: its form by its content type, and its bytes in a file while they come in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from anyio import to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from ledger.reports.reading import Form
from service.refusals import BodyTooLarge, Gone, LengthRequired, NoRoom, UnsupportedMediaType

FORMS: Mapping[str, Form] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}
"""The form of a body, by its content type."""

PARAMETERS = {"charset=utf-8", "header=present"}
"""Parameters that a content type may have: they say what is so anyway."""

TAKEN = (
    "send application/json (an array of rows), application/x-ndjson, text/csv or "
    "application/vnd.apache.parquet, text in UTF-8, without compression"
)
SMALL = 1 << 18
"""Bytes of a body that comes in and is loaded beside large ones."""

IN_MEMORY = 1 << 20
"""Bytes kept before a file is made, and written to it at once."""


def form_of_body(headers: Mapping[str, str]) -> Form:
    """The form that the content type names.

    Raises
    ------
    UnsupportedMediaType
        Where it names none, or the body is compressed.
    """
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    said = {part.strip().replace('"', "").replace(" ", "") for part in parameters} - {""}
    coding = headers.get("content-encoding", "identity").strip().lower()
    form = FORMS.get(kind.strip())
    if form is None or said - PARAMETERS or coding != "identity":
        raise UnsupportedMediaType("the body is of another kind", remedy=TAKEN)
    return form


@asynccontextmanager
async def received(request: Request, limit: int, folder: Path | None) -> AsyncIterator[BinaryIO]:
    """Take a body in and yield it as a file at its beginning; the file is gone afterwards.

    Raises
    ------
    LengthRequired, BodyTooLarge, Gone
    NoRoom
        Where the disk is full.
    """
    with spool(folder) as file:
        await receive_into(request, file, limit)
        yield file


async def receive_into(request: Request, file: BinaryIO, limit: int) -> None:
    """Take a body into a file and go to its beginning; raises as `received` does."""
    _check_length(request.headers, limit)
    try:
        await _take_in(request, file, limit)
        file.seek(0)
    except OSError as error:
        raise NoRoom(
            "the service has no room for the body", remedy="send it later, or in parts"
        ) from error


def spool(folder: Path | None) -> BinaryIO:
    """A file that is in memory until it grows, and gone when it is closed, whatever happens."""
    where = None if folder is None else str(folder)
    return cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY, dir=where))


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of a file from its beginning, in hexadecimal digits; it is left there."""
    found = sha256()
    while part := file.read(IN_MEMORY):
        found.update(part)
    file.seek(0)
    return found.hexdigest()


def is_small(headers: Mapping[str, str]) -> bool:
    """Whether a body says that it is at most `SMALL` bytes long."""
    declared = headers.get("content-length", "")
    return declared.isdecimal() and len(declared) < 10 and int(declared) <= SMALL


async def _take_in(request: Request, file: BinaryIO, limit: int) -> None:
    waiting = bytearray()
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            waiting += part
            if len(waiting) >= IN_MEMORY:
                await to_thread.run_sync(file.write, bytes(waiting))
                waiting.clear()
    except ClientDisconnect as error:
        raise Gone("the connection was closed before the body was complete") from error
    await to_thread.run_sync(file.write, bytes(waiting))


def _check_length(headers: Mapping[str, str], limit: int) -> None:
    declared = headers.get("content-length")
    if declared is None and "transfer-encoding" not in headers:
        raise LengthRequired("there is no body", remedy="send one, with its Content-Length")
    known = declared is not None and declared.isdecimal()
    if known and (len(str(declared)) > 15 or int(str(declared)) > limit):
        raise _too_large(limit)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"the body has more than {limit} bytes", remedy="send it in several parts")
