"""kill -9 in the midst of promotions: the old holder or the new one, and all that was signed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from ledger.database import migrate, open_database, require_current, writing
from ledger.principals import OWNER
from ledger.registry_steps import PROMOTE, REGISTER
from ledger.tenants import ensure_tenant, lock_book
from tests.ledger.lenders import Lender, version

ROOT = Path(__file__).resolve().parents[1]
CYCLES = [2, pytest.param(25, marks=pytest.mark.long)]


def killed(url: str, first: int, chance: Random) -> int:
    """Let promotions begin with a version, kill at some moment; the last that was acknowledged."""
    program = [sys.executable, str(ROOT / "tests" / "killed_promoter.py"), url, str(first)]
    with subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    ) as process:
        assert process.stdout is not None
        last = first - 1
        try:
            for _ in range(chance.randrange(2, 8)):
                last = int(process.stdout.readline())
            time.sleep(chance.random() / 30)
        finally:
            process.kill()
        for line in process.stdout:  # what it said before it died
            last = int(line) if line.endswith("\n") else last
    assert process.returncode == -9
    return last


def check(lender: Lender, acknowledged: int) -> None:
    require_current(lender.engine)
    with writing(lender.engine) as connection:
        lock_book(connection, lender.tenant)  # a server may still be committing for the dead

    assert lender.wrong() == ()
    moves, signed = lender.moves(), [step.said for step in lender.signed()]
    assert [one.bundle for one in signed if one.alias] == [move.after for move in moves]
    assert [move.before for move in moves] == [None, *(move.after for move in moves[:-1])]
    registered = [one.bundle for one in signed if one.act == REGISTER]
    assert registered == [one.id for one in lender.knows()]
    assert len(registered) in (acknowledged, acknowledged + 1)
    promoted = {one.bundle for one in signed if one.act == PROMOTE}
    assert promoted >= {version(number).id for number in range(1, acknowledged + 1)}
    assert lender.holder() in (version(acknowledged), version(acknowledged + 1))


@pytest.mark.parametrize("cycles", CYCLES)
def test_a_killed_promotion_leaves_the_old_champion_or_the_new(
    database_url: str, cycles: int
) -> None:
    engine = open_database(database_url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, OWNER.tenant, "Asia/Shanghai", "CNY")
    lender, acknowledged = Lender.of(engine, OWNER.tenant), 0
    for cycle in range(cycles):
        chance = Random(cycle)  # noqa: S311 - a moment
        acknowledged = killed(database_url, acknowledged + 1, chance)
        check(lender, acknowledged)
    engine.dispose()
