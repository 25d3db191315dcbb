"""Any order of writing, correcting, re-sending, reading, crashing and verifying, on both stores.

The oracle is a plain list (``plain_ledger``). What a cut has shown once it shows for ever.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from ledger.audit.checkpoints import (
    make_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from ledger.audit.verifying import verify
from ledger.clocks import Cut
from ledger.database import migrate, open_database, reading
from ledger.reader import last_seq
from ledger.records import append_record
from ledger.tenants import book
from tests.ledger.drafted_rows import DRAFTED, HOUR, Draft
from tests.ledger.driven_ledger import BEGIN, KEY, Crash, Driven
from tests.ledger.plain_ledger import LATENCY

WHICH = st.integers(0, 1)


class LedgerMachine(Driven, RuleBasedStateMachine):
    """Two lenders in one database; nothing crosses."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        Driven.__init__(self)

    # what is written

    @initialize()
    def begin_with_two_parties(self) -> None:
        for side in self.sides:
            parties = [
                {"ref": ref, "happened_at": BEGIN - 900 * HOUR, "known_at": None, "name": "name 0"}
                for ref in ("p0", "p1")
            ]
            self.write(side, {"party": parties}, historical=True, keep_good=False, grouped=False)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(
        which=WHICH,
        drafted=DRAFTED,
        twin=st.sampled_from(["", "", "equal", "other"]),
        historical=st.booleans(),
        keep_good=st.sampled_from([True, True, False]),
        grouped=st.booleans(),
    )
    def append(
        self,
        which: int,
        drafted: dict[str, list[Draft]],
        *,
        twin: str,
        historical: bool,
        keep_good: bool,
        grouped: bool,
    ) -> None:
        side = self.sides[which]
        batch = self.batch(side, drafted, twin)
        self.write(side, batch, historical=historical, keep_good=keep_good, grouped=grouped)

    @rule(which=WHICH, at=st.integers(0, 99), historical=st.booleans(), grouped=st.booleans())
    def send_again(self, which: int, at: int, historical: bool, grouped: bool) -> None:
        side = self.sides[which]
        batch = side.sent[at % len(side.sent)]
        self.write(side, batch, historical=historical, keep_good=True, grouped=grouped)

    @rule(which=WHICH, at=st.integers(0, 99), variant=st.integers(3, 5))
    def correct(self, which: int, at: int, variant: int) -> None:
        side = self.sides[which]
        parties = [fact for fact in side.plain.facts if fact.kind == "party"]
        row = {**parties[at % len(parties)].said, "name": f"name {variant}"}
        self.write(side, {"party": [row]}, historical=False, keep_good=False, grouped=False)

    @rule(which=WHICH)
    def record_a_score(self, which: int) -> None:
        side = self.sides[which]
        record = self.committer.run(
            partial(
                append_record,
                principal=side.principal,
                recorded_at=self.now,
                bundle="b",
                pack="p",
                as_of=self.now,
                history_before=self.now,
                cut_seq=side.plain.head,
                request="{}",
                features="{}",
                circumstances="{}",
                reply="{}",
            ),
            side.tenant,
        )
        assert record.seq == side.plain.record()

    @rule(drafted=st.lists(st.tuples(WHICH, DRAFTED), min_size=2, max_size=4), fails=WHICH)
    def append_in_a_group(
        self, drafted: list[tuple[int, dict[str, list[Draft]]]], fails: int
    ) -> None:
        batches = [
            (self.sides[which], self.batch(self.sides[which], draft, ""))
            for which, draft in drafted
        ]
        lost = self.committer.submit(
            partial(self.die, self.unit(self.sides[fails], batches[0][1])),
            self.sides[fails].tenant,
        )
        answers = [
            (side, batch, self.committer.submit(self.unit(side, batch), side.tenant))
            for side, batch in batches
        ]
        assert isinstance(lost.exception(), Crash)
        for side, batch, answer in answers:
            self.compare(answer.result(), side.plain.append(batch, self.now, historical=True))

    @rule(which=WHICH, drafted=DRAFTED, grouped=st.booleans())
    def crash_before_the_commit(
        self, which: int, drafted: dict[str, list[Draft]], grouped: bool
    ) -> None:
        side = self.sides[which]
        work = partial(self.die, self.unit(side, self.batch(side, drafted, "")))
        with suppress(Crash):
            self.run(side, work, grouped=grouped)
        self.close()
        self.open()

    # what is read

    @rule(
        which=WHICH,
        kind=st.sampled_from(sorted(LATENCY)),
        hours_ago=st.integers(0, 200),
        earlier=st.integers(0, 20),
    )
    def look(self, which: int, kind: str, hours_ago: int, earlier: int) -> None:
        side = self.sides[which]
        seq = max(0, side.plain.head - earlier)
        with reading(self.engine) as connection:
            zone = book(connection, side.tenant).tz
        cut = Cut.at(self.now - hours_ago * HOUR, zone, seq)
        assert cut.history_before == side.plain.day_began(cut.live_through)
        found = self.seen(side, kind, cut)
        assert found == side.plain.seen(kind, cut.live_through, seq)
        side.shown.append((cut, kind, found))

    @precondition(lambda self: any(side.shown for side in self.sides))
    @rule(at=st.integers(0, 99))
    def ask_the_same_again(self, at: int) -> None:
        shown = [(side, *one) for side in self.sides for one in side.shown]
        side, cut, kind, before = shown[at % len(shown)]
        assert self.seen(side, kind, cut) == before

    @rule(which=WHICH)
    def export_a_checkpoint(self, which: int) -> None:
        side = self.sides[which]
        path = self.folder / f"{side.tenant} {next(self.names)}.json"
        with reading(self.engine) as connection:
            write_checkpoint(make_checkpoint(connection, side.tenant, KEY, self.now), path)
        side.checkpoints.append(read_checkpoint(path))

    @rule(which=WHICH)
    def verify(self, which: int) -> None:
        side = self.sides[which]
        found = verify(self.engine, side.tenant, side.checkpoints[-4:], [KEY.public_key()])
        assert found.findings == ()
        assert (found.facts, found.records, found.last_seq) == (
            len(side.plain.facts),
            side.plain.records,
            side.plain.head,
        )

    @invariant()
    def heads_are_where_they_should_be(self) -> None:
        for side in self.sides:
            assert last_seq(self.engine, side.tenant) == side.plain.head

    def teardown(self) -> None:
        try:
            for which, side in enumerate(self.sides):
                for kind in LATENCY:
                    self.everything_is_there_once(side, kind)
                for cut, kind, before in side.shown:
                    assert self.seen(side, kind, cut) == before
                self.verify(which)
        finally:
            self.close()


def test_any_order_of_steps_leaves_what_a_plain_list_holds(
    database_url: str, tmp_path: Path
) -> None:
    engine: Engine = open_database(database_url)
    migrate(engine)
    engine.dispose()
    machine = type("OnThisStore", (LedgerMachine,), {"url": database_url, "folder": tmp_path})
    slower = 3 if engine.dialect.name == "postgresql" else 1
    examples = settings().max_examples // slower
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=16)
    )
