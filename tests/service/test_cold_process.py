"""Cold work gives the same numbers in a process of its own, which comes and goes as it should."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from ledger.database import open_database
from scoring.asking import Request
from scoring.history import is_history
from scoring.working_out import WorkOut, worked_out
from service.cold_process import ColdProcess
from tests.scoring.asked import opened, some_requests
from tests.worlds import SmallWorld

HISTORY = [one for one in RELATIONS if is_history(one) and not one.after][:6]


@pytest.fixture(scope="module")
def engine(small_world: SmallWorld) -> Iterator[Engine]:
    """The lender's ledger, only read."""
    engine = open_database(f"sqlite:///{small_world.ledger}")
    yield engine
    engine.dispose()


@pytest.fixture
def asked(small_world: SmallWorld) -> Request:
    return some_requests(small_world, 1, seed=3)[0]


def shown(db: Engine) -> str:
    return db.url.render_as_string(hide_password=False)


def told(work_out: WorkOut, engine: Engine, asked: Request) -> list[bytes]:
    found = work_out(engine, opened(engine), [asked], HISTORY)
    return [found[one.name].tobytes() for one in HISTORY]


def eventually(holds: Callable[[], object], within_s: float = 60.0) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it didn't come to that"
        time.sleep(0.05)


def started(cold: ColdProcess) -> bool:
    return cold.pid is not None


def there(pid: int) -> bool:
    """Whether a process runs, and isn't just waiting to be counted as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def cold(engine: Engine) -> Iterator[ColdProcess]:
    """One that is started by the first piece of work."""
    cold = ColdProcess(shown(engine), many=1)
    yield cold
    cold.close()


def test_it_gives_the_same_bits_is_started_again_when_it_died_and_ends(
    cold: ColdProcess, engine: Engine, asked: Request
) -> None:
    here = told(worked_out, engine, asked)
    assert told(cold, engine, asked) == here, "while it starts the work is done here"
    assert cold.elsewhere == 0
    eventually(lambda: cold.pid)
    first = cold.pid
    assert first not in {None, os.getpid()}
    assert told(cold, engine, asked) == here
    assert cold.elsewhere == 1

    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert told(cold, engine, asked) == here
    told(cold, engine, asked)
    eventually(lambda: cold.pid not in {None, first})
    assert told(cold, engine, asked) == here
    assert cold.elsewhere == 2

    last = cold.pid
    cold.close()
    eventually(lambda: last is None or not there(last))
    assert told(cold, engine, asked) == here, "closed, it is done here again"


def test_it_is_for_work_that_meets(engine: Engine, asked: Request) -> None:
    cold = ColdProcess(shown(engine))
    told(cold, engine, asked)
    assert not started(cold)
    try:
        for _ in range(40):  # until two of them meet
            threads = [Thread(target=told, args=(cold, engine, asked)) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if started(cold):
                break
        eventually(lambda: cold.pid)
    finally:
        cold.close()


def test_none_is_started_where_none_is_allowed(engine: Engine, asked: Request) -> None:
    cold = ColdProcess(shown(engine), allowed=False, many=1)
    assert told(cold, engine, asked) == told(worked_out, engine, asked)
    assert cold.pid is None


KILLED = """
import sys, time
from service.cold_process import ColdProcess
if __name__ == "__main__":
    cold = ColdProcess(sys.argv[1], many=1)
    with cold._counted():
        while cold.pid is None:
            time.sleep(0.05)
    print(cold.pid, flush=True)
    time.sleep(600)
"""


def test_it_doesnt_outlive_a_service_that_is_killed(engine: Engine, tmp_path: Path) -> None:
    script = tmp_path / "service_that_dies.py"
    script.write_text(KILLED, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, str(script), shown(engine)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as service:
        assert service.stdout is not None
        pid = int(service.stdout.readline())
        assert there(pid)
        service.kill()
        service.wait()
        eventually(lambda: not there(pid))
