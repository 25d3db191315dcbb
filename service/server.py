"""The server: uvicorn with a bounded patience and our application, in one process or several.

The application is imported where it is made: the parent of several processes has no need of it, and
its children answer the parent's pings while they import it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url
from uvicorn.supervisors.multiprocess import Multiprocess

from ledger.faults import WrongDatabaseUrl
from service.settings import Settings
from service.siblings import Siblings

SHUTDOWN_S = 10
"""Seconds that requests in flight have to finish after SIGTERM."""

HUNG_S = 30
"""Seconds after which a worker process that doesn't answer its parent is replaced."""


def build(settings: Settings) -> uvicorn.Server:
    """Make the server of an application in this process; nothing listens yet."""
    from service.app import create_app

    return uvicorn.Server(_configuration(settings, create_app(settings)))


def run(settings: Settings) -> None:
    """Serve until a signal ends it, with as many processes as the settings say.

    Raises
    ------
    WrongDatabaseUrl
        Where several processes are asked for and the ledger is on SQLite.
    """
    if settings.workers == 1:
        build(settings).run()
        return
    _require_a_server_store(settings)
    with TemporaryDirectory(prefix="tricredit-workers-") as folder, _port_of(settings) as port:
        made = partial(_of_many, settings, Path(folder))
        Multiprocess(_configuration(settings, made, factory=True), [port]).run()


def _of_many(settings: Settings, folder: Path) -> FastAPI:
    """The application of one of several processes, which ends when its parent has ended."""
    from service.app import create_app

    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return create_app(settings, Siblings(folder))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)  # who was killed can't tell its workers to stop


def _configuration(
    settings: Settings, app: FastAPI | Callable[[], FastAPI], *, factory: bool = False
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http="service.patience:PatientProtocol",
        ws="none",
        lifespan="on",
        timeout_keep_alive=ceil(settings.receive_timeout_s),
        timeout_graceful_shutdown=SHUTDOWN_S,
        timeout_worker_healthcheck=HUNG_S,
        server_header=False,
        proxy_headers=False,
    )


def _require_a_server_store(settings: Settings) -> None:
    """Raise `WrongDatabaseUrl` where the ledger is a file: its committer is one process."""
    try:
        several = make_url(settings.db).get_backend_name() in ("postgresql", "postgres")
    except Exception:  # told as any other URL that can't be read, when it is opened
        return
    if not several:
        raise WrongDatabaseUrl(
            f"{settings.workers} worker processes want PostgreSQL: a file has one writer",
            field="workers",
            remedy="name a postgresql:// URL in TRICREDIT_DB, or serve with one worker",
        )


def _port_of(settings: Settings) -> socket.socket:
    """The socket that all processes accept from, bound once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns TCP_NODELAY on only where the protocol is named
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((settings.host, settings.port))
    return made
