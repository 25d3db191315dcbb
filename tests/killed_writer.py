"""A process that writes until it is killed: eight threads through one committer.

``python tests/killed_writer.py URL UNTIL START...`` with a START for each thread. Thread ``t``
writes its units START, START + 1 ... up to UNTIL, each again until it is done, and prints
``t unit`` once the unit is committed. Even threads append a batch of three parties, odd ones a
score record under an idempotency key: to do either twice is harmless.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from ledger.committing import Committer
from ledger.database import open_database
from ledger.faults import DatabaseUnreachable
from ledger.idempotency import Given, RequestKey, fingerprint, once
from ledger.principals import OWNER
from ledger.records import append_record
from ledger.writer import append

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ROWS = 3


def unit(thread: int, number: int, connection: Connection) -> None:
    """Unit ``number`` of a thread."""
    if thread % 2 == 0:
        refs = [f"{thread}-{number}-{row}" for row in range(ROWS)]
        append(
            connection,
            OWNER,
            {"party": [{"ref": ref, "happened_at": NOW} for ref in refs]},
            source_system="test",
            historical=True,
            recorded_at=NOW,
        )
        return
    name = f"{thread}-{number}"
    once(
        connection,
        OWNER.tenant,
        RequestKey(name, fingerprint(name)),
        NOW,
        lambda same: _record(same, name),
    )


def _record(connection: Connection, name: str) -> Given:
    record = append_record(
        connection,
        OWNER,
        recorded_at=NOW,
        bundle="b",
        pack="p",
        as_of=NOW,
        history_before=NOW,
        cut_seq=0,
        request=name,
        features="{}",
        circumstances="{}",
        reply="{}",
    )
    return Given(record.reply, record.id)


def write(committer: Committer, thread: int, start: int, until: int) -> None:
    for number in range(start, until):
        while True:
            try:
                committer.run(lambda one, at=number: unit(thread, at, one), OWNER.tenant)  # type: ignore[misc]
                break
            except (OperationalError, DatabaseUnreachable):  # the server was killed, not we
                time.sleep(0.05)
        os.write(1, f"{thread} {number}\n".encode())  # one write: lines of threads don't mix


def main(url: str, until: int, starts: list[int]) -> None:
    engine = open_database(url)
    with Committer(engine) as committer, ThreadPoolExecutor(len(starts)) as pool:
        threads = [
            pool.submit(write, committer, thread, start, until)
            for thread, start in enumerate(starts)
        ]
        for one in threads:
            one.result()
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), list(map(int, sys.argv[3:])))
