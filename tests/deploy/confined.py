"""A process held as its container would hold it: no root, no capability, nothing to write to.

As root (CI) the file system is read-only but for a data folder and one for what is temporary, in
a mount namespace; the user is 10001 with no capability and no way to new privileges. Without root
there are no namespaces to make: then what is installed is only taken the right to be written.
"""

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

UID = 10001
READ_ONLY = """
set -e
mount --make-rprivate /
mount --bind "$DATA" "$DATA"
mount --bind "$TMPDIR" "$TMPDIR"
mount --bind /tmp /tmp
mount -o remount,bind,ro /tmp
mount -o remount,bind,ro /
cd "$DATA"
exec setpriv --reuid 10001 --regid 10001 --clear-groups --inh-caps=-all --bounding-set=-all \
    --no-new-privs -- "$@"
"""


def forbid_writing(folder: Path) -> None:
    """Take the right to write from everybody, for all that is in a folder."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


def allow_writing(folder: Path) -> None:
    """Give its owner the right back, so that it can be removed."""
    for path in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o700)


def give(data: Path) -> None:
    """Make a data folder the container's user's."""
    if os.geteuid() == 0:
        for path in (data, *data.rglob("*")):
            shutil.chown(path, UID, UID)


@contextmanager
def confined(
    words: Sequence[str], environment: Mapping[str, str], data: Path
) -> Iterator["subprocess.Popen[str]"]:
    """Run a program so while the block runs; it is killed at the end, if it still runs."""
    temporary = data.with_name("tmp")
    temporary.mkdir(exist_ok=True)
    give(temporary)
    script = ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [*script, *words],
        env={**environment, "DATA": str(data), "TMPDIR": str(temporary)},
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def wait_until_live(process: "subprocess.Popen[str]", address: str) -> float:
    """Seconds until a service answers; its own words where it ends instead."""
    begun = time.monotonic()
    while time.monotonic() < begun + 240:
        assert process.poll() is None, process.communicate()[0]
        try:
            httpx.get(f"{address}/health/live", timeout=5).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return time.monotonic() - begun
    raise AssertionError("the service doesn't answer")
