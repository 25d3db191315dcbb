"""Where the time of a process goes: stacks sampled by py-spy while it is under load."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from benchmarks.stage.wrk import Load, told

HOW_TO_GET_IT = "py-spy is not here: pip install py-spy, in any environment on the PATH"
SAMPLES_A_SECOND = "200"
OURS = re.compile(
    r"^(?P<name>\S+) \((?:.*/)?(?P<file>(?:features|ledger|lending|models|scoring|service)/\S+\.py)"
)


def record_stacks(load: Load, pid: int, file: Path) -> Counter[str]:
    """Sample the threads that run while a load lasts; returns the share of each function of ours.

    Parameters
    ----------
    file : Path
        Gets the stacks, one a line with its number of samples: what flame graphs are made of.

    Returns
    -------
    Counter of str
        Part of the samples with the function, or what it calls, at work; 0-1.
    """
    sampling = [_program(), "record", "--pid", str(pid), "--rate", SAMPLES_A_SECOND]
    how = ["--duration", str(load.seconds), "--format", "raw", "--output", str(file), "--function"]
    running = load.start()
    subprocess.run([*sampling, *how], check=True, capture_output=True)  # noqa: S603 - named by us
    told(running)
    return shares(file.read_text(encoding="utf-8"))


def shares(stacks: str) -> Counter[str]:
    """The part of the samples in which each function of ours is on the stack."""
    found: Counter[str] = Counter()
    every = 0
    for line in stacks.splitlines():
        frames, _, count = line.rpartition(" ")
        every += int(count)
        named = (OURS.match(frame) for frame in frames.split(";"))
        for one in {f"{match['file']}: {match['name']}" for match in named if match}:
            found[one] += int(count)
    return Counter({name: count / every for name, count in found.items()})


def _program() -> str:
    found = shutil.which("py-spy")
    if found is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    return found
