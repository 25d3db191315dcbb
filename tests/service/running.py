"""A real service for tests: uvicorn in a thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from service.server import build
from service.settings import Settings


@contextmanager
def listening(server: uvicorn.Server) -> Iterator[int]:
    """Run a server on a free port of 127.0.0.1 while the block runs; yields the port."""
    # asyncio turns TCP_NODELAY on only where the protocol is named
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serving(settings: Settings) -> Iterator[int]:
    """Serve as ``tricredit serve`` does while the block runs; yields the port."""
    with listening(build(settings)) as port:
        yield port
