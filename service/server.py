"""The server: uvicorn with one worker, a bounded patience and our application."""

from __future__ import annotations

from math import ceil

import uvicorn

from service.app import create_app
from service.patience import PatientProtocol
from service.settings import Settings

SHUTDOWN_S = 10
"""Seconds that requests in flight have to finish after SIGTERM."""


def build(settings: Settings) -> uvicorn.Server:
    """Make the server of an application; nothing listens yet."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            http=PatientProtocol,
            ws="none",
            lifespan="on",
            timeout_keep_alive=ceil(settings.receive_timeout_s),
            timeout_graceful_shutdown=SHUTDOWN_S,
            server_header=False,
            proxy_headers=False,
        )
    )


def run(settings: Settings) -> None:
    """Serve until a signal ends it. SQLite takes one process, so there is one worker."""
    build(settings).run()
