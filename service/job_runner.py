"""The runner of jobs: one thread that takes open jobs in turn, a group of lines of each.

Single scores and batches have slots of their own. Whatever ends the process, the next one goes on.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from ledger.acting import EVERY, acting_for
from ledger.database import reading
from ledger.faults import Fault
from ledger.jobs import open_jobs, over_before, removed
from service.composition import Composition
from service.job_files import INCOMING, JobFolder, jobs_folder, used_bytes
from service.job_work import JobWork
from service.line_answer import fault_of
from service.refusals import NoRoom

log = logging.getLogger("tricredit.service")

LOOK_EVERY_S = 2.0
"""Seconds between looks for jobs that another process has left."""

TRY_AGAIN_S = 5.0
"""Seconds before a group is tried again that couldn't be answered for now."""

SWEEP_EVERY_S = 600.0
MOST_LOOKED_AT = 1_000
LEFT_BEHIND = timedelta(days=1)


class Runner:
    """Works on jobs until it is closed.

    Parameters
    ----------
    composition : Composition
        The parts of the service; ledger and model may come later.
    """

    def __init__(self, composition: Composition) -> None:
        self._composition = composition
        self.folder: Path = jobs_folder(composition.settings)
        self._open: dict[str, JobWork] = {}
        self._woken = Event()
        self._ended = False
        self._again_at = 0.0
        self._look_at = 0.0
        self._sweep_at = 0.0
        self._thread = Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there is a new job, or one less."""
        self._look_at = 0.0
        self._woken.set()

    def close(self) -> None:
        """Finish the group that was begun, and let all jobs go."""
        self._ended = True
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            try:
                worked = self._turn()
            except Exception as error:
                fault_of(error)  # logs what is no refusal, as of a ledger that isn't there yet
                worked = False
            if not worked:
                self._woken.wait(LOOK_EVERY_S)
            self._woken.clear()
        for work in self._open.values():
            work.close()

    def _turn(self) -> bool:
        """A group of lines of each open job; False where there was nothing to do."""
        if not self.folder.is_dir():  # no job was ever sent
            return False
        if monotonic() >= self._sweep_at:
            self._sweep_at = monotonic() + SWEEP_EVERY_S
            self._sweep()
        if monotonic() >= self._look_at:
            self._look_at = monotonic() + LOOK_EVERY_S
            self._take_up()
        if not self._open or monotonic() < self._again_at:
            return False
        full = used_bytes(self.folder) > self._composition.settings.jobs_limit_bytes
        waits = [self._step(work, full=full) for work in [*self._open.values()] if not self._ended]
        if all(waits):
            self._again_at = monotonic() + TRY_AGAIN_S
        return True

    def _step(self, work: JobWork, *, full: bool) -> bool:
        """Work on a job; whether it has to wait."""
        try:
            with acting_for(work.tenant):
                outcome = work.step(_no_room() if full else None)
        except OSError as error:
            log.warning("job %s: %s", work.id, error)
            work.wait(_no_room())
            return True
        except Exception as error:
            work.wait(fault_of(error))
            return True
        if outcome == "over":
            self._open.pop(work.id).close()
        return outcome == "waits"

    def _take_up(self) -> None:
        most = self._composition.settings.jobs_open
        if len(self._open) >= most:
            return
        with acting_for(EVERY), reading(self._composition.ledger()) as connection:
            rows = open_jobs(connection, MOST_LOOKED_AT)
        for row in rows:
            if len(self._open) >= most:
                return
            if row.id not in self._open:
                folder = JobFolder(self.folder, row.id)
                with acting_for(row.tenant):
                    work = JobWork.take_up(self._composition, row, folder)
                if work is not None:
                    self._open[row.id] = work

    def _sweep(self) -> None:
        """Remove answers that were kept long enough, and what never became a job."""
        now = datetime.now(UTC)
        kept = timedelta(days=self._composition.settings.jobs_kept_days)
        with acting_for(EVERY), reading(self._composition.ledger()) as connection:
            old = over_before(connection, now - kept)
        for row in old:
            JobFolder(self.folder, row.id).remove()
            gone = partial(removed, tenant=row.tenant, id=row.id, now=now)
            self._composition.committer().run(gone, row.tenant)
        for path in (self.folder / INCOMING).glob("*"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - LEFT_BEHIND:
                JobFolder(path.parent, path.name).remove()


def _no_room() -> Fault:
    return NoRoom(
        "the service has no room for more answers",
        remedy="remove jobs that are done (DELETE /score/jobs/{id}), or give the folder of jobs "
        "more room; the job then goes on",
    )
