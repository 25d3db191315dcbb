"""Giving an answer again that still holds: nothing is worked out, all is recorded.

Such an answer needs no thread and no reading of the ledger. It is put on record together with its
neighbours, under the lock of the book, which says there whether the answer holds.
"""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ledger.database import reading
from ledger.faults import Fault, KeyReused
from ledger.idempotency import Given, RequestKey, given_before, keep_keys
from ledger.ids import new_id
from ledger.joint_work import Joint
from ledger.principals import Principal
from ledger.records import NewRecord, append_records
from ledger.tenants import book, lock_book
from scoring.answer_memory import Key
from scoring.asking import Mode
from scoring.kept_answers import KeptAnswer
from scoring.serving import Served
from service.composition import Composition, Scoring
from service.schemas import ScoreRequest
from service.shadowing import Answered


@dataclass(frozen=True)
class Asking:
    """A request that has come in; arguments as of ``desk.answer``."""

    principal: Principal
    asked: ScoreRequest
    body: str
    now: datetime
    key: RequestKey | None = None


@dataclass(frozen=True)
class Restated:
    """A score given again, and what goes on record of it."""

    principal: Principal
    kept: KeptAnswer
    record: NewRecord
    key: RequestKey | None


Recorded = str | KeyReused | None
"""The reply on record; or why there is none; None where the answer holds no longer."""


async def answer_again(composition: Composition, asking: Asking) -> bytes | None:
    """The answer where one is remembered that holds still; None where it must be worked out.

    Runs on the event loop: nothing is read, and the record is waited for there. Raises what
    ``desk.answer`` does.
    """
    try:
        parts = composition.scoring(asking.now.date())
    except Fault:  # the desk says what is missing
        return None
    remembered = memory_key(parts, asking)
    kept = None if remembered is None else parts.answers.look_up(remembered)
    if kept is None or not kept.timely(asking.now) or not _pack_kept(parts, asking):
        return None
    again = _restated(parts, kept, asking)
    given = await wrap_future(parts.committer.submit(again, asking.principal.tenant))
    return _told(parts, asking, again.item, given)


def answer_still(parts: Scoring, asking: Asking) -> bytes | None:
    """As `answer_again`, where the ledger must be asked whether the answer holds. Blocking."""
    remembered = memory_key(parts, asking)
    if remembered is None or parts.answers.look_up(remembered) is None:
        return None
    tenant = asking.principal.tenant
    with reading(parts.engine) as connection:
        opened = book(connection, tenant)
        kept = parts.answers.still_holds(connection, remembered, opened, asking.now)
    if kept is None or not _pack_kept(parts, asking):
        return None
    again = _restated(parts, kept, asking)
    return _told(parts, asking, again.item, parts.committer.run(again, tenant))


def remember(parts: Scoring, asking: Asking, served: Served, told: Mapping[str, Any]) -> None:
    """Remember an answer that was worked out and recorded, where it may be."""
    remembered = memory_key(parts, asking)
    if remembered is not None:
        kept = KeptAnswer.of(served.scored, served.gathered, told, parts.pack)
        parts.answers.remember(remembered, kept)


def memory_key(parts: Scoring, asking: Asking) -> Key | None:
    """Under what an answer is remembered; None where none may be.

    A what-if is asked of an instant of its own, and a name may be a person's, which the ledger
    keeps in another form.
    """
    asked = asking.asked
    if asked.why is not Mode.DECISION or asked.supplier.name or asked.buyer.name:
        return None
    bundles = str(sorted(parts.parties.ids.items()))
    what = asked.model_dump_json(exclude={"request_id"})
    return (asking.principal.tenant, parts.bundle.id, parts.pack.id, bundles, what)


def put_on_record(connection: Connection, asked: Sequence[Restated]) -> list[Recorded]:
    """Put answers of one tenant on record together, in order, as far as they hold.

    One whose key was given before is answered as before. A twin within the group isn't answered
    here: whoever asks for it finds the first one by its key.
    """
    tenant = asked[0].principal.tenant
    locked = lock_book(connection, tenant)
    before = [None if one.key is None else _before(connection, tenant, one.key) for one in asked]
    keys: set[str] = set()
    new: list[Restated] = []
    for one, given in zip(asked, before, strict=True):
        twin = one.key is not None and one.key.text in keys
        if given is None and not twin and one.kept.book.changes == locked.changes:
            new.append(one)
            keys |= {one.key.text} if one.key is not None else set()
    if new:
        records = [(one.principal, one.record) for one in new]
        append_records(connection, records, locked=locked)
        keyed = [
            (one.key, Given(one.record.reply, one.record.id)) for one in new if one.key is not None
        ]
        keep_keys(connection, tenant, keyed, new[-1].record.recorded_at)
    recorded = {id(one): one.record.reply for one in new}
    return [
        recorded.get(id(one)) if given is None else given
        for one, given in zip(asked, before, strict=True)
    ]


def _restated(parts: Scoring, kept: KeptAnswer, asking: Asking) -> Joint[Restated, Recorded]:
    record = kept.record(
        new_id(),
        asking.asked.request_id,
        asking.now,
        request=asking.body,
        bundle=parts.bundle.id,
    )
    return Joint(put_on_record, Restated(asking.principal, kept, record, asking.key))


def _before(connection: Connection, tenant: str, key: RequestKey) -> str | KeyReused | None:
    try:
        return given_before(connection, tenant, key)
    except KeyReused as fault:
        return fault


def _told(parts: Scoring, asking: Asking, again: Restated, given: Recorded) -> bytes | None:
    """The answer, counted and scored along like any other unless it was given before."""
    if isinstance(given, KeyReused):
        raise given
    if given is None:
        return None
    if given is again.record.reply:
        kept, record = again.kept, again.record
        parts.answers.count()
        parts.meters.scored(dict(kept.counted))
        if parts.shadows.on:
            scored = kept.asked_again(asking.asked.request_id, asking.now)
            said = record.id, record.bundle, scored, kept.book, parts.pack, asking.now
            parts.shadows.take(Answered(*said))
    return given.encode()


def _pack_kept(parts: Scoring, asking: Asking) -> bool:
    return (asking.principal.tenant, parts.pack.id) in parts.packs_kept
