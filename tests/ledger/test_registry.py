"""The registry of models: newer bundles only, and aliases whose history is what happened."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import Engine

from ledger.aliases import ALIASES, Move, promote
from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.faults import Forbidden, NaiveTime, UnknownTenant
from ledger.ids import new_id
from ledger.principals import OWNER
from ledger.registry import Registered, registered
from ledger.registry_faults import (
    AliasMoved,
    NothingBefore,
    OlderBundle,
    UnknownAlias,
    UnknownBundle,
    WrongReason,
)
from ledger.registry_steps import PROMOTE, ROLL_BACK
from ledger.tenants import ensure_tenant
from tests.ledger.lenders import Lender, version
from tests.ledger.made_rows import NOW, a_ledger


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A ledger for all tests here, on each store."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('registry') / 'ledger.db'}"
    else:
        url = request.getfixturevalue("postgres_server").create_database()
    with a_ledger(url) as opened:
        yield opened


@pytest.fixture
def new_lender(shared: Engine) -> Callable[[], Lender]:
    def made() -> Lender:
        tenant = new_id()
        with writing(shared) as connection:
            ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
        return Lender.of(shared, tenant)

    return made


@pytest.fixture
def lender(new_lender: Callable[[], Lender]) -> Lender:
    return new_lender()


def test_a_bundle_is_known_as_it_was_registered(lender: Lender) -> None:
    for bundle in (version(1), version(3), version(1, "late30"), version(3)):
        lender.takes(bundle)

    with reading(lender.engine) as connection:
        assert registered(connection, lender.tenant, version(3).id) == version(3)
    assert lender.knows() == [version(1, "late30"), version(1), version(3)]


@pytest.mark.parametrize(
    "older",
    [
        version(1),
        version(2),
        # under a newer name, or as if it were newer
        replace(version(3), id="late5-ffffffffffff"),
        replace(version(4), trained_through=version(2).trained_through),
        # another content under a name that is taken
        replace(version(3), manifest=b"\xff" * 32),
    ],
)
def test_what_is_no_newer_is_refused(lender: Lender, older: Registered) -> None:
    lender.takes(version(3))

    with pytest.raises(OlderBundle, match="version 3") as refused:
        lender.takes(older)

    assert "version 4" in refused.value.remedy
    assert lender.knows() == [version(3)]


def test_lenders_know_nothing_of_each_other(
    lender: Lender, new_lender: Callable[[], Lender]
) -> None:
    other = new_lender()
    lender.takes(version(3))
    lender.gives(version(3), None)

    other.takes(version(1))
    other.gives(version(1), None)

    assert lender.holder() == version(3)
    assert other.holder() == version(1)
    assert other.knows() == [version(1)]
    with pytest.raises(UnknownBundle):
        other.gives(version(3), version(1))


def test_the_history_tells_who_gave_what_instead_of_what(lender: Lender) -> None:
    first, second = version(1), version(2)
    for bundle in (first, second):
        lender.takes(bundle)

    lender.gives(first, None, reason=" the first ")
    lender.gives(second, first)
    lender.back(second)
    lender.gives(second, None, "shadow")

    assert lender.moves() == [
        Move(1, PROMOTE, None, first.id, "the first", NOW, "checker"),
        Move(2, PROMOTE, first.id, second.id, "better", NOW, "checker"),
        Move(3, ROLL_BACK, second.id, first.id, "worse", NOW, "checker"),
    ]
    assert (lender.holder(), lender.holder("shadow")) == (first, second)
    with pytest.raises(UnknownAlias, match="challenger"):
        lender.holder("challenger")


def test_an_alias_goes_back_by_rolling_back_alone(lender: Lender) -> None:
    for bundle in (version(1), version(2), version(1, "default")):
        lender.takes(bundle)
    lender.gives(version(2), None)

    with pytest.raises(OlderBundle, match="is champion") as refused:
        lender.gives(version(1), version(2))

    assert "roll the alias back" in refused.value.remedy
    lender.gives(version(1, "default"), version(2))  # another model has numbers of its own
    assert lender.back(version(1, "default")).after == version(2).id
    with pytest.raises(NothingBefore):
        lender.back(version(2))
    assert len(lender.moves()) == 3


def test_promotions_and_rollbacks_are_those_of_a_plain_stack(lender: Lender) -> None:
    """A long life of an alias, against a list."""
    chance = random.Random(8)  # noqa: S311 - nothing secret
    bundles = [version(number) for number in range(1, 31)]
    for bundle in bundles:
        lender.takes(bundle)
    stack = [bundles[0]]
    lender.gives(stack[0], None)

    for _ in range(60):
        if chance.random() < 0.5:
            newer = [bundle for bundle in bundles if bundle.version > stack[-1].version]
            if not newer:
                continue
            lender.gives(newer[0], stack[-1])
            stack.append(newer[0])
        elif len(stack) > 1:
            lender.back(stack.pop())
        else:
            with pytest.raises(NothingBefore):
                lender.back(stack[0])
        assert lender.holder() == stack[-1]

    told = lender.moves()
    assert [move.number for move in told] == list(range(1, len(told) + 1))
    assert [move.before for move in told[1:]] == [move.after for move in told[:-1]]
    assert {move.act for move in told} == {PROMOTE, ROLL_BACK}


def test_of_two_who_promote_at_once_one_is_told(lender: Lender) -> None:
    for number in (1, 2, 3):
        lender.takes(version(number))
    lender.gives(version(1), None)
    together = threading.Barrier(2)
    refused: list[AliasMoved] = []

    def act(bundle: Registered) -> None:
        together.wait()
        try:
            lender.gives(bundle, version(1))
        except AliasMoved as fault:
            refused.append(fault)

    at_once = [threading.Thread(target=act, args=(version(number),)) for number in (2, 3)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()

    first, second = lender.moves()
    assert (first.after, second.before) == (version(1).id, version(1).id)
    assert second.after in {version(2).id, version(3).id}
    assert len(refused) == 1
    assert second.after in refused[0].message
    assert refused[0].remedy


def test_of_many_at_once_each_who_looks_again_has_its_place_in_one_history(lender: Lender) -> None:
    models = [version(1, name) for name in ("a", "b", "c", "d")]
    for bundle in models:
        lender.takes(bundle)
    together = threading.Barrier(len(models))

    def act(bundle: Registered) -> None:
        together.wait()
        for _ in range(100):
            told = lender.moves()
            seen = next((one for one in models if told and one.id == told[-1].after), None)
            with suppress(AliasMoved):
                lender.gives(bundle, seen)
                return

    at_once = [threading.Thread(target=act, args=(bundle,)) for bundle in models]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()

    told = lender.moves()
    assert [move.number for move in told] == [1, 2, 3, 4]
    assert [move.before for move in told] == [None, *(move.after for move in told[:-1])]
    assert {move.after for move in told} == {bundle.id for bundle in models}


def test_a_promotion_that_fails_leaves_nothing(lender: Lender) -> None:
    lender.takes(version(1))

    with suppress(ZeroDivisionError), writing(lender.engine) as connection:
        promote(
            connection, lender.who, "champion", version(1).id, instead_of=None, reason="r", now=NOW
        )
        raise ZeroDivisionError

    assert lender.moves() == []


def test_wrong_moves_are_refused(lender: Lender) -> None:
    lender.takes(version(1))

    for wrong in ("", " ", "two\nlines", "x" * 301):
        with pytest.raises(WrongReason):
            lender.gives(version(1), None, reason=wrong)
    with pytest.raises(NaiveTime):
        lender.gives(version(1), None, now=NOW.replace(tzinfo=None))
    with pytest.raises(UnknownBundle):
        lender.gives(version(2), None)
    with pytest.raises(UnknownAlias):
        lender.gives(version(1), None, alias="winner")  # type: ignore[arg-type]
    with pytest.raises(AliasMoved):
        lender.back(version(1))
    assert [lender.moves(alias) for alias in ALIASES] == [[], [], []]


def test_each_act_wants_its_role(lender: Lender) -> None:
    analyst, approver = lender.as_("ana", "analyst"), lender.as_("app", "approver")

    with pytest.raises(Forbidden):
        approver.takes(version(1))
    analyst.takes(version(1))
    with pytest.raises(Forbidden):
        analyst.gives(version(1), None)
    with pytest.raises(Forbidden):
        analyst.retires(version(1))
    assert approver.gives(version(1), None).signed_by == "app"
    with pytest.raises(UnknownTenant):
        Lender.of(lender.engine, "nobody").takes(version(1))


def test_the_migration_goes_down_empty_and_not_with_a_history(sqlite_url: str) -> None:
    with a_ledger(sqlite_url) as engine:
        with writing(engine) as connection:
            command.downgrade(alembic_config(connection), "0007")
        migrate(engine)
        require_current(engine)
        Lender.of(engine, OWNER.tenant).takes(version(1))

        with (
            pytest.raises(RuntimeError, match="registry_step holds rows"),
            writing(engine) as connection,
        ):
            command.downgrade(alembic_config(connection), "0007")

        require_current(engine)
