"""A caller of batches that sends and reads as it likes."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from typing import Any

HEAD = (
    b"POST /score/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


class Caller:
    """A caller that sends and reads as it likes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.sendall(HEAD)
        self.read = b""

    def send(self, *lines: bytes) -> None:
        self.socket.sendall(chunk(b"".join(line + b"\n" for line in lines)))

    def until(self, mark: bytes) -> bytes:
        """Read until something has come; what was read is forgotten."""
        while mark not in self.read:
            part = self.socket.recv(65536)
            assert part, f"closed before {mark!r} came"
            self.read += part
        came, _, self.read = self.read.partition(mark)
        return came + mark

    def rest(self) -> bytes:
        """Read to the end."""
        try:
            while part := self.socket.recv(65536):
                self.read += part
        except ConnectionResetError:
            pass
        return self.read


def batch(address: str, parts: Iterable[bytes]) -> dict[str, Any]:
    """Send a batch and read its answers meanwhile; its last line."""
    caller = Caller(int(address.rpartition(":")[2]))
    with caller.socket:
        return last_line(caller, parts)


def last_line(caller: Caller, parts: Iterable[bytes]) -> dict[str, Any]:
    """Send parts to their end while a thread reads; the last line of the answer."""

    def send() -> None:
        for part in parts:
            caller.socket.sendall(chunk(part))
        caller.socket.sendall(b"0\r\n\r\n")

    sender = threading.Thread(target=send)
    sender.start()
    last = b""
    while not last.endswith(b"0\r\n\r\n"):
        part = caller.socket.recv(1 << 16)
        assert part
        last = (last + part)[-4096:]
    sender.join()
    found: dict[str, Any] = json.loads(last[last.rindex(b'{"lines"') :].split(b"\r")[0])
    return found
