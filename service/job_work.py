"""Work on one job: a group of lines answered, written down, and only then counted.

A group is answered under keys made of the job and the numbers of its lines. Where the process dies
before the group is counted, the answers are written again, the same bytes, and nothing is decided
twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from time import perf_counter
from typing import BinaryIO, Literal, Self, cast

from ledger.database import reading
from ledger.faults import Fault
from ledger.job_table import ScoreJob
from ledger.jobs import OPEN, Progress, begin, finish, move_on, put_off, read_job, removed
from ledger.principals import Principal
from ledger.reports.report_faults import ReportFault
from ledger.tenants import book
from service.batch_lines import MOST_BYTES, MOST_LINES, Line, line_key
from service.composition import Composition
from service.job_files import AnswerFile, Claim, JobFolder
from service.job_lines import JobForm, lines_of
from service.line_answer import Answer, Tally
from service.line_desk import answer_lines
from service.problems import PASSING, STATUS, problem
from service.refusals import FilesLost

Outcome = Literal["worked", "waits", "over"]


class JobWork:
    """A job that this process works on, from where it stood.

    Closed when it is over or let go: whoever takes it up then goes on from what was counted.

    Parameters
    ----------
    claim : Claim
        The lock of its files; released by `close`, and where it can't be begun.
    """

    def __init__(
        self, composition: Composition, row: ScoreJob, folder: JobFolder, claim: Claim
    ) -> None:
        self._composition = composition
        self._folder = folder
        self.tenant, self.id = row.tenant, row.id
        self._principal = Principal(row.tenant, row.signed_by, frozenset({"scorer"}))
        self._tally = Tally(row.replies, row.problems)
        self._busy_us = row.busy_us
        self._group: list[Line] = []
        with ExitStack() as stack:
            stack.callback(claim.release)
            requests = stack.enter_context(folder.requests.open("rb"))
            self._lines = self._from_where_it_stood(requests, row)
            self._answers = AnswerFile(folder.answers, row.result_bytes)
            stack.callback(self._answers.close)
            self.close = stack.pop_all().close

    @classmethod
    def take_up(cls, composition: Composition, row: ScoreJob, folder: JobFolder) -> Self | None:
        """Take a job up; None where somebody else has it, or it is over by now."""
        claim = Claim.of(folder)
        if claim is None:
            return None
        with ExitStack() as stack:
            stack.callback(claim.release)
            with reading(composition.ledger()) as connection:
                row = read_job(connection, row.tenant, row.id)  # as it is under the lock
            now = datetime.now(UTC)
            moved = partial(begin, tenant=row.tenant, id=row.id, now=now)
            if row.state not in OPEN or not composition.committer().run(moved, row.tenant):
                return None
            stack.pop_all()  # from here on the work has it
        try:
            return cls(composition, row, folder, claim)
        except FileNotFoundError:
            lost = FilesLost("the file of the job is gone", remedy="send it again as a new job")
            _end(composition, row.tenant, row.id, lost)
            return None

    def step(self, held_up: Fault | None = None) -> Outcome:
        """Answer the next group of lines, unless something holds all jobs up."""
        began = perf_counter()
        if not self._still_wanted():
            self._discard()
            return "over"
        if held_up is not None:
            self.wait(held_up)
            return "waits"
        try:
            self._group = self._group or self._next_group()
        except ReportFault as fault:  # it was read to its end when it was sent
            return self._over(fault)
        answers = self._answered(self._group)
        waits_for = next((one.fault for one in answers if _for_now(one.fault)), None)
        if waits_for is not None:
            self.wait(waits_for)
            return "waits"
        tally = Tally(self._tally.replies, self._tally.problems)
        for answer in answers:
            tally.count(answer)
        told = b"".join(answer.told for answer in answers)
        extent = self._answers.append(told or tally.told)
        self._busy_us += round((perf_counter() - began) * 1_000_000)
        if not self._counted(tally, extent):
            self._discard()
            return "over"
        self._group, self._tally, self._answers.extent = [], tally, extent
        return "worked" if answers else self._over(None)

    def wait(self, fault: Fault) -> None:
        """Go back to what counts, and say what the job waits for."""
        self._answers.back_to(self._answers.extent)
        work = partial(put_off, tenant=self.tenant, id=self.id, fault=_told(fault))
        self._composition.committer().submit(work, self.tenant)

    def _still_wanted(self) -> bool:
        with reading(self._composition.ledger()) as connection:
            return read_job(connection, self.tenant, self.id).state in OPEN

    def _over(self, fault: Fault | None) -> Outcome:
        """End the job; what was sent isn't needed any more."""
        _end(self._composition, self.tenant, self.id, fault)
        self._folder.requests.unlink(missing_ok=True)
        return "over"

    def _discard(self) -> None:
        """Remove what was written of a job that was cancelled meanwhile."""
        self._folder.remove()
        work = partial(removed, tenant=self.tenant, id=self.id, now=datetime.now(UTC))
        self._composition.committer().submit(work, self.tenant)

    def _from_where_it_stood(self, requests: BinaryIO, row: ScoreJob) -> Iterator[Line]:
        settings = self._composition.settings
        with reading(self._composition.ledger()) as connection:
            currency = book(connection, row.tenant).base_currency
        lines = lines_of(
            requests,
            cast(JobForm, row.form),
            currency=currency,
            longest=settings.body_limit_bytes,
            most=row.lines_total,
        )
        return islice(lines, row.lines_done, None)

    def _next_group(self) -> list[Line]:
        group: list[Line] = []
        size = 0
        while len(group) < MOST_LINES and size < MOST_BYTES:
            line = next(self._lines, None)
            if line is None:
                break
            group.append(line)
            size += len(line.body)
        return group

    def _answered(self, group: list[Line]) -> list[Answer]:
        key_of = partial(line_key, self.id)
        now = datetime.now(UTC)
        return answer_lines(self._composition, self._principal, group, key_of, now)

    def _counted(self, tally: Tally, extent: int) -> bool:
        progress = Progress(tally.lines, tally.replies, tally.problems, extent, self._busy_us)
        work = partial(move_on, tenant=self.tenant, id=self.id, progress=progress)
        return self._composition.committer().run(work, self.tenant)


def _told(fault: Fault) -> str:
    """A fault as it is kept with a job: a problem in JSON."""
    return problem(fault).model_dump_json()


def _for_now(fault: Fault | None) -> bool:
    return fault is not None and STATUS.get(fault.code) in PASSING


def _end(composition: Composition, tenant: str, id: str, fault: Fault | None) -> None:
    state: Literal["done", "failed"] = "done" if fault is None else "failed"
    work = partial(
        finish,
        tenant=tenant,
        id=id,
        state=state,
        now=datetime.now(UTC),
        fault=None if fault is None else _told(fault),
    )
    composition.committer().run(work, tenant)
