"""Loads of wrk in turns, and what they measured together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median
from time import sleep
from urllib.parse import urlsplit

from benchmarks.stage.wrk import Load, Turn, told

Name = tuple[str, int]
"""What is asked, and by how many connections."""


@dataclass(frozen=True)
class Measured:
    """Some turns of the same load.

    Attributes
    ----------
    answered : int
        Good answers of all turns.
    rate : float
        Good answers a second, the median of the turns; so are the next two.
    p50_ms, p99_ms : float
    shed, wrong : int
        Requests of all turns that were turned away, and that got no good answer.
    """

    answered: int
    rate: float
    p50_ms: float
    p99_ms: float
    shed: int
    wrong: int

    @classmethod
    def of(cls, turns: Sequence[Turn], connections: int) -> Measured:
        """What so many turns have measured."""
        return cls(
            sum(turn.good for turn in turns),
            median(_rate(turn, connections) for turn in turns),
            median(turn.p50_ms for turn in turns),
            median(turn.p99_ms for turn in turns),
            sum(turn.shed for turn in turns),
            sum(turn.wrong for turn in turns),
        )


def _rate(turn: Turn, connections: int) -> float:
    """Good answers a second of asking: where all was asked it waited after that."""
    return 1e3 * connections / turn.mean_ms if turn.all_asked and turn.requests else turn.rate


def in_turns_of(loads: Mapping[Name, Sequence[Load]]) -> dict[Name, Measured]:
    """Put each load on its server, the first of every name, then the second of every name.

    One begins when the server is done with what the one before has left in its queue.
    """
    turns: dict[Name, list[Turn]] = {name: [] for name in loads}
    for at in range(min(len(every) for every in loads.values())):
        for name, every in loads.items():
            turns[name].append(told(every[at].start()))
            settle(every[at])
    return {name: Measured.of(turns[name], every[0].connections) for name, every in loads.items()}


@dataclass(frozen=True)
class Storm:
    """Warm requests alone and while cold ones come in, and these."""

    alone: Measured
    under: Measured
    cold: Measured


def storm(warm: Load, colds: Sequence[Load]) -> Storm:
    """Warm requests alone, then together with cold ones: as often as there are of these."""
    alone, under, cold = [], [], []
    for load in colds:
        alone.append(told(warm.start()))
        settle(warm)
        breaking = load.start()
        under.append(told(warm.start()))
        cold.append(told(breaking))
        settle(warm)
    return Storm(
        Measured.of(alone, warm.connections),
        Measured.of(under, warm.connections),
        Measured.of(cold, colds[0].connections),
    )


def settle(load: Load) -> None:
    """Ask once, until the answer is good: what came before is answered then."""
    where = urlsplit(load.url)
    body = load.lines.read_text(encoding="utf-8").splitlines()[0].replace("REQUEST_ID", "settle")
    for _ in range(100):
        line = HTTPConnection(where.netloc, timeout=120)
        line.request("POST", where.path, body.encode(), {"Content-Type": "application/json"})
        status = line.getresponse().status
        line.close()
        if status == 200:
            return
        sleep(0.2)
    raise TimeoutError(f"{load.url} answers {status}")
